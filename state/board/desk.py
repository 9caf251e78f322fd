"""What one cockpit has open of a board: edits show at once, a thread makes them durable, others' edits come in."""

import logging
import threading
import time
from collections.abc import Callable, Iterable, Sequence

from state import threads
from state.board.changes import CARDS, WHOLE, Change, Clash, Step, answer, apply, rebase, reverse, step
from state.board.errors import BoardError, ChangeRefused
from state.board.model import Board
from state.board.past import Past
from state.board.store import BoardStore
from state.board.undo import Undo
from state.board.writer import News, Writer
from state.clock import SYSTEM, Clock
from state.operation import Refused

_LOOK_EVERY = 0.5
_RETRY = (0.5, 1.0, 2.0, 5.0, 10.0)
_log = logging.getLogger(__name__)


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
        self._past = Past(who)
        self._changed = threading.Condition()
        self._pending: list[Change] = []
        self._news: list[News] = []
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

    @property
    def history(self) -> tuple[Change, ...]:
        """All changes of the board that are known, oldest first, mine as soon as they are made."""
        return self._past.changes

    def fresh(self, since: float) -> frozenset[str]:
        """Return the uids of the cards that somebody else has changed after a moment in seconds since the epoch.

        A change counts from when it was made or, when that is later, from when it came in here.
        """
        cards = self.board.cards if self.board is not None else {}
        return frozenset(uid for uid in self._past.fresh(since) if uid in cards)

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

    def propose(self, changes: Iterable[Change]) -> tuple[Change, ...]:
        """Submit changes that were made on an older board, while a dialog was open; return what of them is in.

        What somebody else has set differently since stays, and is one of `clashes`; of a list both edits are in.
        Raises as `submit` does.
        """
        if self.board is None:
            self.submit(changes)
            return ()
        mine = rebase(self.board, changes)
        self.submit(mine.changes)
        self.clashes += mine.clashes
        return mine.changes

    def answer(self, clash: Clash, mine: bool) -> None:
        """Settle one of `clashes`: set my side after all, or leave theirs. It then is none any more.

        A card that they took away comes back with my side of it. Raises ChangeRefused when somebody has set the field
        once more since, and the clash is then about that; Refused in read-only and while nothing is loaded.
        """
        kept = tuple(other for other in self.clashes if other.mine.id != clash.mine.id)
        if mine and self.board is not None:
            wanted = answer(clash, self.step())
            if clash.mine.card not in self.board.cards and clash.mine.table == CARDS and clash.mine.field != WHOLE:
                wanted = (self._past.brought_back(wanted),)
            again = rebase(self.board, wanted)
            if again.clashes:
                self.clashes = *kept, *again.clashes
                raise ChangeRefused(again.clashes[0].words)
            self.submit(again.changes)
        self.clashes = kept

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
            self._past.settled(item.settled, item.dropped)
            self._undo.settled(item.settled, item.dropped)
            if item.history is not None:
                new = self._past.told(item.history, self._clock.wall())
                self._undo.done(change for change in new if change.who == self.who)
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
        self._past.made(changes)
        with self._changed:
            self._pending += changes
            self._changed.notify_all()

    def _show(self, board: Board) -> None:
        self.board = board
        self.revision += 1

    # What follows runs on the thread.

    def _run(self) -> None:
        writer = Writer(self._open)
        failures = 0
        while self._wait(_RETRY[min(failures, len(_RETRY)) - 1] if failures else None, first=not writer.loaded):
            with self._changed:
                batch = tuple(self._pending)
            error = ""
            news: News | None = None
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
                    news = news or News()
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
