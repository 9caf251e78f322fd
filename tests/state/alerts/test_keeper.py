"""Own acks are kept by exactly one of several cockpits, those of a context that was left too."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, cast

import pytest

from state import threads
from state.alerts.ack import PREFIX
from state.alerts.clusters import Clusters
from state.alerts.keeper import AGAIN, LAST_CALL, AckKeeper, Keeping, LeftAcks
from state.alerts.model import Alert, AlertPicture, AlertState, Matcher, Severity, Silence
from state.alerts.source import LiveAlerts
from state.alerts.upkeep import RENEW_BEFORE
from state.clock import Clock
from state.freshness import Freshness, Health
from state.journal.entry import Entry
from state.journal.journal import Journal
from state.leading import Lead
from state.operation import Operation, Outcome
from tests.state.alerts.members import NOW, Member, cluster

MATCHERS = (Matcher("alertname", "Down"),)
ACK = Silence("s1", "active", MATCHERS, NOW - 600, NOW + RENEW_BEFORE, "ana", f"{PREFIX} on it")


@dataclass
class Alerts:
    """Alerts as they were last heard of."""

    picture: AlertPicture
    revision: int = 0
    alertmanager: Freshness = field(default_factory=lambda: Freshness(Health.LIVE, NOW))
    stopped: bool = False
    asked: int = 0

    def pump(self) -> bool:
        return False

    def ask(self) -> None:
        self.asked += 1

    def stop(self) -> None:
        self.stopped = True

    def hear(self, *silences: Silence, held: bool = True) -> None:
        alert = Alert("00", "Down", Severity.OTHER, AlertState.ACKED, (), (), NOW, silences=silences)
        self.picture = AlertPicture((alert,) if held else (), silences)
        self.revision += 1


@dataclass
class Told:
    """A journal that knows which acks were made on this machine."""

    made: tuple[str, ...] = ()

    def entries(self, **_: Any) -> tuple[Entry, ...]:
        return tuple(
            Entry("operation", id_, NOW, "done", NOW, operation="ack", details={"silence": id_}) for id_ in self.made
        )


@dataclass
class Cockpit:
    """One cockpit's keeper, and what it did."""

    keeper: AckKeeper
    alerts: Alerts
    did: list[str] = field(default_factory=list)


@pytest.fixture
def time() -> dict[str, float]:
    return {"elapsed": 0.0}


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """What belongs on a thread is done before the next line."""

    def start(name: str, work: Callable[[], None]) -> threading.Thread:
        work()
        return threading.current_thread()

    monkeypatch.setattr(threads, "start", start)


@pytest.fixture
def open_one(at_once: None, tmp_path: Path, time: dict[str, float]) -> Callable[..., Cockpit]:
    def opened(member: Member, *, made: tuple[str, ...] = ("s1",), fails: bool = False, who: str = "ana") -> Cockpit:
        alerts = Alerts(AlertPicture())
        did: list[str] = []

        def do(operation: Operation) -> Outcome:
            did.append(operation.id)
            if fails:
                raise RuntimeError("no answer")
            return operation.run()

        keeping = Keeping(lambda: who, do, Lead(tmp_path, "http://am"), cast("Journal", Told(made)))
        clock = Clock(lambda: 0.0, lambda: time["elapsed"])
        return Cockpit(AckKeeper(cast("LiveAlerts", alerts), Clusters([cluster(member)]), keeping, clock), alerts, did)

    return opened


def with_ack(ack: Silence = ACK) -> Member:
    member = Member({"alertname": "Down"})
    member.kept[ack.id] = ack
    return member


def test_of_two_cockpits_on_one_folder_one_extends(open_one: Callable[..., Cockpit]) -> None:
    member = with_ack()
    first, second = open_one(member), open_one(member)
    for cockpit in (first, second):
        cockpit.alerts.hear(ACK)
        cockpit.keeper.pump()
    assert (first.did, second.did) == (["extend-ack"], [])
    assert list(member.kept) == ["s1"], "no double arises"
    first.keeper.stop()
    due = replace(member.kept["s1"], ends=NOW + 200)
    member.kept["s1"] = due
    second.alerts.hear(due)
    second.keeper.pump()
    assert second.did == ["extend-ack"]


def test_when_the_one_that_leads_hangs_another_steps_in_at_the_last_moment(open_one: Callable[..., Cockpit]) -> None:
    member = with_ack()
    leads, follows = open_one(member, fails=True), open_one(member)
    leads.alerts.hear(ACK)
    leads.keeper.pump()
    member.time = ACK.ends - LAST_CALL - 1
    follows.alerts.hear(ACK)
    follows.keeper.pump()
    assert follows.did == []
    member.time += 1
    follows.alerts.hear(ACK)
    follows.keeper.pump()
    assert follows.did == ["extend-ack"]
    assert member.kept["s1"].ends == member.time + 900


def test_where_it_was_made_it_is_extended_first_by_the_server_s_clock(open_one: Callable[..., Cockpit]) -> None:
    member = with_ack()
    elsewhere = open_one(member, made=())
    elsewhere.alerts.hear(ACK)
    elsewhere.keeper.pump()
    assert elsewhere.did == []
    member.time = ACK.ends - 100
    elsewhere.alerts.hear(ACK)
    elsewhere.keeper.pump()
    assert elsewhere.did == ["extend-ack"]


def test_what_fails_is_tried_again_a_while_later(open_one: Callable[..., Cockpit], time: dict[str, float]) -> None:
    cockpit = open_one(with_ack(), fails=True)
    for _ in range(3):
        cockpit.alerts.hear(ACK)
        cockpit.keeper.pump()
    assert cockpit.did == ["extend-ack"]
    time["elapsed"] += AGAIN
    cockpit.alerts.hear(ACK)
    cockpit.keeper.pump()
    assert cockpit.did == ["extend-ack"] * 2


def test_what_is_refused_is_not_asked_again_and_again(open_one: Callable[..., Cockpit], time: dict[str, float]) -> None:
    member = with_ack(replace(ACK, state="expired"))
    cockpit = open_one(member)
    for _ in range(3):
        cockpit.alerts.hear(ACK)
        cockpit.keeper.pump()
        time["elapsed"] += AGAIN
    assert cockpit.did == ["extend-ack"]


def test_without_a_name_nothing_is_anybody_s_own(open_one: Callable[..., Cockpit]) -> None:
    cockpit = open_one(with_ack(replace(ACK, created_by="")), who="")
    cockpit.alerts.hear(replace(ACK, created_by=""))
    cockpit.keeper.pump()
    assert cockpit.did == []


def test_acks_of_a_context_that_was_left_are_kept_until_none_is_left(open_one: Callable[..., Cockpit]) -> None:
    member = with_ack()
    cockpit, left = open_one(member), LeftAcks()
    cockpit.alerts.hear(ACK)
    assert left.take("prod-eu", cockpit.keeper)
    left.pump()
    assert cockpit.did == ["extend-ack"]
    assert left.contexts == ("prod-eu",)
    cockpit.alerts.hear()
    left.pump()
    assert (left.contexts, cockpit.alerts.stopped) == ((), True)
    assert not left.take("prod-eu", cockpit.keeper), "there is nothing to keep"
    assert not left.take("prod-eu", None)


def test_a_server_that_does_not_answer_is_asked_until_the_acks_have_ended(open_one: Callable[..., Cockpit]) -> None:
    member = with_ack()
    cockpit, left = open_one(member), LeftAcks()
    assert not left.take("prod-eu", cockpit.keeper), "it was never heard"
    cockpit.alerts.hear(ACK)
    cockpit.alerts.alertmanager = Freshness(Health.STALE, NOW)
    assert left.take("prod-eu", cockpit.keeper)
    left.pump()
    assert left.contexts == ("prod-eu",)
    member.time = ACK.ends
    left.pump()
    assert left.contexts == ()


def test_the_acks_that_lapse_are_told_as_they_were_last_heard_of(open_one: Callable[..., Cockpit]) -> None:
    member = with_ack()
    cockpit = open_one(member)
    cockpit.alerts.hear(ACK)
    assert cockpit.keeper.lapsing() == (ACK,)
    assert cockpit.keeper.extend(ACK, 4 * 3600).done
    assert member.kept["s1"].ends == NOW + 4 * 3600
