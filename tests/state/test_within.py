"""Which rows belong to an object, and that a query shows those and no others."""

import pytest

from state.clock import Clock
from state.cluster.kinds.kind import Owner, Row
from state.cluster.kinds.pods import POD, PodRow
from state.label_selector import parse_selector
from state.mirror import Mirror
from state.query import Query, View
from state.ref import GroupKind, Ref
from state.within import InNamespace, Named, OnNode, Owned, Selected, Within

PODS = (
    PodRow(uid="1", name="api-1", namespace="shop", node="node-1", labels=(("app", "api"),)),
    PodRow(uid="2", name="api-2", namespace="shop", node="node-2", owner=Owner("ReplicaSet", "api", "rs")),
    PodRow(uid="3", name="api-1", namespace="data", node="node-1", labels=(("app", "api"), ("tier", "back"))),
)
OF = Ref("prod", GroupKind("", "Service"), "shop", "api")


@pytest.mark.parametrize(
    ("belongs", "uids"),
    [
        (Owned("rs"), "2"),
        (Owned("other"), ""),
        (Selected("shop", parse_selector("app=api")), "1"),
        (Selected("data", parse_selector("app=api,tier in (back)")), "3"),
        (OnNode("node-1"), "13"),
        (InNamespace("shop"), "12"),
        (Named(frozenset({("shop", "api-1"), ("data", "api-2")})), "1"),
    ],
)
def test_what_belongs_to_an_object_is_shown_alone(belongs, uids):
    mirror: Mirror[PodRow] = Mirror()
    mirror.apply({row.uid: row for row in PODS})
    view = View(POD, {"prod": mirror}, Query(within=Within(OF, belongs)), Clock(lambda: 0.0, lambda: 0.0))
    view.refresh()
    assert "".join(sorted(str(key) for key in view.listing.keys)) == uids


def test_another_cluster_has_objects_of_the_same_name_that_do_not_belong():
    within = Within(OF, InNamespace("shop"))
    assert within.holds("prod", PODS[0])
    assert not within.holds("staging", PODS[0])


def test_what_has_no_node_runs_on_none():
    assert not OnNode("node-1")(Row(uid="1", name="plain"))


def test_namespaces_do_not_hide_what_is_in_none():
    mirror: Mirror[Row] = Mirror()
    mirror.apply({"1": PodRow(uid="1", name="everywhere"), "2": PodRow(uid="2", name="there", namespace="data")})
    view = View(POD, {"prod": mirror}, Query(namespaces=frozenset({"shop"})), Clock(lambda: 0.0, lambda: 0.0))
    view.refresh()
    assert list(view.listing.keys) == ["1"]
