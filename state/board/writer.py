"""The thread's side of an open board: the store, and the board as it is on the disk."""

from collections.abc import Callable
from dataclasses import dataclass

from state.board.changes import Change, Clash, rebase
from state.board.circles import circles
from state.board.model import Board
from state.board.store import NOTHING, BoardStore, Conflict, Version


@dataclass(frozen=True, slots=True)
class News:
    """What the writer tells the loop. `board` is there when it is not what the loop shows already."""

    board: Board | None = None
    history: tuple[Change, ...] | None = None
    """All changes in the store, oldest first; None: no others than the loop knows."""
    settled: tuple[Change, ...] = ()
    dropped: frozenset[str] = frozenset()
    clashes: tuple[Clash, ...] = ()
    notes: tuple[str, ...] = ()


class Writer:
    """Loads a board and makes changes durable, one call at a time. All calls block."""

    def __init__(self, open_store: Callable[[], BoardStore]) -> None:
        self._open = open_store
        self._store: BoardStore | None = None
        self._board: Board | None = None
        self._version: Version = NOTHING
        self._behind = False

    @property
    def loaded(self) -> bool:
        """Whether the board has been loaded."""
        return self._board is not None

    def work(self, batch: tuple[Change, ...]) -> News | None:
        """Load what is new or make a batch durable; None: there is nothing to tell.

        Raises BoardError; the batch is then to be given again. There is no batch before the board is loaded.
        """
        store = self._store = self._store or self._open()
        if self._board is None:
            board, self._version = store.load()
            notes = store.notes
            history = store.history()
            self._board = board
            return News(board, history.changes, notes=(*notes, *history.flaws))
        if batch:
            return self._save(store, self._board, batch)
        if not self._behind and not store.changed():
            return None
        self._behind = True
        board, version = store.load()
        notes = store.notes
        news = None
        if version != self._version or notes:
            news = News(board, store.history().changes, notes=notes)
            self._board, self._version = board, version
        self._behind = False
        return news

    def _save(self, store: BoardStore, board: Board, batch: tuple[Change, ...]) -> News:
        landed: frozenset[str] = frozenset()
        notes: tuple[str, ...] = ()
        merged = False
        while True:
            mine = rebase(board, (change for change in batch if change.id not in landed))
            if not mine.changes:
                break
            answer = store.commit(self._version, mine.changes)
            notes += store.notes
            if isinstance(answer, Conflict):
                merged = True
                landed |= answer.landed
                board = self._board = answer.board
                self._version = answer.version
                continue
            self._board, self._version = mine.board, answer
            break
        if mine.changes == batch and not merged:
            return News(notes=notes)
        kept = {change.id for change in mine.changes} | landed
        dropped = frozenset(change.id for change in batch if change.id not in kept)
        history = store.history().changes if merged else None
        if any(change.field == "needs" for change in mine.changes):
            notes += circles(mine.board)
        return News(mine.board, history, mine.changes, dropped, mine.clashes, notes)
