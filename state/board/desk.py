"""What one cockpit has open of a board: edits show at once, a thread makes them durable, others' edits come in."""

import logging
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from state import threads
from state.board.changes import Change, Clash, Step, apply, rebase, reverse, step
from state.board.errors import BoardError, ChangeRefused
from state.board.model import Board
from state.board.store import NOTHING, BoardStore, Conflict, Version
from state.board.undo import Undo
from state.clock import SYSTEM, Clock
from state.operation import Refused

_LOOK_EVERY = 0.5
_RETRY = (0.5, 1.0, 2.0, 5.0, 10.0)
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _News:
    """What the writer tells the loop. `board` is there when it is not what the loop shows already."""

    board: Board | None = None
    history: tuple[Change, ...] = ()
    settled: tuple[Change, ...] = ()
    dropped: frozenset[str] = frozenset()
    clashes: tuple[Clash, ...] = ()
    notes: tuple[str, ...] = ()


class Desk:
    """One board, open. All but `drain` belongs to the loop; the store is opened and used by one thread alone.

    `board` is None until it is loaded. `revision` grows whenever `board` is another one. `error` says why it
    cannot be loaded or saved, empty while all is well; it is tried again until it works. `notes` are sentences on
    what was found out of order, `clashes` are edits of mine that somebody else's edit of the same field kept out.
    """

    def __init__(
        self, open_store: Callable[[], BoardStore], who: str, *, read_only: bool = False, clock: Clock = SYSTEM
    ) -> None:
        self.board: Board | None = None
        self.revision = 0
        self.notes: tuple[str, ...] = ()
        self.clashes: tuple[Clash, ...] = ()
        self.who = who
        self.read_only = read_only
        self._open = open_store
        self._clock = clock
        self._undo = Undo()
        self._changed = threading.Condition()
        self._pending: list[Change] = []
        self._news: list[_News] = []
        self._error = ""
        self._stopped = False
        self._hurry = False

    @property
    def error(self) -> str:
        """Why the board cannot be loaded or saved right now; one sentence, empty while all is well."""
        return self._error

    @property
    def unsaved(self) -> int:
        """How many steps are not on the disk yet."""
        with self._changed:
            return len({change.step for change in self._pending})

    def start(self) -> None:
        """Begin to load, save and watch."""
        threads.start("board", self._run)

    def step(self) -> Step:
        """Return a new step of mine, now."""
        return step(self.who, self._clock.wall())

    def submit(self, changes: Iterable[Change]) -> None:
        """Apply changes of one or more steps at once and queue them to be made durable.

        Raises Refused in read-only and while nothing is loaded, ChangeRefused when they do not fit the board; then
        nothing of them is applied.
        """
        made = tuple(changes)
        if made:
            self._accept(made)
            self._undo.done(made)

    def undo(self) -> tuple[Change, ...]:
        """Take back my last step that is not taken back, and return the changes of doing so; none: nothing is left.

        Raises ChangeRefused when somebody has set one of its fields since; that step is then passed over.
        """
        return self._turn(self._undo.undo())

    def redo(self) -> tuple[Change, ...]:
        """Do again what `undo` took back last, and return the changes of doing so. Raises as `undo` does."""
        return self._turn(self._undo.redo())

    def pump(self) -> bool:
        """Take over what the thread has brought; return whether anything the screen shows may be different."""
        with self._changed:
            news, self._news = self._news, []
            pending = tuple(self._pending)
        for item in news:
            self._undo.done(change for change in item.history if change.who == self.who)
            self._undo.settled(item.settled, item.dropped)
            self.clashes += item.clashes
            self.notes += item.notes
        newest = next((item.board for item in reversed(news) if item.board is not None), None)
        if newest is not None:
            self._show(rebase(newest, pending).board)
        return bool(news)

    def acknowledge(self) -> None:
        """Forget the notes and clashes that were shown."""
        self.notes, self.clashes = (), ()

    def retry(self) -> None:
        """Try again now instead of after a while."""
        with self._changed:
            self._hurry = True
            self._changed.notify_all()

    def drain(self, seconds: float) -> bool:
        """Wait until all is durable, at most so long; return whether it is. From any thread; blocks."""
        end = time.monotonic() + seconds
        with self._changed:
            self._hurry = True
            self._changed.notify_all()
            while self._pending and (left := end - time.monotonic()) > 0:
                self._changed.wait(left)
            return not self._pending

    def close(self) -> None:
        """Stop the thread; what is not durable by now will not be."""
        with self._changed:
            self._stopped = True
            self._changed.notify_all()

    def _turn(self, changes: Sequence[Change]) -> tuple[Change, ...]:
        if not changes or self.board is None:
            return ()
        undone = changes[0].step
        try:
            turned = reverse(self.board, changes, step(self.who, self._clock.wall(), reverts=undone))
        except ChangeRefused:
            self._undo.pass_over(undone)
            raise
        self._accept(turned)
        self._undo.done(turned)
        return turned

    def _accept(self, changes: tuple[Change, ...]) -> None:
        if self.read_only:
            raise Refused("read-only: the board is not changed")
        if self.board is None:
            raise Refused(f"the board is not loaded{f': {self._error}' if self._error else ' yet'}")
        self._show(apply(self.board, changes))
        with self._changed:
            self._pending += changes
            self._changed.notify_all()

    def _show(self, board: Board) -> None:
        self.board = board
        self.revision += 1

    # What follows runs on the thread.

    def _run(self) -> None:
        writer = _Writer(self._open)
        failures = 0
        while self._wait(_RETRY[min(failures, len(_RETRY)) - 1] if failures else None, first=not writer.loaded):
            with self._changed:
                batch = tuple(self._pending)
            error = ""
            news: _News | None = None
            try:
                news = writer.work(batch)
                failures = 0
            except BoardError as caught:
                error = str(caught)
                _log.warning("%s", caught)
            except Exception as caught:  # a defect must not end saving without a word
                error = f"the board cannot be saved: {type(caught).__name__}"
                _log.exception("the board's thread")
            with self._changed:
                if error:
                    failures += 1
                else:
                    del self._pending[: len(batch)]
                if error != self._error:
                    self._error = error
                    news = news or _News()
                if news is not None:
                    self._news.append(news)
                self._changed.notify_all()

    def _wait(self, retry: float | None, *, first: bool) -> bool:
        """Wait for work, or for the time to look or to try again; return whether to go on."""
        with self._changed:
            end = time.monotonic() + (retry or (0 if first else _LOOK_EVERY))
            while not self._stopped and not self._hurry and (retry is not None or not self._pending):
                left = end - time.monotonic()
                if left <= 0 or not self._changed.wait(left):
                    break
            self._hurry = False
            return not self._stopped


class _Writer:
    """The thread's side: the store, and the board as it is on the disk."""

    def __init__(self, open_store: Callable[[], BoardStore]) -> None:
        self._open = open_store
        self._store: BoardStore | None = None
        self._board: Board | None = None
        self._version: Version = NOTHING

    @property
    def loaded(self) -> bool:
        return self._board is not None

    def work(self, batch: tuple[Change, ...]) -> _News | None:
        """Load what is new or make a batch durable; None: there is nothing to tell.

        Raises BoardError; the batch is then to be given again. There is no batch before the board is loaded.
        """
        store = self._store = self._store or self._open()
        if self._board is None:
            board, self._version = store.load()
            notes = store.notes
            history = store.history()
            self._board = board
            return _News(board, history.changes, notes=(*notes, *history.flaws))
        if batch:
            return self._save(store, self._board, batch)
        if not store.changed():
            return None
        board, version = store.load()
        if version == self._version and not store.notes:
            return None
        self._board, self._version = board, version
        return _News(board, notes=store.notes)

    def _save(self, store: BoardStore, board: Board, batch: tuple[Change, ...]) -> _News:
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
            return _News(notes=notes)
        kept = {change.id for change in mine.changes} | landed
        dropped = frozenset(change.id for change in batch if change.id not in kept)
        return _News(mine.board, settled=mine.changes, dropped=dropped, clashes=mine.clashes, notes=notes)
