"""The pods behind a workload, a service or a selector, told by the platform's view."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from state.cluster.containers import Containers
from state.cluster.kinds.pods import PodRow
from state.cluster.log_pods import Found, Which, short_contexts, streams_of
from state.label_selector import SelectorError
from state.mirror import Mirror as Live
from state.pods_behind import marked_pods, pods_behind, selected_pods
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
    pods = [row if isinstance(row, Found) else Found("", row) for row in rows]
    return [(one.container, one.label) for one in streams_of(pods, which, known or {}, prefix)]


def test_streams_are_named_by_what_tells_them_apart():
    assert labels(Which.MAIN, PODS[0], PODS[1]) == [("app", "1"), ("app", "2")]
    assert labels(Which.MAIN, PODS[2]) == [("app", "sick")]
    assert labels(Which.MAIN, PODS[0], PODS[3]) == [("app", "shop/1"), ("app", "else/other")]
    two = pod("web-3", containers=("app", "proxy"))
    assert labels(Which.MAIN, PODS[0], two) == [("app", "1/app"), ("app", "3/app"), ("proxy", "3/proxy")]


def test_of_several_containers_the_annotated_one_all_or_one_by_name():
    annotated = pod("web-4", containers=("proxy", "app"), default="app")
    known = {("", annotated.uid): Containers(("proxy", "app", "setup"), "app", ("", "", "init"))}
    assert labels(Which.MAIN, annotated) == [("app", "4")]
    assert labels(Which.ALL, annotated, known=known) == [("proxy", "4/proxy"), ("app", "4/app"), ("setup", "4/setup")]
    assert labels("setup", annotated, known=known) == [("setup", "4")]
    assert labels("setup", annotated) == []


def test_of_pods_of_several_workloads_what_their_replica_sets_are_called_is_left_out_where_it_tells_nothing():
    one, two, three = (
        pod(f"{name}-{tail}", **{"pod-template-hash": "7f9c"})
        for name, tail in (("web-7f9c", "abcde"), ("api-7f9c", "fghij"), ("web-7f9c", "klmno"))
    )
    assert labels(Which.MAIN, one, two, three, PODS[2], prefix="") == [
        ("app", "web…abcde"), ("app", "api…fghij"), ("app", "web…klmno"), ("app", "sick"),
    ]  # fmt: skip
    family = [
        pod(f"shop-{name}", **({"pod-template-hash": "7f9c"} if "7f9c" in name else {}))
        for name in ("web-7f9c-abcde", "api-7f9c-fghij", "cache-0")
    ]
    assert [words for _, words in labels(Which.MAIN, *family, prefix="")] == ["web…abcde", "api…fghij", "cache-0"]
    assert [words for _, words in labels(Which.MAIN, pod("db-0"), pod("db-1"), prefix="")] == ["db-0", "db-1"]
    assert [words for _, words in labels(Which.MAIN, family[0], family[0], prefix="")] == ["shop-web…abcde"]
    other = pod("web-8e-abcde", **{"pod-template-hash": "8e"})
    assert labels(Which.MAIN, one, other, prefix="") == [("app", "web-7f9c-abcde"), ("app", "web-8e-abcde")]
    assert labels(Which.MAIN, one, three) == [("app", "abcde"), ("app", "klmno")]
    assert labels(Which.MAIN, one, other) == [("app", "7f9c-abcde"), ("app", "8e-abcde")]


@given(st.sets(st.from_regex(r"[ab](-?[abc]){0,5}", fullmatch=True), max_size=6), st.sampled_from(["a", "b-c", ""]))
def test_whatever_they_are_called_pods_are_told_apart(pods, template):
    about = {"pod-template-hash": template} if template else {}
    found = [words for _, words in labels(Which.MAIN, *(pod(name, **about) for name in sorted(pods)), prefix="")]
    assert len(set(found)) == len(pods)
    assert all(found)


def test_pods_of_several_contexts_are_told_apart_and_those_of_one_uid_too():
    eu, us = Found("prod-eu", PODS[0]), Found("prod-us", PODS[0])
    streams = streams_of((eu, us, eu), Which.MAIN, {})
    assert [one.label for one in streams] == ["prod-eu web-1", "prod-us web-1"]
    assert len({one.key for one in streams}) == 2


def test_marked_pods_come_in_the_order_they_were_marked_with_the_containers_that_were():
    live = Live()
    live.apply({row.uid: row for row in (pod("b", containers=("app", "proxy"), default="app"), pod("a"))})
    found = marked_pods("3 marked pods", live, "prod-eu", {"uid of a": (), "uid of gone": (), "uid of b": ("proxy",)})
    assert (found.title, found.cluster, names(found)) == ("3 marked pods", "prod-eu", ["a", "b"])
    streams = streams_of([Found("", row) for row in found.rows()], Which.MAIN, {})
    assert [(one.pod, one.container) for one in streams] == [("a", "app"), ("b", "proxy")]
    before = found.revision()
    live.apply({"uid of gone": pod("gone")})
    assert found.revision() != before
    assert names(found) == ["a", "gone", "b"]


@pytest.mark.parametrize(
    ("contexts", "words"),
    [
        (("prod-eu", "prod-us"), ("prod-eu", "prod-us")),
        (("one",), ("one",)),
        ((), ()),
        (
            ("arn:aws:eks:eu-west-1:123456:cluster/shop", "arn:aws:eks:us-east-1:123456:cluster/shop"),
            ("eu-west", "us-east"),
        ),
        (("gke_shop_europe-west4_prod", "gke_shop_europe-west4_stage"), ("prod", "stage")),
        (("a-cluster-of-some-team", "a-cluster-of-some-team-2"), ("team", "team-2")),
        (("one-single-long-context",), ("one-si…ntext",)),
    ],
)
def test_long_names_of_contexts_are_said_by_what_tells_them_apart(contexts, words):
    assert tuple(short_contexts(contexts).values()) == words
