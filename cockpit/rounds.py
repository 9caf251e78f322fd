"""The round that goes on while the program runs: what arrived is taken over, and the screen on top shows it."""

import logging
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from screens.frame import Frame
from state.printable import printable

if TYPE_CHECKING:
    from cockpit.opening import Opened

EVERY = 0.1
"""Seconds from one round to the next."""
STATUS_EVERY = 0.5
QUIET_EVERY = 0.3
"""Seconds between two looks of a screen at what it shows while nothing has arrived: its ages tick on."""
_log = logging.getLogger(__name__)


class Rounds:
    """Goes round as often as it is told. What shows data from outside may be defect and never ends the program."""

    def __init__(
        self,
        say: Callable[[str], None],
        clock: Callable[[], float] = time.monotonic,
        write: Callable[[str], None] = lambda data: None,
    ) -> None:
        """`say` tells the user of a defect, the first time it is met; `clock` gives seconds that never go back.

        `write` sends to the terminal.
        """
        self.faults: list[str] = []
        """Defects that were survived, each once."""
        self._say = say
        self._write = write
        self._clock = clock
        self._update_due = 0.0
        self._status_due = 0.0

    def go(self, opened: "Opened", frame: Frame | None, width: int) -> None:
        """Take the session forward and show what differs on a frame, whose screen has `width` columns."""
        changed = self._survive(opened.session.pump)
        self._survive(lambda: opened.calling.look(opened.session, self._write))
        if frame is None or not frame.ready:
            return
        now = self._clock()
        if changed or frame.STREAMS or now >= self._update_due:
            self._update_due = now + QUIET_EVERY
            self._survive(frame.update)
        due = now >= self._status_due
        if due or frame.focused is None:
            self._survive(frame.keep_focus)
        if due:
            self._status_due = now + STATUS_EVERY
            self._survive(lambda: frame.show_status(opened.status(width)))

    def touched(self) -> None:
        """Let the next round look at the screen, whatever arrives: the user did something to it."""
        self._update_due = 0.0

    def all_due(self) -> None:
        """Let the next round do everything: another screen is on top, or somebody looks again."""
        self._update_due = self._status_due = 0.0

    def _survive(self, work: Callable[[], object]) -> object:
        try:
            return work()
        except Exception as error:
            words = printable(f"{type(error).__name__}: {error}")
            if words not in self.faults:
                self.faults.append(words)
                _log.exception("the screen could not be brought up to date")
                self._say(f"a defect, the log has it: {words}")
            return None
