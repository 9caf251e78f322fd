"""What the next on call reads."""

from dataclasses import replace

from msgspec.structs import replace as replaced

from state.alerts.card import fields_of, title_of
from state.alerts.handoff import Told, handoff
from state.alerts.model import Alert, AlertPicture, AlertState, Matcher, Severity, Silence
from state.board.changes import apply, step
from state.board.edits import new_card
from state.board.model import empty_board
from state.journal.entry import Entry
from state.journal.lives import BEAT, WATCHING

NOW = 1_800_000_000.0
SINCE = NOW - 3600
ACK = Silence("s1", "active", (Matcher("alertname", "Down"),), NOW - 60, NOW + 840, "ana", "ACK! rolling back")
MUTE = Silence("s2", "active", (Matcher("namespace", "pay"),), NOW - 60, NOW + 9000, "ben", "maintenance")
LABELS = (("alertname", "Down"), ("namespace", "pay"), ("pod", "api-1"))
DOWN = Alert("f", "Down", Severity.CRITICAL, AlertState.ACTIVE, LABELS, (), NOW - 600, updated=NOW)
TOLD = Told("prod", SINCE, NOW, [], AlertPicture())


def entry(event: str, at: float, source: str = "alerts@prod", subject: str = "Down", **parts: object) -> Entry:
    plain = Entry(source, f"f{at}", at, event, at, subject=subject)
    return replace(plain, **parts)  # type: ignore[arg-type]


def beats(until: float = NOW) -> list[Entry]:
    first = SINCE // BEAT * BEAT
    places = (first + n * BEAT for n in range(13))
    return [Entry("watch@prod", "w", place, WATCHING, place) for place in places if place < until]


def section(text: str, title: str) -> str:
    return text.partition(f"## {title}\n\n")[2].partition("\n\n## ")[0].strip()


def test_a_calm_watched_hour_is_short() -> None:
    text = handoff(replace(TOLD, entries=beats()))
    assert "The alerts were watched all the time." in text
    for title in ("Open alerts", "Silences", "Noisy alerts", "What was done", "Notes", "Cards"):
        assert section(text, title) == "None."
    assert "(MTTA): none" in text


def test_what_nobody_watched_is_said() -> None:
    assert "Nobody watched" in handoff(TOLD)
    half = handoff(replace(TOLD, entries=beats(until=SINCE + 1800)))
    assert "**Not watched from this machine**" in half
    assert "for 30m" in half or "for 25m" in half


def test_open_alerts_have_an_owner_and_a_next_step() -> None:
    acked = replace(DOWN, state=AlertState.ACKED, silences=(ACK,))
    assert section(handoff(replace(TOLD, picture=AlertPicture((acked,)))), "Open alerts") == (
        "- **Down** pay/api-1 (critical, 10m): ana is on it\n  - rolling back"
    )
    lonely = section(handoff(replace(TOLD, picture=AlertPicture((DOWN,)))), "Open alerts")
    assert "**nobody has it**" in lonely
    assert "no next step is written down" in lonely


def test_notes_and_cards_are_the_next_step() -> None:
    by = step("ana", NOW - 60)
    made = new_card(empty_board(), by, title_of(DOWN, ""), **fields_of(empty_board(), DOWN, "", NOW))
    board = apply(empty_board(), [made])
    note = entry("noted", NOW - 30, source="note", who="ana", outcome="it is the *config*")
    text = handoff(replace(TOLD, entries=[note], picture=AlertPicture((DOWN,)), board=board))
    assert "said: it is the \\*config\\*" in section(text, "Open alerts")
    assert "next: C01 Down: pay/api-1, nobody has it" in section(text, "Open alerts")
    assert "C01 Down: pay/api-1" in section(text, "Cards")
    assert "ana on Down: it is the" in section(text, "Notes")
    old = replaced(board, cards={u: replaced(c, created=None) for u, c in board.cards.items()})
    assert section(handoff(replace(TOLD, board=old)), "Cards") == "None."


def test_a_card_of_another_place_is_no_next_step_where_the_alert_is_at_several() -> None:
    made = new_card(empty_board(), step("ana", NOW), "Mend it", **fields_of(empty_board(), DOWN, "payments", NOW))
    board = apply(empty_board(), [made])
    elsewhere = replace(DOWN, fingerprint="g", labels=(("alertname", "Down"), ("namespace", "shop")))
    alone = section(handoff(replace(TOLD, picture=AlertPicture((elsewhere,)), board=board)), "Open alerts")
    assert "next: C01" in alone
    both = section(handoff(replace(TOLD, picture=AlertPicture((DOWN, elsewhere)), board=board)), "Open alerts")
    assert "next: C01" not in both


def test_silences_have_their_reason_and_acks_are_not_among_them() -> None:
    text = section(handoff(replace(TOLD, picture=AlertPicture((), (ACK, MUTE)))), "Silences")
    assert text.startswith('- `namespace="pay"` by ben, ends ')
    assert text.endswith("holds 0 (matches nothing): maintenance")


def test_a_silence_that_ended_too_early_is_told() -> None:
    over = replace(MUTE, state="expired", starts=NOW - 7200, ends=NOW - 600, matchers=(Matcher("alertname", "Down"),))
    text = section(handoff(replace(TOLD, picture=AlertPicture((DOWN,), (), ended=(over,)))), "Silences")
    assert "ended " in text
    assert "holds 1 (came back): maintenance" in text


def test_noise_and_operations_of_this_time_alone() -> None:
    begun = [entry("firing", NOW - 60 * n) for n in range(1, 4)]
    done = entry("done", NOW - 90, source="operation", who="ana", details={"title": "Roll back pay/api"})
    before = replace(done, at=SINCE - 60, details={"title": "Something earlier"})
    failed = replace(done, event="failed", details={"title": "Drain n1"})
    text = handoff(replace(TOLD, entries=[*begun, done, before, failed]))
    assert section(text, "Noisy alerts") == "- **Down** began 3 times, 3 of them untouched"
    assert "ana: Roll back pay/api\n" in text
    assert "Drain n1 (failed)" in text
    assert "Something earlier" not in text


def test_without_alertmanager_it_says_so_and_tells_what_the_journal_saw() -> None:
    text = section(
        handoff(replace(TOLD, picture=None, unasked="no answer", entries=[entry("firing", NOW - 60)])), "Open alerts"
    )
    assert "Alertmanager was not asked (no answer)" in text
    assert "**Down**" in text


def test_of_many_the_first_are_told_and_the_rest_counted() -> None:
    many = tuple(replace(DOWN, fingerprint=str(n)) for n in range(40))
    assert "- and 10 more" in section(handoff(replace(TOLD, picture=AlertPicture(many))), "Open alerts")
