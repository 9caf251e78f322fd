"""The texts of one object, each with the place that its reader has in it, read again every few seconds."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from state import threads
from state.age import short_age
from state.cell import Cell, Tone
from state.clock import Clock
from state.cluster.errors import ApiError, ClusterError
from state.printable import printable
from widgets.cell_lines import Line

EVERY = 5.0
"""Seconds between an answer and the next question."""
SLOW = 2.0
"""Seconds without an answer after which it is said that one waits."""
ANSWER_SECONDS = 30.0
_log = logging.getLogger(__name__)


@dataclass(slots=True)
class Sheet:
    """One way to read the object: its text as last seen, and how the last question went."""

    read: Callable[[], str]
    """Blocks and raises ClusterError."""
    lines: list[str] = field(default_factory=list)
    top: int = 0
    closed: set[str] = field(default_factory=set)
    """The keys of the folds that the user closed."""
    asked: float | None = None
    """When the question under way was asked; None: there is none."""
    ended: float | None = None
    """When the last question had its answer or was given up."""
    read_at: float | None = None
    wrong: str = ""
    gone: bool = False

    def is_due(self, now: float) -> bool:
        """Return whether it is to be read again."""
        return self.asked is None and (self.ended is None or now - self.ended >= EVERY)

    def words(self, now: float) -> Line:
        """Return how fresh the text is, and why it is not fresher."""
        read = f"read {short_age(now - self.read_at)} ago" if self.read_at is not None else ""
        last = f"last seen {short_age(now - self.read_at)} ago" if self.read_at is not None else ""
        if self.wrong:
            tone, glyph = (Tone.BAD, "✗") if not last else (Tone.WARN, "▲")
            return [Cell(f"  {glyph} {self.wrong}", tone), Cell(f"  {last}" if last else "", Tone.QUIET)]
        if self.asked is not None and now - self.asked > SLOW:
            waited = Cell(f"  ◌ no answer for {short_age(now - self.asked)}", Tone.WARN)
            return [waited, Cell(f"  {last}" if last else "", Tone.QUIET)]
        return [Cell(f"  {read or 'loading …'}", Tone.FAINT if read else Tone.QUIET)]


class Sheets:
    """All sheets of an object by name, one of which is shown. Belongs to the loop."""

    def __init__(self, title: str, reads: Mapping[str, Callable[[], str]], first: str, clock: Clock) -> None:
        """`title` is what the object is called in the log of the program."""
        self.shown = first
        """The name of the sheet that is shown."""
        self._title = title
        self._sheets = {name: Sheet(read) for name, read in reads.items()}
        self._clock = clock

    def __contains__(self, name: object) -> bool:
        return name in self._sheets

    @property
    def sheet(self) -> Sheet:
        """The sheet that is shown."""
        return self._sheets[self.shown]

    async def load(self, name: str) -> bool:
        """Read a sheet; return whether its text is another one now."""
        sheet = self._sheets[name]
        sheet.asked = self._clock.elapsed()
        try:
            text = await threads.call(f"{name} {self._title}", sheet.read, timeout=ANSWER_SECONDS)
        except ApiError as error:
            sheet.gone = error.status == 404
            sheet.wrong = "it is gone" if sheet.gone else printable(error.message)
        except ClusterError as error:
            sheet.wrong = printable(str(error))
        except TimeoutError:
            sheet.wrong = f"no answer in {ANSWER_SECONDS:.0f} s"
        except Exception as error:
            # An object that nobody thought of must not read as one that is still on its way.
            sheet.wrong = f"a defect, the log has it: {type(error).__name__}"
            _log.exception("%s of %s could not be read", name, self._title)
        else:
            sheet.wrong, sheet.gone, sheet.read_at = "", False, self._clock.elapsed()
            lines = text.splitlines()
            changed, sheet.lines = lines != sheet.lines, lines
            return changed
        finally:
            sheet.asked, sheet.ended = None, self._clock.elapsed()
        return False
