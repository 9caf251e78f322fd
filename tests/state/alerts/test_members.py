from threading import Event
from typing import Any

import pytest

from state.alerts import members
from state.alerts.errors import AlertmanagerError
from state.alerts.members import REST, Members
from state.clock import Clock
from tests.e2e.terminal import until


class Cluster:
    """Members by their names, some of which fail or hang; `asked` is who was asked."""

    def __init__(self, *names: str) -> None:
        self.failing: dict[str, str] = {}
        self.asked: list[str] = []
        self.hanging: dict[str, Event] = {}
        self.elapsed = 0.0
        named: Any = names
        self.members = Members(named, Clock(elapsed=lambda: self.elapsed))

    def ask(self, member: Any) -> str:
        self.asked.append(member)
        if member in self.hanging:
            self.hanging[member].wait(10)
        if kind := self.failing.get(member):
            raise AlertmanagerError(kind, f"{member}: {kind}")
        return f"said by {member}"

    def first_answer(self) -> str:
        member, answer = self.members.first_answer(self.ask)
        assert answer == f"said by {member}"
        return str(member)


@pytest.fixture
def cluster() -> Cluster:
    return Cluster("a", "b", "c")


def test_no_member_is_an_error() -> None:
    with pytest.raises(ValueError, match="no Alertmanager"):
        Members([])


def test_the_first_that_answers_is_asked_first_from_then_on(cluster: Cluster) -> None:
    cluster.failing = {"a": "timeout"}
    assert [cluster.first_answer() for _ in range(3)] == ["b", "b", "b"]
    assert cluster.asked == ["a", "b", "b", "b"]
    cluster.failing = {}
    cluster.elapsed = REST
    assert cluster.first_answer() == "b"


def test_one_that_hangs_is_waited_for_once_while_another_answers(cluster: Cluster) -> None:
    cluster.failing = {"a": "timeout"}
    cluster.first_answer()
    cluster.failing = {"a": "timeout", "b": "unreachable"}
    cluster.asked.clear()
    assert cluster.first_answer() == "c"
    assert cluster.asked == ["b", "c"]


def test_one_that_was_left_alone_is_asked_when_no_other_answers(cluster: Cluster) -> None:
    cluster.failing = {"a": "timeout"}
    cluster.first_answer()
    cluster.failing = {"b": "timeout", "c": "timeout"}
    assert cluster.first_answer() == "a"


def test_what_one_does_not_know_may_be_known_to_another(cluster: Cluster) -> None:
    cluster.failing = {"a": "not_found"}
    assert cluster.first_answer() == "b"
    cluster.failing = dict.fromkeys("abc", "not_found")
    with pytest.raises(AlertmanagerError, match="b: not_found"):
        cluster.first_answer()
    cluster.failing = {"a": "not_found", "b": "timeout", "c": "timeout"}
    with pytest.raises(AlertmanagerError, match="a: not_found"):
        cluster.first_answer()


def test_a_refusal_is_the_clusters_word(cluster: Cluster) -> None:
    cluster.failing = {"a": "refused"}
    with pytest.raises(AlertmanagerError, match="a: refused"):
        cluster.first_answer()
    assert cluster.asked == ["a"]


def test_the_error_of_the_best_is_raised_when_none_answers(cluster: Cluster) -> None:
    cluster.failing = {"a": "auth", "b": "timeout", "c": "timeout"}
    with pytest.raises(AlertmanagerError, match="a: auth"):
        cluster.first_answer()


def test_one_that_is_slow_is_not_waited_for_alone(cluster: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(members, "HEAD_START", 0.01)
    thawed = cluster.hanging["a"] = Event()
    cluster.failing = {"a": "timeout"}
    assert cluster.first_answer() == "b"
    assert cluster.asked == ["a", "b"]
    assert cluster.members.resting(name("a")) is None
    thawed.set()
    until(lambda: cluster.members.resting(name("a")) is not None, "its failure")
    assert list(cluster.members) == ["b", "c", "a"]


def test_what_is_wrong_with_the_question_is_not_hidden(cluster: Cluster) -> None:
    with pytest.raises(LookupError):
        cluster.members.first_answer(wrong)
    with pytest.raises(LookupError):
        Cluster("a").members.first_answer(wrong)


def test_all_are_asked_side_by_side_and_told_in_their_order(cluster: Cluster) -> None:
    answers, errors = cluster.members.every_answer(cluster.ask)
    assert (answers, errors) == ([f"said by {one}" for one in "abc"], [])
    cluster.failing = {"a": "timeout"}
    for _ in range(2):
        answers, errors = cluster.members.every_answer(cluster.ask)
        assert (answers, list(map(str, errors))) == (["said by b", "said by c"], ["a: timeout"])
    assert cluster.asked.count("a") == 2
    assert cluster.members.best != "a"
    cluster.elapsed = REST
    cluster.failing = {}
    assert len(cluster.members.every_answer(cluster.ask)[0]) == 3


def test_one_that_hangs_does_not_make_the_others_news_old(cluster: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(members, "HEAD_START", 0.01)
    thawed = cluster.hanging["b"] = Event()
    answers, errors = cluster.members.every_answer(cluster.ask)
    assert (answers, list(map(str, errors))) == (["said by a", "said by c"], ["b has not answered yet"])
    thawed.set()
    until(lambda: len(cluster.members.every_answer(cluster.ask)[0]) == 3, "all answers")


def test_those_that_were_left_alone_are_asked_when_no_other_answers(cluster: Cluster) -> None:
    cluster.failing = dict.fromkeys("abc", "timeout")
    for _ in range(2):
        answers, errors = cluster.members.every_answer(cluster.ask)
        assert (answers, [str(error) for error in errors]) == ([], [f"{one}: timeout" for one in "abc"])
    assert len(cluster.asked) == 6
    cluster.failing = {}
    assert len(cluster.members.every_answer(cluster.ask)[0]) == 3
    with pytest.raises(LookupError):
        cluster.members.every_answer(wrong)


def wrong(member: Any) -> str:
    raise LookupError(member)


def name(member: str) -> Any:
    """A member of the cluster of names."""
    return member
