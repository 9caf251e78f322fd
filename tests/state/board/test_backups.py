from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from state.board import edits
from state.board.backups import backups, named, restore
from state.board.changes import Change, Step, apply
from state.board.creating import create
from state.board.difference import replay
from state.board.errors import BoardError, NotSaved, Unreadable
from state.board.file_store import FileBoardStore
from state.board.model import Board, empty_board
from state.board.store import NOTHING, Conflict
from state.clock import Clock


class _Days:
    """A clock that goes on by a day with each look."""

    def __init__(self) -> None:
        self.now = 1_790_000_000.0

    def __call__(self) -> float:
        self.now += 86_400
        return self.now


def _commit(store: FileBoardStore, by: Step, points: int) -> Board:
    board, version = store.load()
    made = edits.set_field(board, by, [_first(board)], "points", points)
    assert not isinstance(store.commit(version, made), Conflict)
    return apply(board, made)


def _first(board: Board) -> str:
    return min(board.cards.values(), key=lambda card: card.number).uid


@pytest.fixture
def boards(path: Path, founding: Sequence[Change], ana: Callable[[], Step]) -> list[Board]:
    """Four states of one board, a backup of each but the last."""
    store = FileBoardStore(path, clock=Clock(wall=_Days()))
    store.commit(NOTHING, founding)
    return [store.load()[0], *(_commit(store, ana(), points) for points in (5, 8, 13))]


def test_backups_are_listed_newest_first_with_their_cards(path: Path, boards: list[Board]) -> None:
    found = backups(path)
    assert [backup.cards for backup in found] == [6, 6, 6]
    assert [backup.age(found[0].taken) for backup in found] == sorted(backup.age(found[0].taken) for backup in found)
    assert found[0].age(found[0].taken + 60) == 60
    assert found[0].size == found[0].path.stat().st_size
    assert named(path, found[1].name) == named(path, f"{found[1].name}.json") == found[1]
    with pytest.raises(BoardError, match=rf"team.json has no backup monday; there are {found[0].name}, "):
        named(path, "monday")


def test_a_board_without_backups(tmp_path: Path) -> None:
    assert backups(tmp_path / "team.json") == []
    with pytest.raises(BoardError, match="there is none"):
        named(tmp_path / "team.json", "monday")


@pytest.mark.parametrize("at", [0, 1, 2])
def test_what_is_restored_is_the_backup_and_what_was_there_is_one_now(
    path: Path, boards: list[Board], at: int, ana: Callable[[], Step]
) -> None:
    backup, before = backups(path)[at], path.read_bytes()
    kept = restore(path, backup, "ana")
    assert kept is not None
    assert kept.read_bytes() == before
    assert path.read_bytes() == backup.path.read_bytes()
    store = FileBoardStore(path)
    assert store.load()[0] == boards[-2 - at]
    assert store.notes == (), "nothing of the history comes back by itself"
    last = store.history().changes[-1]
    assert (last.who, last.field) == ("ana", "points")
    assert replay(store.history().changes) == store.load()[0]
    board = _commit(store, ana(), 21)
    assert FileBoardStore(path).load()[0] == board
    assert replay(store.history().changes) == board


def test_the_oldest_of_twenty_can_be_restored(path: Path, founding: Sequence[Change], ana: Callable[[], Step]) -> None:
    store = FileBoardStore(path, clock=Clock(wall=_Days()))
    store.commit(NOTHING, founding)
    for points in range(2, 26):
        _commit(store, ana(), points)
    oldest = backups(path)[-1]
    content = oldest.path.read_bytes()
    restore(path, oldest)
    assert path.read_bytes() == content


@pytest.mark.parametrize("content", [b"oops", b'{"board": {"1": {"schema": 99}}}'])
def test_a_file_that_cannot_be_read_is_replaced_and_kept(
    path: Path, boards: list[Board], content: bytes, ana: Callable[[], Step]
) -> None:
    path.write_bytes(content)
    kept = restore(path, backups(path)[0], "ana")
    assert kept is not None
    assert kept.read_bytes() == content
    assert backups(path)[0].cards is None
    store = FileBoardStore(path)
    assert store.load()[0] == boards[-2]
    assert replay(store.history().changes) == boards[-2]
    _commit(store, ana(), 21)
    assert store.notes == ()


def test_a_file_that_is_gone_comes_back(path: Path, boards: list[Board]) -> None:
    path.unlink()
    assert restore(path, backups(path)[0]) is None
    assert FileBoardStore(path).load()[0] == boards[-2]


def test_a_backup_that_cannot_be_read_changes_nothing(path: Path, boards: list[Board]) -> None:
    backup, before = backups(path)[0], path.read_bytes()
    backup.path.unlink()
    backup.path.write_text("oops")
    with pytest.raises(Unreadable, match="cannot be read as a board"):
        restore(path, backup)
    assert path.read_bytes() == before
    assert FileBoardStore(path).load()[0] == boards[-1]


def test_a_new_board_is_there_and_has_no_history_until_something_happens(path: Path, ana: Callable[[], Step]) -> None:
    create(path)
    store = FileBoardStore(path)
    assert store.load()[0] == empty_board()
    assert store.history().changes == ()
    board, version = store.load()
    added = edits.new_card(board, ana(), "first")
    store.commit(version, [added])
    assert store.history().changes == (added,)


def test_a_new_board_can_have_cards(path: Path, founding: tuple[Change, ...], board: Board) -> None:
    create(path, founding)
    assert FileBoardStore(path).load()[0] == board
    assert FileBoardStore(path).history().changes == founding


def test_no_board_is_made_over_another(
    stored: FileBoardStore, founding: tuple[Change, ...], ana: Callable[[], Step]
) -> None:
    _commit(stored, ana(), 5)
    before = stored.path.read_bytes()
    with pytest.raises(NotSaved, match=r"team\.json is there already; choose another name"):
        create(stored.path, founding)
    assert stored.path.read_bytes() == before
    stored.path.unlink()
    with pytest.raises(Unreadable, match="is not there, but its history is"):
        create(stored.path)
