"""The pods behind a workload, a service or a selector, told by the platform's view."""

import pytest

from state.cluster.containers import Containers
from state.cluster.kinds.pods import PodRow
from state.cluster.log_pods import Which, streams_of
from state.label_selector import SelectorError
from state.pods_behind import pods_behind, selected_pods
from state.ref import GroupKind, Ref


class View:
    """A platform with three pods."""

    revisions = (3, 1)

    def __init__(self, *rows):
        self.mirror = Mirror(rows)

    def feed(self, kind):
        assert kind == GroupKind("", "Pod")
        return self

    def pod_rows_of(self, ref):
        return [row for row in self.mirror if row.name.startswith(ref.name)]

    def pods_of_service(self, namespace, service):
        return [Ref("c", GroupKind("", "Pod"), "shop", row.name) for row in self.mirror if ("app", "web") in row.labels]


class Mirror(tuple):
    revision = 7


def pod(name, namespace="shop", *, ready=1, created=0.0, containers=("app",), default="", **labels):
    return PodRow(
        uid=f"uid of {name}",
        name=name,
        namespace=namespace,
        ready=ready,
        total=1,
        created=created,
        containers=containers,
        default_container=default,
        labels=tuple(labels.items()),
    )


PODS = (
    pod("web-1", created=1.0, app="web"),
    pod("web-2", created=2.0, app="web"),
    pod("sick", created=0.0, ready=0, app="web"),
    pod("other", "else", app="web", tier="back"),
)


def names(found):
    return [row.name for row in found.rows()]


def test_the_pods_of_a_workload_and_what_their_names_share():
    found = pods_behind(View(*PODS), Ref("c", GroupKind("apps", "Deployment"), "shop", "web"))
    assert (found.title, found.prefix, found.revision()) == ("deployment shop/web", "web-", (3, 1))
    assert names(found) == ["web-1", "web-2"]


def test_the_pods_of_a_service_sick_ones_first_then_the_newest():
    found = pods_behind(View(*PODS), Ref("c", GroupKind("", "Service"), "shop", "web"))
    assert names(found) == ["sick", "web-2", "web-1"]


def test_the_pods_of_a_selector_within_namespaces():
    assert names(selected_pods(View(*PODS), "app=web")) == ["sick", "web-2", "web-1", "other"]
    some = selected_pods(View(*PODS), "app=web,!tier", ["shop"])
    assert (some.title, some.revision()) == ("shop app=web,!tier", 7)
    assert names(some) == ["sick", "web-2", "web-1"]
    with pytest.raises(SelectorError):
        selected_pods(View(), "a b")


def labels(which, *rows, known=None, prefix="web-"):
    return [(one.container, one.label) for one in streams_of(rows, which, known or {}, prefix)]


def test_streams_are_named_by_what_tells_them_apart():
    assert labels(Which.MAIN, PODS[0], PODS[1]) == [("app", "1"), ("app", "2")]
    assert labels(Which.MAIN, PODS[2]) == [("app", "sick")]
    assert labels(Which.MAIN, PODS[0], PODS[3]) == [("app", "shop/1"), ("app", "else/other")]
    two = pod("web-3", containers=("app", "proxy"))
    assert labels(Which.MAIN, PODS[0], two) == [("app", "1/app"), ("app", "3/app"), ("proxy", "3/proxy")]


def test_of_several_containers_the_annotated_one_all_or_one_by_name():
    annotated = pod("web-4", containers=("proxy", "app"), default="app")
    known = {annotated.uid: Containers(("proxy", "app", "setup"), "app", ("", "", "init"))}
    assert labels(Which.MAIN, annotated) == [("app", "4")]
    assert labels(Which.ALL, annotated, known=known) == [("proxy", "4/proxy"), ("app", "4/app"), ("setup", "4/setup")]
    assert labels("setup", annotated, known=known) == [("setup", "4")]
    assert labels("setup", annotated) == []
