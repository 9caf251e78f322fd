from dataclasses import replace

import pytest

from state.alerts.ack import LONGEST, Ack, Unack
from state.alerts.model import Alert, AlertPicture, AlertState, Severity, Silence
from state.alerts.reading import alert_of
from state.alerts.upkeep import (
    GRACE,
    OTHERS_BEFORE,
    RENEW_BEFORE,
    ExtendAck,
    duties,
    end,
    lapsing,
    renew_due,
)
from state.alerts.wire import WireAlert
from state.cluster.errors import Unreachable
from state.operation import Refused
from tests.state.alerts.members import NOW, Member, cluster

LABELS = {"alertname": "KubePodCrashLooping", "namespace": "pay", "pod": "api-1", "prometheus_replica": "a"}
OTHER = {**LABELS, "container": "api"}


def alert(labels: dict[str, str] = LABELS) -> Alert:
    return alert_of(WireAlert(labels=labels), {})


def text(lines: tuple[tuple[object, ...], ...]) -> str:
    return "\n".join("".join(cell.text for cell in line) for line in lines)  # type: ignore[attr-defined]


def test_a_preview_says_which_silence_and_how_many_alerts_and_changes_nothing() -> None:
    member = Member(LABELS, OTHER, {"alertname": "Other"})
    preview = Ack(cluster(member), alert(), "ana", "config missing").preview()
    said = text(preview.lines)
    for wanted in (
        'alertname="KubePodCrashLooping"',
        'namespace="pay"',
        'pod="api-1"',
        "ACK! config missing",
        "ana",
        "2 alerts now",
    ):
        assert wanted in said
    assert "prometheus_replica" not in said
    assert preview.warnings == ("it holds 2 alerts, not this one alone",)
    assert member.posted == []


def test_an_ack_is_written_once_and_read_back() -> None:
    member = Member(LABELS)
    outcome = Ack(cluster(member), alert(), "ana").run()
    assert outcome.done
    assert outcome.summary.startswith("KubePodCrashLooping pay/api-1 is acknowledged by ana until ")
    (draft,) = member.posted
    assert (draft.starts, draft.ends, draft.comment) == (NOW, NOW + 900, "ACK! on it")
    assert outcome.details["silence"] == "s1"


def test_an_ack_needs_a_name_a_living_alert_and_nobody_twice() -> None:
    member = Member(LABELS)
    with pytest.raises(Refused, match="say who you are"):
        Ack(cluster(member), alert(), "  ").preview()
    with pytest.raises(Refused, match="has ended or has not arrived"):
        Ack(cluster(Member()), alert(), "ana").preview()
    Ack(cluster(member), alert(), "ana").run()
    with pytest.raises(Refused, match="already, until"):
        Ack(cluster(member), alert(), "ana").run()
    assert Ack(cluster(member), alert(), "ben").preview().warnings == ("ana is on it already: ACK! on it",)


def test_the_member_that_answers_is_written_to() -> None:
    dead, alive = Member(LABELS), Member(LABELS)
    dead.down = "unreachable"
    assert Ack(cluster(dead, alive), alert(), "ana").run().done
    assert (len(dead.posted), len(alive.posted)) == (0, 1)


def test_when_no_member_answers_it_says_so() -> None:
    member = Member(LABELS)
    member.down = "unreachable"
    with pytest.raises(Unreachable, match="it is unreachable"):
        Ack(cluster(member), alert(), "ana").preview()
    member.down = "auth"
    with pytest.raises(Refused, match="it is auth"):
        Ack(cluster(member), alert(), "ana").preview()


def test_taking_an_ack_back_frees_its_alerts() -> None:
    member = Member(LABELS, OTHER)
    Ack(cluster(member), alert(), "ana").run()
    unack = Unack(cluster(member), member.kept["s1"])
    assert "2 alerts now" in text(unack.preview().lines)
    assert unack.run().done
    assert all(one.status.state == "active" for one in member.alerts())
    with pytest.raises(Refused, match="ended already"):
        unack.run()


def test_an_ack_is_extended_in_place() -> None:
    member = Member(LABELS)
    Ack(cluster(member), alert(), "ana").run()
    silence = member.kept["s1"]
    member.time = NOW + 700
    assert ExtendAck(cluster(member), silence).run().done
    draft = member.posted[-1]
    assert (draft.id, draft.starts, draft.ends, draft.matchers) == ("s1", NOW, NOW + 1600, silence.matchers)


def test_what_somebody_else_extended_meanwhile_is_left() -> None:
    member = Member(LABELS)
    Ack(cluster(member), alert(), "ana").run()
    seen = member.kept["s1"]
    member.kept["s1"] = replace(seen, ends=seen.ends + 600)
    outcome = ExtendAck(cluster(member), seen).run()
    assert (outcome.done, "extended already" in outcome.summary, len(member.posted)) == (True, True, 1)


def test_after_a_day_somebody_has_to_say_it_again() -> None:
    member = Member(LABELS)
    Ack(cluster(member), alert(), "ana").run()
    member.kept["s1"] = replace(member.kept["s1"], ends=NOW + LONGEST)
    member.time = NOW + LONGEST - 60
    with pytest.raises(Refused, match="lasted for 24h: acknowledge anew"):
        ExtendAck(cluster(member), member.kept["s1"]).run()
    assert not renew_due(member.kept["s1"], member.time)


ACK = Silence("s1", "active", (), NOW - 60, NOW + 200, "ana", "ACK! on it")


def held(*silences: Silence) -> Alert:
    return Alert("00", "A", Severity.OTHER, AlertState.ACKED, (), (), NOW, silences=silences)


@pytest.mark.parametrize(
    ("silence", "due"),
    [
        (ACK, True),
        (replace(ACK, ends=NOW + 301), False),
        (replace(ACK, ends=NOW - 1), False),
        (replace(ACK, state="expired"), False),
        (replace(ACK, comment="maintenance"), False),
    ],
)
def test_an_ack_is_due_shortly_before_its_end(silence: Silence, due: bool) -> None:
    assert renew_due(silence, NOW) is due


def test_own_acks_are_extended_while_their_alert_lives() -> None:
    theirs = replace(ACK, id="s2", created_by="ben")
    picture = AlertPicture((held(ACK, theirs),), (ACK, theirs))
    assert duties(picture, "ana", NOW).extend == (ACK,)


def test_own_acks_end_a_while_after_their_alert() -> None:
    picture = AlertPicture((), (ACK,), rules_evaluating=True)
    first = duties(picture, "ana", NOW)
    assert (first.end, first.extend) == ((), ())
    later = duties(picture, "ana", NOW + GRACE, first.watched)
    assert later.end == (ACK,)
    back = duties(AlertPicture((held(ACK),), (ACK,)), "ana", NOW + 60, first.watched)
    assert (back.end, back.watched["s1"].idle) == ((), None)


def test_no_ack_ends_while_alerts_may_only_have_gone_unheard() -> None:
    for deaf in (
        AlertPicture((), (ACK,), rules_evaluating=False),
        AlertPicture((), (ACK,), sender_silent=200.0),
    ):
        heard = duties(AlertPicture((), (ACK,)), "ana", NOW).watched
        later = duties(deaf, "ana", NOW + 9 * GRACE, heard)
        assert later.end == ()
        # Once alerts are heard again, the whole while is waited again.
        assert duties(AlertPicture((), (ACK,)), "ana", NOW + 9 * GRACE + 1, later.watched).end == ()


def test_an_ack_that_somebody_else_extends_is_left_to_them_until_they_fail_to() -> None:
    before = duties(AlertPicture((held(ACK),), (ACK,)), "ana", NOW).watched
    moved = replace(ACK, ends=ACK.ends + 900)
    picture = AlertPicture((held(moved),), (moved,))
    seen = duties(picture, "ana", moved.ends - RENEW_BEFORE, before)
    assert (seen.extend, seen.watched["s1"].others) == ((), True)
    assert duties(picture, "ana", moved.ends - OTHERS_BEFORE, seen.watched).extend == (moved,)
    # What this cockpit wrote itself is nobody else's.
    own = duties(picture, "ana", moved.ends - RENEW_BEFORE, before, {"s1": moved.ends})
    assert own.extend == (moved,)


def test_the_acks_that_lapse_are_those_of_living_alerts_that_may_be_extended() -> None:
    first, spent = replace(ACK, id="s0", ends=NOW + 100), replace(ACK, id="s2", starts=NOW + 200 - LONGEST)
    theirs, idle = replace(ACK, id="s3", created_by="ben"), replace(ACK, id="s4")
    picture = AlertPicture((held(ACK, first, spent, theirs),), (ACK, first, spent, theirs, idle))
    assert lapsing(picture, "ana", NOW) == (first, ACK)
    assert lapsing(picture, "cleo", NOW) == ()


def test_an_ack_about_to_end_is_not_extended_lest_it_comes_back_as_another() -> None:
    member = Member(LABELS)
    Ack(cluster(member), alert(), "ana").run()
    member.time = member.kept["s1"].ends - 1
    with pytest.raises(Refused, match="ended already"):
        ExtendAck(cluster(member), member.kept["s1"]).run()


def test_an_ack_leaves_out_what_changes_while_its_alert_goes_on() -> None:
    crash = {"alertname": "Crash", "namespace": "pay", "pod": "api-7d4f9c5b6d-x7k2p", "container": "api"}
    again = {**crash, "pod": "api-7d4f9c5b6d-zzxqp", "container": "proxy"}
    other = {**crash, "pod": "db-7d4f9c5b6d-x7k2p"}
    member = Member(crash, again, other)
    preview = Ack(cluster(member), alert(crash), "ana").preview()
    said = text(preview.lines)
    assert "any      container" in said
    assert "api-7d4f9c5b6d-zzxqp" in said
    assert "db-" not in said
    exact = text(Ack(cluster(member), alert(crash), "ana", volatile=()).preview().lines)
    assert 'pod="api-7d4f9c5b6d-x7k2p"' in exact
    assert "any " not in exact


def test_an_ack_whose_answer_was_lost_is_looked_for_before_it_is_written_again() -> None:
    member = Member(LABELS)
    member.lost = "after"
    assert Ack(cluster(member), alert(), "ana").run().details["silence"] == "s1"
    member.lost = "before"
    with pytest.raises(Unreachable, match="looked for and is not there"):
        ExtendAck(cluster(member), member.kept["s1"], lasting=3600).run()
    assert len(member.posted) == 1


def test_the_operation_that_ends_one_has_its_own_name() -> None:
    member = Member()
    member.kept["s1"] = ACK
    operation = end(cluster(member), ACK)
    assert operation.id == "end-ack"
    assert operation.run().done


def test_what_leads_to_alertmanager_may_forbid_to_write() -> None:
    member = Member(LABELS)
    operation = Ack(cluster(member), alert(), "ana")
    assert operation.permitted() == ""
    member.forbidden = "you may not create services/proxy in monitoring"
    assert operation.permitted() == member.forbidden
    member.forbidden, member.down = "", "unreachable"
    assert operation.permitted() == ""
