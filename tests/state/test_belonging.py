import pytest
from hypothesis import given
from hypothesis import strategies as st

from state.belonging import Belonging

MAPS = {"prod-eu": {"cluster": "eu", "env": "prod"}, "prod-us": {"cluster": "us"}, "prod-eu-viewer": {"cluster": "eu"}}
EU = Belonging("prod-eu", MAPS, frozenset({"prod-eu-viewer"}), alone=False)


def why(belonging: Belonging, own: bool = False, **labels: str) -> str:
    return belonging.why_not(labels.items(), own=own)


def test_where_nothing_is_configured_and_there_is_one_context_all_alerts_are_of_it() -> None:
    assert why(Belonging("prod"), severity="page") == ""


def test_of_several_contexts_one_has_to_be_named_unless_the_server_is_of_one_alone() -> None:
    several = Belonging("prod", alone=False)
    assert why(several) == "nothing says whose alerts these are: give labels under [contexts.prod]"
    assert why(several, own=True) == ""


def test_an_alert_is_of_the_context_whose_labels_it_has() -> None:
    assert why(EU, cluster="eu", env="prod", pod="a") == ""
    assert why(EU, cluster="us") == "it is about the context prod-us"
    assert why(EU, own=True, cluster="us") == "it is about the context prod-us"


def test_without_a_match_or_with_several_nothing_is_offered() -> None:
    assert why(EU, env="prod") == "its labels name no context: those of prod-eu have cluster=eu, env=prod"
    strangers = Belonging("prod-eu", MAPS, alone=False)
    assert why(strangers, cluster="eu", env="prod") == "its labels fit several contexts: prod-eu, prod-eu-viewer"
    other = Belonging("prod-us", MAPS, alone=False)
    assert why(other, cluster="eu", env="prod") == "its labels fit several contexts: prod-eu, prod-eu-viewer"


def test_a_server_of_the_context_may_leave_labels_out_but_not_contradict() -> None:
    assert why(EU, own=True, env="prod") == ""
    assert why(EU, own=True, env="test").startswith("its labels name no context")


def test_a_context_without_labels_of_its_own_takes_what_its_own_server_tells() -> None:
    third = Belonging("lab", MAPS, alone=False)
    assert why(third, own=True, env="test") == ""
    assert why(third, env="test").startswith("nothing says whose alerts these are")


@pytest.mark.parametrize("empty", [{"prod": {}}, {}])
def test_no_labels_fit_nothing(empty: dict[str, dict[str, str]]) -> None:
    assert why(Belonging("lab", empty, alone=False), cluster="x") != ""


_NAMES = st.sampled_from(["a", "b", "c"])
_LABELS = st.dictionaries(st.sampled_from(["x", "y"]), st.sampled_from(["1", "2"]), max_size=2)


@given(st.dictionaries(_NAMES, _LABELS), _LABELS)
def test_an_alert_is_about_one_context_at_most(maps: dict[str, dict[str, str]], labels: dict[str, str]) -> None:
    about = [name for name in "abc" if not Belonging(name, maps, alone=False).why_not(labels.items(), own=False)]
    assert len(about) <= 1
