"""A value that is read on a thread again and again while somebody looks."""

import logging
from collections.abc import Callable
from typing import Generic, TypeVar

from textual.widget import Widget

from state import threads
from state.age import short_age
from state.cell import Cell, Tone
from state.clock import Clock
from state.cluster.errors import ClusterError
from state.journal.errors import JournalError
from state.metrics.model import MetricsError
from state.printable import printable
from widgets.cell_lines import Line

T = TypeVar("T")
ANSWER_SECONDS = 40.0
SLOW = 2.0
"""Seconds without an answer after which it is said that one waits."""
_log = logging.getLogger(__name__)


class Reading(Generic[T]):
    """The newest value of what a widget shows, and how the last question went. The last value stays when one fails."""

    def __init__(self, widget: Widget, name: str, every: float, clock: Clock) -> None:
        """`every` is the pause between an answer and the next question, in seconds."""
        self.value: T | None = None
        self.wrong = ""
        """Why the last question had no answer, printable."""
        self.read_at: float | None = None
        self._widget, self._name = widget, name
        self._every, self._clock = every, clock
        self._asked: float | None = None
        self._ended: float | None = None
        self._question: object = None

    def look(self, question: object, read: Callable[[], T], every: float | None = None) -> None:
        """Ask when it is due, or when the question is another one than the last; `read` blocks."""
        now = self._clock.elapsed()
        pause = self._every if every is None else every
        due = self._ended is None or now - self._ended >= pause or question != self._question
        if self._asked is None and due:
            self._asked, self._question = now, question
            self._widget.run_worker(self._read(read), exit_on_error=False)

    def hurry(self) -> None:
        """Ask again as soon as somebody looks."""
        self._ended = None

    def words(self, what: str) -> Line:
        """Return what there is to say of the value's state; nothing while all is well."""
        now = self._clock.elapsed()
        if self.wrong:
            age = f", shown as of {short_age(now - self.read_at)} ago" if self.read_at is not None else ""
            return (Cell("▲ ", Tone.WARN), Cell(f"{self.wrong}{age}", Tone.WARN))
        if self.value is None:
            return (Cell("◌ ", Tone.QUIET), Cell(f"{what} …", Tone.QUIET))
        if self._asked is not None and now - self._asked > SLOW:
            return (Cell(f"◌ no answer for {short_age(now - self._asked)}", Tone.WARN),)
        return ()

    async def _read(self, read: Callable[[], T]) -> None:
        try:
            self.value = await threads.call(self._name, read, timeout=ANSWER_SECONDS)
        except (ClusterError, MetricsError, JournalError) as error:
            self.wrong = printable(str(error))
        except TimeoutError:
            self.wrong = f"no answer in {ANSWER_SECONDS:.0f} s"
        except Exception as error:
            self.wrong = f"a defect, the log has it: {type(error).__name__}"
            _log.exception("%s could not be read", self._name)
        else:
            self.wrong, self.read_at = "", self._clock.elapsed()
        finally:
            self._asked, self._ended = None, self._clock.elapsed()
