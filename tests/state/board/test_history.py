from collections.abc import Callable
from pathlib import Path

import pytest

from state.board import edits
from state.board.changes import Change, Step, apply
from state.board.file_store import FileBoardStore
from state.board.history import HistoryFile
from state.board.model import Board, empty_board
from state.board.store import Version
from state.disk import Disk

_BASE = Version("base")


def _change(by: Step, at: int) -> Change:
    return by.change("1", "title", at, at + 1)


@pytest.fixture
def history(tmp_path: Path) -> HistoryFile:
    return HistoryFile(tmp_path / "team.history.jsonl", Disk())


@pytest.fixture
def bulk(ana: Callable[[], Step]) -> tuple[Change, ...]:
    by = ana()
    return tuple(_change(by, at) for at in range(3))


def test_lines_are_one_change_each(history: HistoryFile, bulk: tuple[Change, ...]) -> None:
    history.append(_BASE, bulk)
    history.append(Version("next"), bulk[:1])
    assert history.path.read_bytes().count(b"\n") == 4
    assert history.read().changes == (*bulk, bulk[0])
    assert history.read().flaws == ()


def test_the_last_batch_is_pending_on_its_base_alone(history: HistoryFile, bulk: tuple[Change, ...]) -> None:
    assert history.pending(_BASE) == ()
    history.append(_BASE, bulk)
    assert history.pending(_BASE) == bulk
    assert history.pending(Version("other")) == ()
    history.append(Version("other"), bulk[:1])
    assert history.pending(_BASE) == ()
    assert history.pending(Version("other")) == bulk[:1]


def test_a_batch_cut_at_any_byte_is_all_or_nothing(history: HistoryFile, bulk: tuple[Change, ...]) -> None:
    size = history.append(_BASE, bulk[:1])
    assert size == 0
    whole = history.append(Version("next"), bulk)
    data = history.path.read_bytes()
    # Without its last newline the last line is whole all the same.
    for end in range(whole, len(data) - 1):
        history.path.write_bytes(data[:end])
        assert history.read().changes == bulk[:1]
        assert history.pending(Version("next")) == ()
        said = history.mend()
        assert bool(said) == (end > whole)
        assert history.path.read_bytes() == data[:whole]
    for end in (len(data) - 1, len(data)):
        history.path.write_bytes(data[:end])
        assert history.mend() == ""
        assert history.path.read_bytes() == data


def test_a_last_line_torn_by_a_crash_is_said(history: HistoryFile, bulk: tuple[Change, ...]) -> None:
    history.append(_BASE, bulk)
    with history.path.open("ab") as file:
        file.write(b'{"id": "half')
    assert history.read().flaws == ("team.history.jsonl, line 4: its write was interrupted; it is left out",)
    assert (
        history.mend()
        == "team.history.jsonl: the last 12 bytes belonged to a write that was interrupted, and were cut off"
    )
    assert history.read().flaws == ()


def test_a_line_that_somebody_broke_is_named_and_kept(history: HistoryFile, bulk: tuple[Change, ...]) -> None:
    history.append(_BASE, bulk[:1])
    with history.path.open("ab") as file:
        file.write(b"<<<<<<< ours\n\xff\xfe\n")
    before = history.path.read_bytes()
    history.append(Version("next"), bulk)
    assert history.mend() == ""
    assert history.path.read_bytes().startswith(before)
    read = history.read()
    assert read.changes == (bulk[0], *bulk)
    assert [flaw.split(":")[0] for flaw in read.flaws] == ["team.history.jsonl, line 2", "team.history.jsonl, line 3"]


def test_a_batch_larger_than_what_is_read_at_once_is_found_whole(history: HistoryFile, ana: Callable[[], Step]) -> None:
    by = ana()
    long = tuple(by.change("1", "title", "x" * 300, at) for at in range(900))
    history.append(_BASE, long[:2])
    history.append(Version("next"), long)
    assert history.pending(Version("next")) == long
    with history.path.open("ab") as file:
        file.write(b"{")
    assert history.pending(Version("next")) == long
    data = history.path.read_bytes()[:-1]
    history.path.write_bytes(data[: data.rfind(b"\n", 0, -1) + 5])
    assert history.pending(Version("next")) == ()
    history.mend()
    assert history.read().changes == long[:2]


def test_since_names_all_from_a_version_on(history: HistoryFile, bulk: tuple[Change, ...]) -> None:
    for version, change in zip(("a", "b", "c"), bulk, strict=True):
        history.append(Version(version), [change])
    assert history.since(Version("b")) == {bulk[1].id, bulk[2].id}
    assert history.since(Version("z")) == frozenset()


def test_the_history_alone_gives_the_board(stored: FileBoardStore, board: Board, ana: Callable[[], Step]) -> None:
    _, base = stored.load()
    made = edits.move(board, ana(), list(board.cards), "phase-3")
    stored.commit(base, made)
    assert apply(empty_board(), stored.history().changes) == stored.load()[0]
