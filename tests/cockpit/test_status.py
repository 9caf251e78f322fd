from datetime import UTC, datetime

import pytest

from cockpit.status import alert_part, journal_part, place_parts, saved_part, share_part, source_part, source_words
from state.alerts.model import Alert, AlertState, Severity
from state.cell import Cell, Tone
from state.freshness import Freshness, Health
from state.planning.share import Part, Share

NOW = datetime(2026, 11, 24, 3, 10, tzinfo=UTC).timestamp()


def words(part: tuple[Cell, ...]) -> str:
    return "".join(cell.text for cell in part)


def alert(name: str, severity: Severity, state: AlertState = AlertState.ACTIVE) -> Alert:
    return Alert(name, name, severity, state, (), (), NOW)


def test_a_protected_context_is_red_and_says_so() -> None:
    parts = place_parts("prod-eu", "all namespaces", protected=True, read_only=True)
    assert Cell("prod-eu", Tone.BAD) in parts[0]
    assert [words(part) for part in parts[1:]] == ["READ-ONLY", "protected", "all namespaces"]
    assert Cell("lab", Tone.TEXT) in place_parts("lab", "", protected=False, read_only=False)[0]


@pytest.mark.parametrize(
    ("freshness", "shown"),
    [
        (Freshness(Health.LIVE, NOW, NOW), "● prom"),
        (Freshness(Health.LIVE, NOW, NOW, "one of its members is not reached"), "◐ prom"),
        (Freshness(Health.CONNECTING, NOW), "◌ prom"),
        (Freshness(Health.STALE, NOW, NOW - 42, "timed out"), "◌ prom 42s"),
        (Freshness(Health.DENIED, NOW, NOW - 42, "forbidden"), "✗ prom denied"),
        (Freshness(Health.FAILED, NOW, None, "refused"), "✗ prom failed"),
    ],
)
def test_a_source_says_how_it_is(freshness: Freshness, shown: str) -> None:
    assert words(source_part([("prom", freshness)], NOW)) == shown


def test_a_source_says_why_it_is_so() -> None:
    assert source_words("prom", Freshness(Health.LIVE, NOW, NOW)) == "prom: live"
    assert source_words("prom", Freshness(Health.LIVE, NOW, NOW, "b is gone")) == "prom: live but for a part: b is gone"
    assert source_words("prom", Freshness(Health.DENIED, NOW, None, "forbidden")) == "prom: denied forbidden"


def test_narrow_only_what_is_not_live_keeps_its_name() -> None:
    live, stale = Freshness(Health.LIVE, NOW, NOW), Freshness(Health.STALE, NOW, NOW - 300)
    shown = words(source_part([("k8s", live), ("prom", stale)], NOW, narrow=True))
    assert "k8s" not in shown
    assert "prom 5m" in shown


def test_a_journal_is_named_only_when_it_cannot_be_written() -> None:
    assert journal_part(3, "") == ()
    assert words(journal_part(3, "the journal /d/journal.db: disk full")) == (
        "unsaved 3, the journal /d/journal.db: disk full"
    )
    assert words(journal_part(0, "2 entries are lost")) == "2 entries are lost"


def test_active_alerts_are_counted_by_severity() -> None:
    alerts = [
        alert("A", Severity.CRITICAL),
        alert("B", Severity.WARNING),
        alert("C", Severity.WARNING),
        *(alert(state.value, Severity.WARNING, state) for state in AlertState if state is not AlertState.ACTIVE),
        alert("Watchdog", Severity.CRITICAL),
    ]
    assert words(alert_part(alerts)) == "✗ 1 ▲ 2"
    # What nobody has ranked may be the worst.
    assert words(alert_part([*alerts, alert("E", Severity.OTHER)])) == "✗ 1 ? 1 ▲ 2"
    assert alert_part([]) == ()


def test_the_share_stands_with_its_band() -> None:
    share = Share(Part(163, 342), Part(31, 50), Part(163, 342), (0, 0), (20, 40))
    assert words(share_part(share, 20.5)).startswith("MVP 47.7 % ")
    assert share_part(share, 20.5)[-1] == Cell(" of 20–40", Tone.WARN)
    assert words(share_part(share, 20.5, narrow=True)) == "MVP 47.7 %"
    nothing = Share(Part(0, 0), Part(0, 0), Part(0, 0), (0, 0), (20, 40))
    assert words(share_part(nothing, 0)) == "MVP –"


def test_what_is_not_durable_is_said() -> None:
    assert saved_part(0, "") == ()
    assert words(saved_part(1, "")) == "unsaved 1"
    assert words(saved_part(2, "disk full")) == "unsaved 2, disk full"
    long = f"/{'x' * 300}/board.json: disk full"
    assert words(saved_part(2, long)).endswith("x/board.json: disk full")
    assert len(words(saved_part(2, long))) == len("unsaved 2, ") + 80
    assert words(saved_part(2, long, narrow=True)).endswith(": disk full")
    assert len(words(saved_part(2, long, narrow=True))) == len("unsaved 2, ") + 32
