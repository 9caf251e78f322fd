"""Kinds that are found out while it runs: what is served, tables that are watched, custom kinds that come and go.

Against the simulator and, where `COCKPIT_TEST_KUBECONFIG` names one, a real API server.
"""

import secrets
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from state.cluster import requests
from state.cluster.discovery import Discovery
from state.cluster.kinds.catalogue import kinds
from state.cluster.kinds.config_maps import CONFIG_MAP
from state.cluster.kinds.containers import CONTAINER, of_pod
from state.cluster.kinds.custom_resource_definitions import DEFINITION
from state.cluster.kinds.kind import Kind, Resource
from state.cluster.kinds.pods import POD
from state.cluster.live import Cluster
from state.cluster.operations.offered import offered
from state.cluster.operations.scale import Scale
from state.cluster.printing import read_printed
from state.cluster.tables import table_kind
from state.ref import Ref
from state.rfc3339 import timestamp
from tests.contract import test_live
from tests.contract.test_live import wait

served, cluster = test_live.served, test_live.cluster
GROUP = f"t{secrets.token_hex(3)}.cockpit.test"
TICKETS = Resource(GROUP, "v1", "tickets", "Ticket", singular="ticket", short_names=("tik",))
COLUMNS = [
    {"name": "Seats", "type": "integer", "jsonPath": ".spec.seats"},
    {"name": "Until", "type": "date", "jsonPath": ".spec.until", "description": "how long it holds"},
    {"name": "Holder", "type": "string", "jsonPath": ".spec.holder", "priority": 1},
]


@pytest.fixture
def discovery(cluster: Cluster) -> Discovery:
    found = Discovery(cluster.transport)
    assert found.refresh()
    return found


def until_served(discovery: Discovery, word: str, *, there: bool = True, seconds: float = 20.0) -> None:
    """Refresh until a word finds something, or nothing any more."""
    deadline = time.monotonic() + seconds
    while bool(discovery.resources.find(word)) is not there:
        assert time.monotonic() < deadline, f"{word} is {'not ' if there else 'still '}served after {seconds} s"
        discovery.refresh()
        time.sleep(0.05)


@pytest.fixture
def tickets(cluster: Cluster, discovery: Discovery) -> Iterator[Kind[Any]]:
    """A custom kind that is there as long as the test."""
    transport = cluster.transport()
    names = {
        "plural": "tickets",
        "singular": "ticket",
        "kind": "Ticket",
        "listKind": "TicketList",
        "shortNames": ["tik"],
    }
    version = {
        "name": "v1",
        "served": True,
        "storage": True,
        "additionalPrinterColumns": COLUMNS,
        "schema": {"openAPIV3Schema": {"type": "object", "x-kubernetes-preserve-unknown-fields": True}},
        "subresources": {"scale": {"specReplicasPath": ".spec.seats", "statusReplicasPath": ".status.seats"}},
    }
    definition = {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": f"tickets.{GROUP}"},
        "spec": {"group": GROUP, "scope": "Namespaced", "names": names, "versions": [version]},
    }
    requests.post(transport, DEFINITION.resource.path(), definition)
    try:
        until_served(discovery, f"tik.{GROUP}")
        yield discovery.kind_for(discovery.resources.find("tik")[0].resource)
    finally:
        requests.delete(transport, DEFINITION.resource.path("", f"tickets.{GROUP}"), {})
    until_served(discovery, f"tik.{GROUP}", there=False)


def test_the_words_of_every_day_find_what_is_served(discovery: Discovery) -> None:
    for word, plural in {
        "po": "pods",
        "Pod": "pods",
        "deploy": "deployments",
        "deployments.v1.apps": "deployments",
        "svc": "services",
        "no": "nodes",
        "crd": "customresourcedefinitions",
        "ing": "ingresses",
        "netpol": "networkpolicies",
        "hpa": "horizontalpodautoscalers",
    }.items():
        assert [one.resource.plural for one in discovery.resources.find(word)] == [plural]
    assert {"pods", "deployments", "services"} <= {one.resource.plural for one in discovery.resources.find("all")}
    assert not discovery.refresh()


def test_what_is_written_of_a_kind_is_what_the_server_says_of_it(discovery: Discovery) -> None:
    compared = 0
    for kind in kinds():
        resource = kind.resource
        found = discovery.resources.versions(resource.group, resource.plural)
        if kind.source is not None or not found:
            continue
        (one,) = [one.resource for one in found if one.resource.version == resource.version]
        assert (one.kind, one.namespaced, one.singular) == (resource.kind, resource.namespaced, resource.singular)
        assert set(one.short_names) <= set(resource.short_names)
        assert discovery.kind_for(one) is kind
        compared += 1
    assert compared >= 20


def test_a_custom_kind_that_has_a_scale_is_scaled(cluster: Cluster, tickets: Kind[Any]) -> None:
    transport = cluster.transport()
    assert offered("scale", tickets.resource)
    namespace = "default"
    body = {"apiVersion": f"{GROUP}/v1", "kind": "Ticket", "metadata": {"name": "scaled"}, "spec": {"seats": 2}}
    made = requests.post(transport, tickets.resource.path(namespace), body)
    ref = Ref("x", tickets.resource.group_kind, namespace, "scaled")
    operation = Scale(cluster.transport, tickets.resource, ref, made["metadata"]["uid"], 5)
    assert operation.current() == 2
    assert operation.permitted() == ""
    assert operation.planned().preview().lines
    assert operation.run().summary == f"{namespace}/scaled is scaled from 2 to 5"
    assert requests.get(transport, tickets.resource.path(namespace, "scaled"))["spec"] == {"seats": 5}


def test_a_custom_kind_comes_and_is_watched_with_its_own_columns(cluster: Cluster, tickets: Kind[Any]) -> None:
    headers = [column.header for column in tickets.columns]
    assert headers == ["", "NAMESPACE", "NAME", "SEATS", "UNTIL", "HOLDER", "AGE"]
    transport = cluster.transport()
    now = time.time()
    until = f"{timestamp(now + 90 * 86400 + 3600)[:-5]}Z"

    def ticket(name: str, **spec: Any) -> dict[str, Any]:
        return {"apiVersion": f"{GROUP}/v1", "kind": "Ticket", "metadata": {"name": name}, "spec": spec}

    path = tickets.resource.path("default")
    requests.post(transport, path, ticket("before", seats=10, until=until, holder="ana"))
    with cluster.lease(tickets) as lease:
        wait(cluster, lambda: lease.feed.complete, "the list")
        requests.post(transport, path, ticket("after", seats=9))
        wait(cluster, lambda: len(lease.mirror) == 2, "the new one", 5)
        rows = {row.name: row for row in lease.mirror}
        shown = [column.cell(rows["before"], now).text for column in tickets.columns]
        assert shown[1:6] == ["default", "before", "10", "in 90d", "ana"]
        assert [column.cell(rows["after"], now).text for column in tickets.columns][3:6] == ["9", "", ""]
        seats = tickets.columns[3].sort_key
        assert sorted(rows, key=lambda name: seats(rows[name])) == ["after", "before"]
        change = {"spec": {"seats": 11}}
        requests.patch(transport, tickets.resource.path("default", "after"), change, requests.MERGE_PATCH)
        wait(cluster, lambda: lease.mirror.get(rows["after"].uid).cells[0] == 11, "the change", 5)  # type: ignore[union-attr]
        requests.delete(transport, tickets.resource.path("default", "before"), {})
        wait(cluster, lambda: len(lease.mirror) == 1, "its end", 5)


@pytest.mark.parametrize("plural", ["configmaps", "leases"])
def test_a_table_has_the_cells_that_the_written_kind_has(cluster: Cluster, discovery: Discovery, plural: str) -> None:
    """The same resource by its table and by its objects, both watched."""
    (served,) = discovery.resources.find(plural)
    written = discovery.kind_for(served.resource)
    table = table_kind(served.resource, read_printed(cluster.transport(), served.resource))
    with cluster.lease(written) as one, cluster.lease(table) as other:
        assert one.feed is not other.feed
        wait(cluster, lambda: one.feed.complete and other.feed.complete, "both lists")
        assert set(one.mirror.rows) == set(other.mirror.rows)
        by_header = {column.header: column for column in written.columns}
        now = time.time()
        for uid, row in other.mirror.rows.items():
            mine = one.mirror.rows[uid]
            for column in table.columns:
                assert column.cell(row, now).text == by_header[column.header].cell(mine, now).text


def test_containers_follow_their_pods(cluster: Cluster) -> None:
    transport = cluster.transport()
    name = f"parts-{secrets.token_hex(3)}"
    containers = [{"name": part, "image": f"registry.example/{part}:1"} for part in ("a", "b")]
    body = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name}, "spec": {"containers": containers}}
    mine = of_pod("default", name)
    with cluster.lease(CONTAINER) as lease, cluster.lease(mine) as own, cluster.lease(POD) as pods:
        assert lease.feed is not own.feed
        wait(cluster, lambda: lease.feed.complete and own.feed.complete and pods.feed.complete, "the lists")
        assert len(own.mirror) == 0
        wait(cluster, lambda: {row.pod for row in lease.mirror} >= {row.name for row in pods.mirror}, "all pods' parts")
        uid = requests.post(transport, POD.resource.path("default"), body)["metadata"]["uid"]
        both = {f"{uid}/a", f"{uid}/b"}
        wait(cluster, lambda: both <= set(lease.mirror.rows) and both == set(own.mirror.rows), "the new pod's parts", 5)
        requests.delete(transport, POD.resource.path("default", name), {"gracePeriodSeconds": 0})
        wait(cluster, lambda: not both & set(lease.mirror.rows) and not own.mirror.rows, "their end")


def test_what_cannot_be_watched_is_listed_again(cluster: Cluster) -> None:
    with cluster.lease(replace(CONFIG_MAP, watched=False)) as lease:
        wait(cluster, lambda: lease.feed.complete, "the list")
        assert len(lease.mirror) > 0
        assert cluster.watches == 0
