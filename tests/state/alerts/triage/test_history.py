"""What happened before, with what nobody watched in between."""

from pathlib import Path

from screens.triage.words import history_lines
from state.alerts.triage.history import UNWATCHED, WEEK, HistoryReader, unwatched
from state.clock import Clock
from state.journal.database import Database
from state.journal.entry import Entry
from state.journal.journal import Journal
from state.journal.lives import BEAT, WATCHING

NOW = 1_800_000_000.0
DAY = 86400.0


def noted(at: float) -> Entry:
    return Entry("note", str(at), at, "noted", at, who="ana", subject="Down", outcome="looked")


def beats(since: float, until: float) -> list[Entry]:
    count = int((until - since) / BEAT)
    return [Entry("watch@prod", "w", since + n * BEAT, WATCHING, since + n * BEAT) for n in range(count)]


def test_a_long_span_that_nobody_watched_is_told_and_a_short_one_is_not() -> None:
    seen = [*beats(NOW - 2 * DAY, NOW - DAY), *beats(NOW - DAY / 2, NOW - 1800)]
    (one,) = unwatched([noted(NOW - 2 * DAY)], seen, NOW)
    assert (one.start, one.at, one.event) == (NOW - DAY, NOW - DAY / 2, UNWATCHED)
    assert unwatched([], seen, NOW) == []
    (whole,) = unwatched([noted(NOW - 9 * DAY)], [], NOW)
    assert whole.start == NOW - WEEK, "what is longer ago is not asked for"


def test_it_stands_between_what_was_seen(tmp_path: Path) -> None:
    database = Database(tmp_path / "journal.db")
    database.write([noted(NOW - 2 * DAY), noted(NOW - 60), *beats(NOW - DAY, NOW)])
    database.close()
    reader = HistoryReader(Journal(tmp_path / "journal.db"), "prod", ("Down", "Down"), Clock(lambda: NOW))
    found = reader.fetch()
    assert [entry.event for entry in found] == ["noted", UNWATCHED, "noted"]
    lines = ["".join(cell.text for cell in line) for line in history_lines(found, NOW)]
    assert "nobody watched for 24h before this" in lines[1]
