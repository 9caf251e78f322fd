import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from state.alerts.fingerprint import fingerprint
from state.alerts.join import join
from state.alerts.merge import merge, merge_silences, settled
from state.alerts.model import Alert, AlertState, Matcher, Severity, Silence
from state.alerts.order import rank_order, ranks, severity_of, worst_first
from state.alerts.reading import (
    FromAlertmanager,
    FromPrometheus,
    Rule,
    alert_of,
    alert_of_prometheus,
    judge_rules,
    rules_of,
)
from state.alerts.wire import WireAlert, WireReceiver, WireStatus
from state.metrics.wire import WireAlert as PrometheusAlert
from state.metrics.wire import WireGroup, WireRule

NOW = 1_800_000_000.0
START = "2027-01-15T07:00:00Z"
ACK = Silence("s1", "active", (), NOW - 60, NOW + 840, "ana", "ACK! on it")
MUTE = Silence("s2", "active", (), NOW - 60, NOW + 840, "ben", "maintenance")


def from_alertmanager(status: WireStatus | None = None, **labels: str) -> Alert:
    wire = WireAlert(
        labels=labels,
        annotations={"summary": "it broke"},
        starts_at=START,
        updated_at=START,
        fingerprint=fingerprint(labels.items()),
        generator_url="http://prom/graph",
        receivers=[WireReceiver("team")],
        status=status or WireStatus("active"),
    )
    return replace(alert_of(wire, {"s1": ACK, "s2": MUTE}), updated=NOW)


def from_prometheus(state: str = "firing", value: str = "4.2e+00", **labels: str) -> Alert:
    return alert_of_prometheus(PrometheusAlert(labels=labels, state=state, active_at=START, value=value))


def told(*alerts: Alert, **parts: object) -> FromPrometheus:
    return replace(FromPrometheus(NOW, alerts), **parts)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("labels", "digits"),
    [({}, "cbf29ce484222325"), ({"pod": "p-1", "alertname": "A"}, "9164e338d19334b8")],
)
def test_a_fingerprint_is_alertmanagers(labels: dict[str, str], digits: str) -> None:
    assert fingerprint(labels.items()) == digits


@given(st.dictionaries(st.text(max_size=5), st.text(max_size=5), max_size=4))
def test_a_fingerprint_knows_no_order(labels: dict[str, str]) -> None:
    assert fingerprint(labels.items()) == fingerprint(reversed(labels.items()))


def test_alertmanager_alone_makes_a_picture() -> None:
    picture = join(FromAlertmanager(NOW, (from_alertmanager(alertname="A", severity="critical"),)), None)
    (alert,) = picture.alerts
    assert (alert.name, alert.severity, alert.state) == ("A", Severity.CRITICAL, AlertState.ACTIVE)
    assert (alert.receivers, alert.annotation("summary")) == (("team",), "it broke")
    assert picture.rules_evaluating is None
    assert picture.sender_silent is None


def test_prometheus_alone_makes_a_picture() -> None:
    said = told(from_prometheus("pending", alertname="A"), from_prometheus(alertname="B"), evaluating=True)
    picture = join(None, said)
    assert [(alert.name, alert.state, alert.value) for alert in picture.alerts] == [
        ("B", AlertState.ACTIVE, 4.2),
        ("A", AlertState.PENDING, 4.2),
    ]
    assert picture.rules_evaluating is True


def test_nothing_known_is_an_empty_picture() -> None:
    assert join(None, None).alerts == ()


@pytest.mark.parametrize(
    ("status", "state", "acked_by"),
    [
        (WireStatus("active"), AlertState.ACTIVE, ""),
        (WireStatus("suppressed", ["s2", "s1"]), AlertState.ACKED, "ana"),
        (WireStatus("suppressed", ["s2"]), AlertState.SILENCED, ""),
        (WireStatus("suppressed", ["forgotten"]), AlertState.SILENCED, ""),
        (WireStatus("suppressed", [], ["00ff"]), AlertState.INHIBITED, ""),
        (WireStatus("suppressed", [], [], ["weekend"]), AlertState.MUTED, ""),
    ],
)
def test_states_come_from_what_suppresses(status: WireStatus, state: AlertState, acked_by: str) -> None:
    alert = from_alertmanager(status, alertname="A")
    assert alert.state is state
    assert (alert.ack.created_by if alert.ack else "") == acked_by


def test_both_sides_of_one_alert_are_joined_over_external_and_relabelled_labels() -> None:
    known = from_alertmanager(alertname="A", pod="p-1", cluster="prod")
    other = from_alertmanager(alertname="A", pod="p-2", cluster="prod")
    said = told(
        from_prometheus(alertname="A", pod="p-1", endpoint="http", value="1"),
        from_prometheus(alertname="A", pod="p-2", endpoint="http", value="2"),
        rules=(Rule("A", (), "x > 1", 60.0),),
    )
    picture = join(FromAlertmanager(NOW, (known, other)), said)
    assert {alert.label("pod"): alert.value for alert in picture.alerts} == {"p-1": 1.0, "p-2": 2.0}
    assert {(alert.expression, alert.wait) for alert in picture.alerts} == {("x > 1", 60.0)}


def test_a_value_is_not_given_to_the_same_alert_of_another_cluster() -> None:
    known = [from_alertmanager(alertname="Watchdog", cluster=cluster) for cluster in ("a", "b")]
    picture = join(FromAlertmanager(NOW, tuple(known)), told(from_prometheus(alertname="Watchdog")))
    assert [alert.value for alert in picture.alerts] == [None, None]


def test_a_pending_alert_stands_beside_a_firing_one_of_its_rule() -> None:
    known = from_alertmanager(alertname="A", pod="p-1")
    said = told(from_prometheus("pending", alertname="A", pod="p-2"), from_prometheus(alertname="A", pod="p-1"))
    picture = join(FromAlertmanager(NOW, (known,)), said)
    assert [(alert.label("pod"), alert.state) for alert in picture.alerts] == [
        ("p-1", AlertState.ACTIVE),
        ("p-2", AlertState.PENDING),
    ]


def test_an_alert_that_alertmanager_has_not_is_silenced_by_what_would_hold_it() -> None:
    ack = replace(ACK, matchers=(Matcher("alertname", "A"), Matcher("cluster", "a|b", regex=True)))
    mute = replace(MUTE, matchers=(Matcher("alertname", "B"),))
    unread = replace(MUTE, id="s3", matchers=(Matcher("alertname", "C(?=D)", regex=True),))
    over = replace(MUTE, id="s4", state="expired", matchers=(Matcher("alertname", "C"),))
    heard = FromAlertmanager(NOW, (), (ack, mute, unread, over))
    firing = [from_prometheus(alertname=name, cluster="a") for name in "ABC"]
    firing += [from_prometheus(alertname="A"), from_prometheus("pending", alertname="B")]
    states = {(a.name, a.label("cluster")): (a.state, a.silences) for a in join(heard, told(*firing)).alerts}
    assert states == {
        ("A", "a"): (AlertState.ACKED, (ack,)),
        ("B", "a"): (AlertState.SILENCED, (mute,)),
        ("C", "a"): (AlertState.ACTIVE, ()),
        ("A", ""): (AlertState.ACTIVE, ()),
        ("B", ""): (AlertState.PENDING, ()),
    }


def test_alerts_that_never_arrive_are_shown_and_said() -> None:
    lost = replace(from_prometheus(alertname="A"), since=NOW - 3600)
    fresh = replace(from_prometheus(alertname="B"), since=NOW - 5)
    picture = join(FromAlertmanager(NOW), told(lost, fresh))
    assert {alert.name for alert in picture.alerts} == {"A", "B"}
    assert picture.notes == ("1 firing in Prometheus and unknown to Alertmanager",)


def test_a_dead_sender_is_noticed() -> None:
    old = replace(from_alertmanager(alertname="A"), updated=NOW - 200)
    by_hand = replace(from_alertmanager(alertname="B"), updated=NOW - 9000, generator_url="")
    assert join(FromAlertmanager(NOW, (old, by_hand)), None).sender_silent == 200
    assert join(FromAlertmanager(NOW, (by_hand,)), None).sender_silent is None


def test_of_two_rules_of_one_name_the_one_that_fits_explains() -> None:
    rules = (
        Rule("Burn", (("severity", "warning"),), "slow", 900.0),
        Rule("Burn", (("severity", "critical"), ("tier", "{{ $labels.tier }}")), "fast", 60.0),
    )
    picture = join(None, told(from_prometheus(alertname="Burn", severity="critical", tier="a"), rules=rules))
    assert picture.alerts[0].expression == "fast"


def test_alerts_of_several_members_are_one() -> None:
    here = from_alertmanager(alertname="A", prometheus_replica="a")
    there = from_alertmanager(WireStatus("suppressed", ["s1"]), alertname="A", prometheus_replica="b")
    (alert,) = merge([[here], [there]])
    assert (alert.state, alert.fingerprint) == (AlertState.ACKED, here.fingerprint)
    assert alert.ack == ACK
    (again,) = merge([[here, there]])
    assert again.state is AlertState.ACKED


labels = st.dictionaries(st.sampled_from(("a", "b", "replica")), st.sampled_from("xy"), max_size=3)
members = st.lists(st.lists(labels, max_size=4), min_size=1, max_size=3)


@given(members)
def test_merging_loses_no_alert_and_repeats_none(listed: list[list[dict[str, str]]]) -> None:
    alerts = [[from_alertmanager(None, alertname="A", **one) for one in member] for member in listed]
    wanted = {tuple(sorted((n, v) for n, v in one.items() if n != "replica")) for member in listed for one in member}
    merged = merge(alerts)
    assert len(merged) == len(wanted)
    assert {alert.fingerprint for alert in merge([merged, merged])} == {alert.fingerprint for alert in merged}


def test_of_one_silence_the_last_change_holds() -> None:
    ended = replace(ACK, state="expired", ends=NOW, updated=NOW)
    assert merge_silences([[ACK], [ended]]) == merge_silences([[ended], [ACK]]) == (ended,)


def test_an_alert_has_its_silences_as_the_last_word_has_them() -> None:
    alert = replace(from_alertmanager(alertname="A"), state=AlertState.ACKED, silences=(ACK, MUTE))
    ended, longer = replace(ACK, state="expired"), replace(MUTE, ends=NOW + 9000)
    assert settled([alert], [ACK, MUTE]) == settled([alert], []) == (alert,)
    (silenced,) = settled([alert], [ended, longer])
    assert (silenced.state, silenced.silences) == (AlertState.SILENCED, (longer,))
    (acked,) = settled([alert], [ACK, replace(MUTE, state="expired")])
    assert (acked.state, acked.silences) == (AlertState.ACKED, (ACK,))
    over = [ended, replace(MUTE, state="expired")]
    for parts, state in (
        ({}, AlertState.ACTIVE),
        ({"inhibited_by": ("x",)}, AlertState.INHIBITED),
        ({"muted_by": ("nights",)}, AlertState.MUTED),
    ):
        (free,) = settled([replace(alert, **parts)], over)  # type: ignore[arg-type]
        assert (free.state, free.silences) == (state, ())


def test_of_one_silence_the_later_end_holds() -> None:
    longer = replace(ACK, ends=ACK.ends + 900)
    assert merge_silences([[ACK], [longer], [ACK]]) == (longer,)


def test_rules_are_judged() -> None:
    def group(last: str, health: str = "ok") -> WireGroup:
        rule = WireRule(name="A", health=health, last_error="bad \x1b[1mquery" if health == "err" else "")
        return WireGroup(name="g", interval=30.0, last_evaluation=last, rules=[rule])

    recent, old = "2027-01-15T07:59:50Z", "2027-01-15T07:00:00.123456789Z"
    assert judge_rules([group(recent)], NOW) == (True, ())
    assert judge_rules([group(recent, "err")], NOW) == (True, ("rule A fails: bad query",))
    assert judge_rules([group(old)], NOW) == (False, ("rules of g are not evaluated",))
    assert judge_rules([group("0001-01-01T00:00:00Z")], NOW)[0] is False
    assert judge_rules([group(old), group(recent)], NOW)[0] is True
    assert judge_rules([], NOW) == (False, ("Prometheus has no alerting rules",))
    assert judge_rules([WireGroup(rules=[WireRule(type="recording")])], NOW)[0] is False


def test_hostile_texts_become_printable() -> None:
    alert = from_alertmanager(alertname="A\x1b]0;x\x07", summary="\u202e")
    assert alert.name == "A"
    assert all(value.isprintable() for _, value in alert.labels)


def test_values_that_are_no_numbers_are_none_or_not_finite() -> None:
    assert from_prometheus(value="").value is None
    assert math.isinf(from_prometheus(value="+Inf").value or 0)


def test_what_needs_somebody_comes_first() -> None:
    def one(state: AlertState, severity: str, since: float) -> Alert:
        made = from_prometheus(alertname=f"{state.value} {severity} {since}")
        return replace(made, state=state, severity=severity_of(severity), since=since)

    acked = one(AlertState.ACKED, "critical", 9)
    warning = one(AlertState.ACTIVE, "warning", 9)
    old = one(AlertState.ACTIVE, "page", 1)
    new = one(AlertState.ACTIVE, "critical", 2)
    pending = one(AlertState.PENDING, "critical", 9)
    assert worst_first([acked, pending, warning, old, new]) == (new, old, warning, pending, acked)
    assert severity_of("whatever") is Severity.OTHER


def test_a_configuration_ranks_words_of_its_own_and_known_ones_anew() -> None:
    rank = ranks({"Urgent": "critical", "page": "warning"})
    assert [rank(word) for word in (" urgent", "PAGE", "info", "odd", "")] == [
        Severity.CRITICAL,
        Severity.WARNING,
        Severity.INFO,
        Severity.OTHER,
        Severity.OTHER,
    ]
    made = alert_of(WireAlert(labels={"alertname": "A", "severity": "urgent"}), {}, rank)
    assert made.severity is Severity.CRITICAL


def test_what_nobody_has_ranked_stands_right_after_what_is_critical() -> None:
    assert sorted(Severity, key=rank_order) == [Severity.CRITICAL, Severity.OTHER, Severity.WARNING, Severity.INFO]


def test_an_alert_says_that_its_rule_cannot_be_evaluated() -> None:
    broken = WireRule(name="A", query="x > 1", health="err", last_error="many-to-many matching")
    rules = rules_of([WireGroup(rules=[broken, WireRule(name="B", query="y", health="ok", last_error="old")])])
    known = (from_alertmanager(alertname="A"), from_alertmanager(alertname="B"))
    picture = join(FromAlertmanager(NOW, known), told(rules=rules))
    assert {alert.name: alert.failing for alert in picture.alerts} == {"A": "many-to-many matching", "B": ""}
