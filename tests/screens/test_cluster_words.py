"""What the edge of the list says, and the ways that are kept."""

import pytest

from screens.cluster.stops import Stop, Trail, as_looked, looked, name_of
from screens.cluster.words import crumbs, narrowing, notes
from state.cluster.kinds.deployments import DEPLOYMENT
from state.cluster.kinds.nodes import NODE
from state.cluster.kinds.pods import POD
from state.freshness import Freshness, Health
from state.looked_at import Looked
from state.query import Query
from state.ref import GroupKind, Ref
from state.within import InNamespace, Within

API = Ref("prod", GroupKind("apps", "Deployment"), "shop", "api")
WITHIN = Query(within=Within(API, InNamespace("shop")))
WAY = (Stop(DEPLOYMENT, ("prod",), Query()), Stop(POD, ("prod",), WITHIN))


@pytest.mark.parametrize(
    ("room", "words"),
    [
        (80, "Deployments ▸ shop/api ▸ Pods"),
        (29, "Deployments ▸ shop/api ▸ Pods"),
        (28, "… ▸ shop/api ▸ Pods"),
        (5, "… ▸ shop/api ▸ Pods"),
    ],
)
def test_the_end_of_the_way_stays_longest(room: int, words: str) -> None:
    assert crumbs(WAY, room) == words


def test_what_is_left_out_is_said() -> None:
    query = Query("restarts>3", frozenset("dcba"), faults_only=True)
    assert narrowing(query, ("prod", "lab")) == ["prod + lab", "in a, b, c and 1 more", "/restarts>3", "faults only"]
    assert narrowing(Query(), ("prod",)) == []
    assert narrowing(WITHIN, ("prod",)) == []


def test_of_several_contexts_those_that_are_not_all_there_are_named() -> None:
    live = Freshness(Health.LIVE, 0.0, 100.0)
    stale = Freshness(Health.STALE, 0.0, 58.0, "no answer")
    partly = Freshness(Health.LIVE, 0.0, 100.0, "1 of 2 namespaces denied: a")
    assert notes([("prod", live)], 100.0) == []
    assert notes([("prod", stale)], 100.0) == ["stale 42s"]
    assert notes([("prod", live), ("lab", stale), ("old", partly)], 100.0) == [
        "lab: stale 42s",
        "old: 1 of 2 namespaces denied: a",
    ]


def test_a_way_leads_in_and_back_and_ways_are_turned_through() -> None:
    trail = Trail()
    assert trail.leave() is None
    assert trail.turn(-1) is None
    nodes, pods = Stop(NODE, ("prod",), Query()), Stop(POD, ("prod",), Query())
    trail.start(nodes)
    trail.enter(WAY[1])
    assert trail.way == (nodes, WAY[1])
    assert trail.leave() == nodes
    assert trail.leave() is None
    trail.start(pods)
    assert trail.turn(-1) == nodes
    assert trail.turn(1) == pods
    assert trail.turn(1) is None
    trail.turn(-1)
    trail.start(WAY[0])
    assert trail.turn(1) is None
    assert trail.way == (WAY[0],)


def test_how_a_stop_was_left_is_kept() -> None:
    trail = Trail()
    trail.start(WAY[0])
    trail.become(WAY[0].matching(Query("api"), "uid"))
    trail.enter(WAY[1])
    found = trail.leave()
    assert found is not None
    assert (found.query.text, found.at) == ("api", "uid")


def test_a_query_is_remembered_by_its_kind() -> None:
    query = Query("api", frozenset({"shop"}), "AGE", True, True)
    assert looked(query) == Looked("api", "AGE", True, True)
    assert as_looked(looked(query), ("shop",)) == query
    assert (name_of(POD), name_of(DEPLOYMENT)) == ("pods", "deployments.apps")
