"""The user's own columns: kinds by any of their names, each made once, and what is wrong said in a sentence."""

from pathlib import Path

import pytest

from state.cluster.columns_settings import wrong_columns
from state.cluster.kinds.containers import CONTAINER
from state.cluster.kinds.deployments import DEPLOYMENT
from state.cluster.kinds.pods import POD
from state.cluster.kinds.secrets import SECRET
from state.cluster.own_columns import OwnColumns
from state.config import InvalidConfig, read_config


@pytest.mark.parametrize("name", ["pods", "po", "Pod", "PODS"])
def test_a_kind_is_found_by_any_of_its_names_and_made_once(name: str) -> None:
    own = OwnColumns({name: {"team": ".metadata.labels.team"}})
    made = own.of(POD)
    assert [column.header for column in made.columns if column not in POD.columns] == ["TEAM"]
    assert own.of(POD) is made
    assert own.of(made) is made
    assert own.of(DEPLOYMENT) is DEPLOYMENT
    assert own.problems == {}


def test_the_group_may_stand_behind_the_name() -> None:
    assert OwnColumns({"deployments.apps": {"a": ".x"}}).of(DEPLOYMENT) is not DEPLOYMENT


@pytest.mark.parametrize(
    ("kind", "paths", "words"),
    [
        (POD, {"NAME": ".metadata.name"}, "cannot be called 'NAME'"),
        (SECRET, {"PASSWORD": ".data.password"}, "leads to what no column of secrets may show"),
        (CONTAINER, {"X": ".x"}, "are parts of other objects"),
    ],
)
def test_columns_that_cannot_be_leave_the_kind_as_it_is_and_say_why(kind, paths, words) -> None:
    own = OwnColumns({kind.resource.plural: paths})
    assert own.of(kind) is kind
    assert words in own.problems[kind.resource.plural]


def test_a_path_that_cannot_be_read_is_named_by_its_key() -> None:
    assert wrong_columns({}) is None
    assert wrong_columns({"pods": {"A": ".spec.nodeName"}}) is None
    found = wrong_columns({"pods": {"A": ".spec", "B": "[?("}})
    assert found is not None
    assert found[0] == "pods.B"
    assert found[1]
    with pytest.raises(InvalidConfig, match=r"config\.toml: columns\.pods\.B: "):
        read_config('[columns.pods]\nB = "[?("', Path("config.toml"))
