import sqlite3
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from state.journal import database as database_module
from state.journal import journal as journal_module
from state.journal.database import Database, JournalError
from state.journal.entry import Entry
from state.journal.journal import Journal

_FIRING = Entry("alertmanager@prod", "f00d", 1000.0, "firing", 1001.0, subject="payments/payments-api")


@pytest.fixture
def journal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Journal]:
    monkeypatch.setattr(journal_module, "_RETRY", (0.02,))
    monkeypatch.setattr(database_module, "_BUSY", 0.02)
    journal = Journal(tmp_path / "data" / "journal.db")
    journal.start()
    yield journal
    journal.close()


def _until_error(journal: Journal) -> None:
    end = time.monotonic() + 10
    while not journal.error:
        assert time.monotonic() < end, "no error came"
        journal.drain(0.01)


def test_entries_come_back_newest_first(journal: Journal) -> None:
    entries = [replace(_FIRING, start=float(n), at=float(n), details={"n": f"№ {n}"}) for n in range(5)]
    for entry in entries:
        journal.record(entry)
    assert journal.drain(10)
    assert journal.unsaved == 0
    assert journal.entries() == tuple(reversed(entries))
    assert journal.entries(limit=2) == (entries[4], entries[3])


def test_what_was_observed_twice_is_there_once_and_the_first_stays(journal: Journal) -> None:
    journal.record(_FIRING)
    journal.record(replace(_FIRING, at=2000.0, who="another cockpit"))
    journal.record(replace(_FIRING, event="resolved", at=3000.0))
    assert journal.drain(10)
    assert [entry.at for entry in journal.entries()] == [3000.0, 1001.0]


def test_entries_are_found_by_time_source_and_subject(journal: Journal) -> None:
    other = Entry("note", "b0b", 2000.0, "note", 2000.0, who="ana", subject="payments/payments-api", outcome="config!")
    elsewhere = Entry("note", "c0c", 3000.0, "note", 3000.0, subject="node-7")
    for entry in (_FIRING, other, elsewhere):
        journal.record(entry)
    assert journal.drain(10)
    assert journal.entries(since=2000.0, until=3000.0) == (other,)
    assert journal.entries(source="note") == (elsewhere, other)
    assert journal.entries(fingerprint="f00d") == (_FIRING,)
    assert journal.entries(subject="payments/payments-api") == (other, _FIRING)


def test_a_journal_that_is_not_there_yet_has_no_entries(tmp_path: Path) -> None:
    assert Journal(tmp_path / "none.db").entries() == ()
    assert list(tmp_path.iterdir()) == []


def test_text_from_outside_never_stops_it(journal: Journal) -> None:
    evil = replace(_FIRING, subject="\ud800 \x00 \x1b]0;x\x07 '; DROP TABLE entries; --", details={"\udfff": "\ud800"})
    journal.record(evil)
    assert journal.drain(10)
    (found,) = journal.entries()
    assert found.subject.endswith("'; DROP TABLE entries; --")


def test_a_locked_file_holds_nobody_up_and_loses_nothing(journal: Journal) -> None:
    journal.record(_FIRING)
    assert journal.drain(10)
    other = sqlite3.connect(journal.path, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    begun = time.thread_time()
    for n in range(100):
        journal.record(replace(_FIRING, start=float(n)))
    assert time.thread_time() - begun < 1
    _until_error(journal)
    assert "database is locked" in journal.error
    assert journal.unsaved == 100
    assert not journal.drain(0.01)
    other.execute("ROLLBACK")
    other.close()
    assert journal.drain(10)
    assert journal.error == ""
    assert len(journal.entries()) == 101


def test_a_full_disk_is_said_and_tried_again(journal: Journal, monkeypatch: pytest.MonkeyPatch) -> None:
    room = [3]
    connect = sqlite3.connect

    def small(*args: object, **kwargs: object) -> sqlite3.Connection:
        connection: sqlite3.Connection = connect(*args, **kwargs)  # type: ignore[call-overload]
        connection.execute(f"PRAGMA max_page_count = {room[0]}")
        return connection

    monkeypatch.setattr(database_module.sqlite3, "connect", small)
    journal.record(_FIRING)
    _until_error(journal)
    assert "full" in journal.error
    assert journal.unsaved == 1
    room[0] = 10_000
    assert journal.drain(10)
    assert journal.entries() == (_FIRING,)


def test_a_file_that_is_no_journal_is_left_as_it_is(journal: Journal) -> None:
    journal.path.parent.mkdir()
    journal.path.write_bytes(b"a person's notes, not a database" * 50)
    before = journal.path.read_bytes()
    journal.record(_FIRING)
    _until_error(journal)
    assert "file is not a database" in journal.error
    with pytest.raises(JournalError, match="file is not a database"):
        journal.entries()
    assert journal.path.read_bytes() == before
    journal.path.unlink()
    assert journal.drain(10)


def test_a_place_that_takes_no_file_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journal_module, "_RETRY", (0.02,))
    (tmp_path / "file").write_text("")
    journal = Journal(tmp_path / "file" / "journal.db")
    journal.start()
    journal.record(_FIRING)
    _until_error(journal)
    assert "the journal" in journal.error
    journal.close()


def test_a_newer_schema_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    Database(path).close()
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA user_version = 7")
    connection.close()
    with pytest.raises(JournalError, match=r"written by a newer cockpit \(schema 7, this one knows 1\)"):
        Database(path)


def test_it_is_durable_and_open_to_other_readers(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    database = Database(path)
    modes = [database._connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("journal_mode", "synchronous")]
    assert modes == ["wal", 2]
    database.write([_FIRING])
    reader = Database(path)
    assert reader.read() == (_FIRING,)
    reader.close()
    database.close()


def test_too_many_entries_are_let_go_and_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journal_module, "_HELD", 2)
    journal = Journal(tmp_path / "journal.db")
    for n in range(5):
        journal.record(replace(_FIRING, start=float(n)))
    journal.start()
    assert journal.drain(10)
    assert journal.error == "3 entries are lost"
    assert len(journal.entries()) == 2
    journal.close()


def test_what_is_older_than_it_shall_be_kept_goes_and_the_rest_stays(
    journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journal_module, "_FORGOTTEN", 2)
    for n in range(7):
        journal.record(replace(_FIRING, start=float(n), at=float(n)))
    assert journal.drain(10)
    assert journal.forget(5.0) == 5
    assert [entry.at for entry in journal.entries()] == [6.0, 5.0]
    assert journal.forget(5.0) == 0


def test_a_journal_that_is_not_there_has_nothing_to_forget(tmp_path: Path) -> None:
    assert Journal(tmp_path / "none" / "journal.db").forget(5.0) == 0
    assert not (tmp_path / "none").exists()


def test_at_the_start_what_is_too_old_goes(tmp_path: Path) -> None:
    now = time.time()
    database = Database(tmp_path / "journal.db")
    database.write([replace(_FIRING, start=age, at=now - age) for age in (10.0, 5000.0)])
    database.close()
    journal = Journal(tmp_path / "journal.db", keep=3600.0)
    journal.start()
    end = time.monotonic() + 10
    while len(journal.entries()) > 1:
        assert time.monotonic() < end, "the old entry stays"
    assert journal.entries()[0].start == 10.0
    journal.close()
