import os
import pwd
from pathlib import Path

import pytest

from state.config import Config, InvalidConfig, read_config
from state.settings import Flags, is_protected, resolve

PATH = Path("/c/config.toml")
CONFIG = read_config(
    """
context = "stage"
read_only = true
namespaces = ["everywhere"]
prometheus = "http://file.example"
board = "all.json"
who = "file"
[contexts.stage]
namespaces = ["stage"]
prometheus = "http://stage.example"
[contexts.prod]
protected = false
""",
    PATH,
)
NONE = read_config("", PATH)


def test_nothing_said_gives_the_defaults():
    settings = resolve(Flags(), {}, NONE)
    user = pwd.getpwuid(os.getuid()).pw_name
    assert (settings.context, settings.namespaces, settings.read_only, settings.who) == ("", (), False, user)
    assert (settings.prometheus, settings.board, settings.data_dir, settings.origin) == (None, None, None, {})


def test_a_flag_stands_before_the_environment_and_that_before_the_file():
    environ = {"COCKPIT_PROMETHEUS": "http://environ.example"}
    flags = Flags(prometheus="http://flag.example")

    def url(*said):
        found = resolve(*said).prometheus
        assert found is not None
        return found.url

    assert url(flags, environ, CONFIG) == "http://flag.example"
    assert url(Flags(), environ, CONFIG) == "http://environ.example"
    assert url(Flags(), {}, CONFIG) == "http://stage.example"
    assert url(Flags(context="other"), {}, CONFIG) == "http://file.example"


def test_each_setting_knows_where_it_came_from():
    settings = resolve(Flags(board=Path("b.json")), {"COCKPIT_WHO": "eva", "USER": "root"}, CONFIG)
    assert settings.origin == {
        "context": "/c/config.toml",
        "namespaces": "/c/config.toml [contexts.stage]",
        "read_only": "/c/config.toml",
        "prometheus": "/c/config.toml [contexts.stage]",
        "board": "--board",
        "who": "COCKPIT_WHO",
    }


def test_the_kubeconfigs_context_picks_its_table():
    config = read_config('[contexts.prod]\nnamespaces = ["shop"]', PATH)
    settings = resolve(Flags(), {}, config, "prod")
    assert (settings.context, settings.namespaces) == ("", ("shop",))


def test_the_environment_can_say_no():
    assert resolve(Flags(), {"COCKPIT_READ_ONLY": "false"}, CONFIG).read_only is False
    assert resolve(Flags(read_only=True), {"COCKPIT_READ_ONLY": "0"}, CONFIG).read_only is True


def test_lists_and_paths_are_read_from_the_environment():
    environ = {"COCKPIT_NAMESPACE": "a, b,", "COCKPIT_BOARD": "~/b.json", "COCKPIT_DATA_DIR": "/d"}
    settings = resolve(Flags(), environ, NONE)
    assert settings.namespaces == ("a", "b")
    assert settings.board == Path.home() / "b.json"
    assert settings.data_dir == Path("/d")


def test_an_empty_variable_says_nothing():
    environ = {"COCKPIT_CONTEXT": "", "COCKPIT_PROMETHEUS": "", "COCKPIT_READ_ONLY": "", "COCKPIT_NAMESPACE": ""}
    assert resolve(Flags(), environ, CONFIG) == resolve(Flags(), {}, CONFIG)


@pytest.mark.parametrize(
    ("environ", "said"),
    [
        ({"COCKPIT_READ_ONLY": "perhaps"}, "COCKPIT_READ_ONLY is 'perhaps': write true or false"),
        ({"COCKPIT_NAMESPACE": "shop,a b"}, "COCKPIT_NAMESPACE: 'a b' is no namespace: a name has"),
        ({"COCKPIT_ALERTMANAGER": "am:9093"}, "COCKPIT_ALERTMANAGER: 'am:9093' does not begin with http://"),
    ],
)
def test_a_variable_that_cannot_be_read_is_named(environ, said):
    with pytest.raises(InvalidConfig) as caught:
        resolve(Flags(), environ, NONE)
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        (Flags(prometheus="x"), "--prometheus: "),
        (Flags(namespaces=("shop", "a b")), "--namespace: 'a b' is no namespace"),
        (Flags(namespaces=("",)), "--namespace: '' is no namespace"),
    ],
)
def test_a_flag_that_cannot_be_read_is_named(flags, said):
    with pytest.raises(InvalidConfig, match=said):
        resolve(flags, {}, NONE)


def test_a_namespace_named_twice_is_read_once():
    assert resolve(Flags(namespaces=("a", "b", "a")), {}, NONE).namespaces == ("a", "b")


@pytest.mark.parametrize(
    ("context", "protected"), [("eu-PROD-1", True), ("stage", False), ("prod", False), ("production", True)]
)
def test_protected_contexts_are_known_by_globs_or_their_own_word(context, protected):
    assert is_protected(context, CONFIG) is protected
    assert resolve(Flags(context=context), {}, CONFIG).protected is protected


def test_a_user_without_a_name_is_a_number(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "getuid", lambda: 4_000_000)
    assert resolve(Flags(), {}, Config()).who == "uid 4000000"


def test_members_of_an_alertmanager_cluster_are_given_with_commas_or_as_a_list():
    flagged = resolve(Flags(alertmanager="http://a:9093, http://b:9093"), {}, Config())
    assert [one.url for one in flagged.alertmanager.each] == ["http://a:9093", "http://b:9093"]
    said = 'alertmanager = { url = "http://a:9093", members = ["http://b:9093"] }'
    written = resolve(Flags(), {}, read_config(said, Path("c.toml")))
    assert written.alertmanager == flagged.alertmanager
    with pytest.raises(InvalidConfig, match="only Alertmanager has members"):
        read_config('prometheus = { url = "http://a", members = ["http://b"] }', Path("c.toml"))


def test_it_is_known_which_servers_are_named_for_all_contexts():
    text = """
prometheus = "http://p"
alertmanager = "http://a"

[contexts.eu]
alertmanager = "http://eu"
labels = { cluster = "eu" }
"""
    config = read_config(text, Path("c.toml"))
    found = resolve(Flags(context="eu"), {}, config)
    assert (found.shared, found.labels) == ({"prometheus"}, {"eu": {"cluster": "eu"}})
    assert resolve(Flags(), {}, config).shared == {"prometheus", "alertmanager"}
    assert resolve(Flags(prometheus="http://b", alertmanager="http://b"), {}, config).shared == frozenset()
    assert resolve(Flags(), {}, NONE).shared == frozenset()
