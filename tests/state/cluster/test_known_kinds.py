"""The words that lead to kinds, before a server has told what it serves and after."""

from dataclasses import replace

import pytest

from state.cluster.errors import ConfigError
from state.cluster.kinds.containers import CONTAINER
from state.cluster.kinds.deployments import DEPLOYMENT
from state.cluster.kinds.events import EVENT
from state.cluster.kinds.kind import Resource
from state.cluster.kinds.pods import POD
from state.cluster.known_kinds import KnownKinds, Several
from state.cluster.live import Cluster
from state.cluster.resources import Resources, Served

WIDGETS = Resource("shop.example", "v1", "widgets", "Widget", singular="widget", short_names=("wd",))
DOODADS = Resource("shop.example", "v1", "doodads", "Doodad", singular="doodad", short_names=("dp",))
LIST = frozenset({"list", "watch"})


def unreachable():
    raise ConfigError("there is no server")


@pytest.fixture
def kinds():
    return KnownKinds(Cluster("prod", unreachable, lambda transport: None))


@pytest.fixture
def told():
    kinds = KnownKinds(Cluster("prod", unreachable, lambda transport: None))
    kinds._polled.value = Resources(
        [
            Served(POD.resource, LIST, ("all",)),
            Served(EVENT.resource, LIST),
            Served(replace(DEPLOYMENT.resource, short_names=("deploy",)), LIST, ("all",)),
            Served(WIDGETS, LIST),
        ]
    )
    return kinds


def test_before_the_first_answer_the_kinds_that_are_written_are_found(kinds):
    assert kinds.find("po") is POD
    assert kinds.find("widgets") is None
    assert "pods" in kinds.words()
    assert POD.resource in kinds.listed()


def test_what_the_server_serves_decides(told):
    assert told.find("po") is POD
    assert told.find("deployments.apps") is DEPLOYMENT
    assert told.find("wd") == WIDGETS
    assert told.find("services") is None
    assert told.find("containers") is CONTAINER
    assert told.words()[:2] == ("pods", "deployments")
    assert "widgets" in told.words()
    assert "services" not in told.words()
    assert CONTAINER.resource in told.listed()


def test_the_names_of_k9s_lead_to_kinds_unless_the_server_means_others(kinds, told):
    assert kinds.find("dp") is DEPLOYMENT
    assert told.find("dp") is DEPLOYMENT
    told._polled.value = Resources([*told.resources.served, Served(DOODADS, LIST)])
    assert told.find("dp") == DOODADS
    assert told.find("sec") is None


def test_a_word_for_several_kinds_is_refused_with_their_names(told):
    with pytest.raises(Several, match="'all' stands for several kinds: pods, deployments; name one"):
        told.find("all")


async def test_a_kind_that_is_known_is_not_asked_for(told):
    assert await told.kind(POD) is POD
    with pytest.raises(ConfigError):
        await told.kind(WIDGETS)


def test_nothing_new_is_no_change(kinds):
    assert not kinds.pump()
    assert not kinds.pump()
