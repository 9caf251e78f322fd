"""Silencing what matchers hold, and what is kept of silences."""

import json
import shlex
from dataclasses import replace

import pytest

from state.alerts.client import Draft
from state.alerts.commands import amtool_expire, amtool_line, curl_expire, curl_line
from state.alerts.expiry import ExpireSilences, ExtendSilences
from state.alerts.inventory import CAME_BACK, came_back, inventory, remembering
from state.alerts.model import Alert, AlertPicture, AlertState, Matcher, Severity, Silence
from state.alerts.silence import SilenceAlerts
from state.alerts.silencing import lasting_matchers
from state.cluster.errors import Unreachable
from state.operation import Refused
from tests.state.alerts.members import NOW, Member, cluster

DOWN = {"alertname": "Down", "namespace": "pay", "severity": "critical"}
SLOW = {"alertname": "Slow", "namespace": "pay"}
PAY = (Matcher("namespace", "pa.", regex=True),)


def silencing(member: Member, **parts: object) -> SilenceAlerts:
    plain = SilenceAlerts(cluster(member), PAY, NOW + 7200, "ana", "maintenance")
    return replace(plain, **parts)  # type: ignore[arg-type]


def text(lines: tuple[tuple[object, ...], ...]) -> str:
    return "\n".join("".join(cell.text for cell in line) for line in lines)  # type: ignore[attr-defined]


def test_a_preview_names_what_it_hits_and_how_to_do_the_same_elsewhere() -> None:
    member = Member(DOWN, SLOW, {"alertname": "Other"})
    preview = silencing(member).preview()
    said = text(preview.lines)
    commands = ("amtool silence add \\", "curl -sS -H", "'{")
    for words in ("2 alerts now", "Down pay", "Slow pay", *commands, "maintenance", "for 120m"):
        assert words in said
    assert preview.warnings == ("1 of them is critical",)
    assert member.posted == []
    assert silencing(Member()).preview().warnings == ("it matches no alert now",)


def test_it_is_written_once_and_read_back() -> None:
    member = Member(DOWN, SLOW)
    outcome = silencing(member).run()
    assert outcome.done
    assert outcome.summary.endswith("2 alerts now")
    assert outcome.details["silence"] == "s1"
    assert member.posted == [Draft(PAY, NOW, NOW + 7200, "ana", "maintenance")]


@pytest.mark.parametrize(("field", "said"), [("by", "who you are"), ("comment", "say why")])
def test_nobody_and_no_reason_are_refused(field: str, said: str) -> None:
    with pytest.raises(Refused, match=said):
        silencing(Member(), **{field: " \t"}).run()
    with pytest.raises(Refused, match="over already"):
        silencing(Member(), ends=NOW).run()


def test_when_the_answer_is_lost_what_is_there_counts_and_nothing_is_written_twice() -> None:
    member = Member(DOWN)
    member.lost = "after"
    assert silencing(member).run().details["silence"] == "s1"
    assert len(member.posted) == 1
    member = Member(DOWN)
    member.lost = "before"
    with pytest.raises(Unreachable, match="looked for and is not there"):
        silencing(member).run()
    assert member.posted == []


def test_extending_keeps_its_beginning_and_its_id() -> None:
    member = Member(DOWN)
    silencing(member).run()
    before = member.kept["s1"]
    member.time = NOW + 60
    again = silencing(member, ends=NOW + 9000, replaces=before)
    assert again.preview().warnings == ("1 of them is critical",)
    assert again.run().details["silence"] == "s1"
    assert member.posted[-1] == Draft(PAY, NOW, NOW + 9000, "ana", "maintenance", "s1")


def test_other_matchers_begin_anew_and_say_so() -> None:
    member = Member(DOWN)
    silencing(member).run()
    changed = silencing(member, matchers=(Matcher("alertname", "Down"),), replaces=member.kept["s1"])
    assert "another id" in changed.preview().warnings[-1]


def test_what_somebody_else_changed_meanwhile_is_not_overwritten() -> None:
    member = Member(DOWN)
    silencing(member).run()
    before = member.kept["s1"]
    member.kept["s1"] = replace(before, comment="still broken")
    with pytest.raises(Refused, match="has changed this silence"):
        silencing(member, replaces=before).run()
    member.expire("s1")
    with pytest.raises(Refused, match="has ended"):
        silencing(member, replaces=member.kept["s1"]).run()


def test_ending_frees_what_no_other_silence_holds() -> None:
    member = Member(DOWN, SLOW)
    silencing(member).run()
    silencing(member, matchers=(Matcher("alertname", "Slow"),)).run()
    both = tuple(member.kept.values())
    assert "1 alert now" in text(ExpireSilences(cluster(member), both[:1]).preview().lines)
    assert "2 alerts now" in text(ExpireSilences(cluster(member), both).preview().lines)
    assert ExpireSilences(cluster(member), both).run().summary == "2 silences ended"
    assert {silence.state for silence in member.kept.values()} == {"expired"}
    # Ending again what has ended is no error.
    assert ExpireSilences(cluster(member), both).run().done


def test_when_the_answer_to_an_end_is_lost_what_is_there_counts() -> None:
    member = Member(DOWN)
    silencing(member).run()
    silence = member.kept["s1"]
    member.lost = "before"
    with pytest.raises(Unreachable, match="no answer"):
        ExpireSilences(cluster(member), (silence,)).run()
    member.lost = "after"
    assert ExpireSilences(cluster(member), (silence,)).run().done


def test_the_inventory_says_what_is_odd_and_what_ends_next() -> None:
    held = Silence("a", "active", PAY, NOW - 60, NOW + 7200, "ana", "x")
    idle, soon, later = (
        replace(held, id="b"),
        replace(held, id="c", ends=NOW + 60),
        replace(held, id="d", state="pending"),
    )
    alert = Alert("f", "Down", Severity.CRITICAL, AlertState.SILENCED, (), (), NOW, silences=(held, soon))
    found = inventory(AlertPicture((alert,), (held, idle, soon, later)), NOW)
    assert [(kept.silence.id, kept.holds, kept.remarks) for kept in found] == [
        ("c", 1, ("ends soon",)),
        ("a", 1, ()),
        ("b", 0, ("matches nothing",)),
        ("d", 0, ("not yet",)),
    ]


def test_a_silence_whose_alert_fires_again_right_after_its_end_came_back() -> None:
    over = Silence("a", "expired", (Matcher("alertname", "Down"),), NOW - 9000, NOW - 600, "ana", "disk full")
    older, long_ago = replace(over, id="b", ends=NOW - 700), replace(over, id="c", ends=NOW - 90_000)
    down = Alert("f", "Down", Severity.CRITICAL, AlertState.ACTIVE, (("alertname", "Down"),), (), NOW - 300)
    new, held = replace(down, fingerprint="g", since=NOW), replace(down, fingerprint="h", state=AlertState.ACKED)
    picture = AlertPicture((down, new, held), (), ended=(long_ago, older, over))
    (kept,) = inventory(picture, NOW, picture.ended)
    assert (kept.silence, kept.holds, kept.remarks) == (over, 2, (CAME_BACK,))
    assert came_back([over], [replace(down, since=over.ends + 3601)], NOW) == {}
    assert inventory(picture, NOW) == ()
    assert [one.was for one in remembering(picture, NOW).alerts] == [over, over, None]
    calm = AlertPicture((held,), (), ended=(over,))
    assert remembering(calm, NOW) is calm


def test_a_pattern_that_might_run_on_for_ever_is_not_tried() -> None:
    value = "a" * 60
    labels = (("alertname", "Down"), ("x", value))
    down = Alert("f", "Down", Severity.CRITICAL, AlertState.ACTIVE, labels, (), NOW - 300)
    for pattern, back in (
        ("(a+)+b", False),
        ("(a|aa)*b", False),
        ("a*a*a*a*b", False),
        ("a.*|b", True),
        ("a{1,60}", True),
    ):
        over = Silence("a", "expired", (Matcher("x", pattern, regex=True),), NOW - 9000, NOW - 600, "ana", "x")
        assert bool(came_back([over], [down], NOW)) is back


def test_silences_are_extended_together_and_what_lasts_longer_is_left() -> None:
    member = Member(DOWN, SLOW)
    silencing(member).run()
    silencing(member, matchers=(Matcher("alertname", "Slow"),), ends=NOW + 20_000).run()
    both = tuple(member.kept.values())
    extending = ExtendSilences(cluster(member), both, NOW + 9000)
    preview = extending.preview()
    assert preview.warnings == ("1 silence of them last longer already and are left as they are",)
    assert "amtool silence update" in text(preview.lines)
    assert extending.run().done
    assert [one.ends for one in member.kept.values()] == [NOW + 9000, NOW + 20_000]
    assert member.posted[-1].id == "s1"
    with pytest.raises(Refused, match="last longer than that already"):
        ExtendSilences(cluster(member), tuple(member.kept.values()), NOW + 60).preview()


def test_what_fails_for_one_silence_stops_no_other_and_is_said() -> None:
    member = Member(DOWN)
    silencing(member).run()
    there = member.kept["s1"]
    gone = replace(there, id="s9")
    outcome = ExpireSilences(cluster(member), (gone, there)).run()
    assert (outcome.done, outcome.summary) == (False, "1 of 2 silences ended; the rest not: no such silence")
    assert outcome.details == {"silences": "s1"}
    with pytest.raises(Refused, match="no such silence"):
        ExpireSilences(cluster(member), (gone,)).run()
    with pytest.raises(Refused, match="has ended"):
        ExtendSilences(cluster(member), (member.kept["s1"],), NOW + 9000).run()


def test_a_change_in_place_is_an_update_on_the_command_line_too() -> None:
    draft = Draft(PAY, NOW, NOW + 60, "ana", "longer", "s1")
    words = shlex.split(_joined(amtool_line(draft, "http://am", in_place=True)))
    assert words[:3] == ["amtool", "silence", "update"]
    assert words[-1] == "s1"
    assert shlex.split(_joined(amtool_expire(["s1", "s2"], "http://am")))[-2:] == ["s1", "s2"]
    assert shlex.split(_joined(curl_expire(["s1"], "http://am/")))[-1] == "http://am/api/v2/silence/s1"


def test_command_lines_survive_any_text() -> None:
    odd = Draft((Matcher("a", 'it\'s "$(x)"\n\\'),), NOW, NOW + 60, "o'neil", "say `why`; now")
    words = shlex.split(_joined(amtool_line(odd, "http://am")))
    assert words[-1] == 'a="it\'s \\"$(x)\\"\\n\\\\"'
    assert "--comment=say `why`; now" in words
    curl = shlex.split(_joined(curl_line(odd, "http://am/")))
    assert curl[-3:-1] == ["http://am/api/v2/silences", "-d"]
    assert json.loads(curl[-1])["matchers"][0]["value"] == odd.matchers[0].value


def test_a_silence_goes_on_to_hold_when_the_pod_is_replaced_and_holds_no_other_workload() -> None:
    labels = {"alertname": "KubePodCrashLooping", "instance": "10.1.2.3:80", "namespace": "pay", "pod": _PODS[0]}
    found = {matcher.name: matcher for matcher in lasting_matchers(labels)}
    assert set(found) == {"alertname", "namespace", "pod"}
    member = Member(*({"alertname": "KubePodCrashLooping", "namespace": "pay", "pod": pod} for pod in _PODS))
    held = member.alerts(tuple(found.values()))
    assert [one.labels["pod"] for one in held] == ["api-7d4f9c5b6d-x7k2p", "api-6b8c7d9f5-zzxqp"]
    # Of a node the address is all that says which.
    node = {"alertname": "Disk", "instance": "10.1.2.3:9100"}
    assert lasting_matchers(node)[-1] == Matcher("instance", "10.1.2.3:9100")
    assert lasting_matchers({"alertname": "Down", "pod": "db-0"})[-1] == Matcher("pod", "db-0")


_PODS = ("api-7d4f9c5b6d-x7k2p", "api-6b8c7d9f5-zzxqp", "api-worker-7d4f9c5b6d-x7k2p", "api", "db-0")


def _joined(command: str) -> str:
    """A command as a shell reads it: a line that ends with a backslash goes on."""
    return command.replace(" \\\n", " ")
