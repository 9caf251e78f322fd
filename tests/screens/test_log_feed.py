"""What a log screen reads, without a screen: pods of sets that come and go."""

from typing import Any

import pytest

from screens.log_feed import LogFeed
from state.clock import SYSTEM
from state.cluster.kinds.pod_row import PodRow
from state.cluster.log_options import LogOptions
from state.cluster.log_pods import PodSet, Which
from state.freshness import Health


class Pods:
    """A set of pods that the test decides."""

    def __init__(self, *names: str) -> None:
        self.names = names
        self.read_whole = True

    def set(self, cluster: str = "", title: str = "pods") -> PodSet:
        def rows() -> list[PodRow]:
            return [
                PodRow(uid=f"uid of {name}", name=name, namespace="shop", containers=("app",)) for name in self.names
            ]

        return PodSet(title, rows, lambda: self.names, cluster=cluster, complete=lambda: self.read_whole)


@pytest.fixture
def begun(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The logs that were begun; none is read."""
    names: list[str] = []
    monkeypatch.setattr("state.cluster.logs.threads.start", lambda name, work: names.append(name))
    return names


def feed_of(*sets: PodSet) -> LogFeed:
    def transport() -> Any:
        raise AssertionError

    made = LogFeed(transport, sets, LogOptions(streams=3), SYSTEM, previous=False)
    made.which = Which.MAIN
    return made


def test_sets_of_several_contexts_are_one_and_their_words_say_so(begun: list[str]) -> None:
    feed = feed_of(Pods("a", "b").set("eu", "2 marked pods"), Pods("a").set("us", "2 marked pods"))
    feed.open()
    assert begun == ["log of a", "log of b", "log of a"]
    assert list(feed.names) == ["eu a", "eu b", "us a"]
    assert len(set(feed.names.values())) == 3
    assert (feed.pods.title, feed.whose) == ("2 marked pods", "3 pods of 2 contexts")


def test_what_is_above_the_limit_is_counted(begun: list[str]) -> None:
    feed = feed_of(Pods("a", "b").set("eu"), Pods("a", "b", "c").set("us"))
    feed.open()
    assert (len(begun), feed.refused) == (3, 2)


def test_sets_are_complete_when_each_is(begun: list[str]) -> None:
    late = Pods("a")
    late.read_whole = False
    pods: Any = feed_of(Pods("b").set("eu"), late.set("us")).pods
    assert not pods.complete
    late.read_whole = True
    assert pods.complete


def test_where_no_pod_is_nothing_is_waited_for(begun: list[str]) -> None:
    nobody = Pods()
    feed = feed_of(nobody.set())
    assert feed.freshness.health is Health.CONNECTING
    feed.open()
    assert (feed.freshness.health, feed.whose) == (Health.LIVE, "0 pods")
    nobody.names = ("late",)
    assert feed.pods.refresh()  # type: ignore[union-attr]
    feed.want()
    assert begun == ["log of late"]
