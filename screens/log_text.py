"""What is shown of a log's ring: which lines, with which moments and tones."""

import re
import time
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from state.cell import Cell, Tone
from state.cluster.log_ring import LINES, LogLine, LogRing
from state.pattern import compiled
from widgets.cell_lines import Line
from widgets.text_lines import Remark
from widgets.text_paint import plain

AT_ONCE = 5000
"""Lines that are taken over in one go."""
_SEARCHED = 400
"""Characters from a line's beginning in which its level is looked for."""
_KEYED = re.compile(
    r'"(?:level|severity|lvl|levelname|log\.level)"\s*:\s*"?(?P<json>\w+)'
    r"|\b(?:level|lvl|severity)=[\"']?(?P<logfmt>\w+)|^(?P<klog>[IWEF])\d{4} \d\d:",
    re.IGNORECASE,
)
_WORD = re.compile(
    r"\b(?:FATAL|CRITICAL|PANIC|ERROR|SEVERE|WARN(?:ING)?|[Ff]atal|[Cc]ritical|[Pp]anic|[Ee]rror|[Ww]arn(?:ing)?)\b"
)
_BAD = {"fatal", "critical", "crit", "panic", "alert", "emerg", "emergency", "error", "err", "severe", "e", "f"}
_WARN = {"warn", "warning", "w"}
_ERROR_NUMBER, _WARN_NUMBER = 50, 40
_STAMP = re.compile(r"(?:\d\d-\d\d )?\d\d:\d\d:\d\d  ")


@dataclass(frozen=True, slots=True)
class LogFilter:
    """Which lines are shown: those in which the pattern is found, or those in which it is not."""

    text: str
    pattern: re.Pattern[str]
    inverse: bool

    def lets_through(self, text: str) -> bool:
        return (self.pattern.search(text) is None) is self.inverse


def log_filter(text: str) -> LogFilter | None:
    """Return the filter of `pattern` or `!pattern`, None for one that lets all through. Raises BadPattern."""
    inverse = text.startswith("!")
    wanted = text[1:] if inverse else text
    return LogFilter(text, compiled(wanted), inverse) if wanted else None


class LogReader:
    """Reads a ring on, and gives what to show of it, each line once."""

    def __init__(self, ring: LogRing, *, timestamps: bool = False, only: LogFilter | None = None) -> None:
        self.ring = ring
        self.timestamps = timestamps
        self.only = only
        self.read = 0
        """Lines of the log that were looked at."""
        self.matched = 0
        """Those among them that the filter let through."""
        self._offset = 0
        self._notes: list[tuple[int, str]] = []
        self._notes_given = 0
        self._numbers: deque[int] = deque(maxlen=LINES)
        self._given = 0

    def note(self, text: str) -> None:
        """Have a remark stand behind the lines that came so far, unless the last one does already."""
        at = self.ring.end
        if at and (not self._notes or self._notes[-1][0] < at):
            self._notes.append((at, text))

    def again(self, *, timestamps: bool, only: LogFilter | None) -> "LogReader":
        """Return a reader of the same ring from its oldest line on, with the same remarks."""
        reader = LogReader(self.ring, timestamps=timestamps, only=only)
        reader._offset = self.ring.start
        reader._notes = [note for note in self._notes if note[0] > self.ring.start]
        return reader

    def take(self, limit: int | None = AT_ONCE) -> list[str]:
        """Return what to show of the next lines, at most `limit` of them; remarks are `Remark`s."""
        chunk = self.ring.read(self._offset, limit)
        shown: list[str] = []
        if chunk.lost:
            shown.append(self._remark(f"{chunk.lost} lines went by unread", self._offset))
        now = time.time()
        for line in chunk.lines:
            shown += self._due(line.number)
            shown += [self._remark(line.text, line.number)] if line.mark else self._line(line, now)
        self._offset = chunk.next
        return shown + self._due(chunk.next)

    def number_at(self, index: int) -> int:
        """Return the ring's number of what was given as number `index`, counted from 0; 0 when that is long ago."""
        at = index - self._given + len(self._numbers)
        return self._numbers[at] if 0 <= at < len(self._numbers) else 0

    def index_of(self, number: int) -> int:
        """Return the index, counted as for `number_at`, of the first that has at least this number in the ring."""
        first = self._given - len(self._numbers)
        return next((first + at for at, one in enumerate(self._numbers) if one >= number), self._given)

    def _line(self, line: LogLine, now: float) -> Iterator[str]:
        self.read += 1
        if self.only is not None and not self.only.lets_through(line.text):
            return
        self.matched += 1
        self._give(line.number)
        yield f"{stamp(line.moment, now)}  {line.text}" if self.timestamps else line.text

    def _due(self, number: int) -> list[str]:
        found: list[str] = []
        while self._notes_given < len(self._notes) and self._notes[self._notes_given][0] <= number:
            at, text = self._notes[self._notes_given]
            found.append(self._remark(text, at))
            self._notes_given += 1
        return found

    def _remark(self, text: str, number: int) -> Remark:
        self._give(number)
        return Remark(f"── {text} ──")

    def _give(self, number: int) -> None:
        self._numbers.append(number)
        self._given += 1


def stamp(moment: float | None, now: float) -> str:
    """Return when a line was written, in local time, with the date when it was not on the day of `now`."""
    if moment is None:
        return "--:--:--"
    day, clock = _local(int(moment))
    return clock if day == _local(int(now))[0] else f"{day} {clock}"


@lru_cache(maxsize=4096)
def _local(second: int) -> tuple[str, str]:
    local = time.localtime(second)
    return time.strftime("%m-%d", local), time.strftime("%H:%M:%S", local)


def level(text: str) -> tuple[int, int, Tone] | None:
    """Return where a line says its level, and the tone of it; None when it is neither error nor warning.

    A key of JSON or logfmt or klog's letter decides; without one, the first word that sounds like it.
    """
    found = _KEYED.search(text, 0, _SEARCHED)
    if found is not None:
        name = found.lastgroup or ""
        tone = _tone(found[name])
        return (*found.span(name), tone) if tone is not None else None
    found = _WORD.search(text, 0, _SEARCHED)
    if found is None:
        return None
    return found.start(), found.end(), _tone(found[0]) or Tone.BAD


def _tone(word: str) -> Tone | None:
    if word.isdecimal():
        number = int(word[:4])
        return Tone.BAD if number >= _ERROR_NUMBER else Tone.WARN if number >= _WARN_NUMBER else None
    folded = word.casefold()
    return Tone.BAD if folded in _BAD else Tone.WARN if folded in _WARN else None


def paint(text: str, *, timestamps: bool) -> Line:
    """Return a line of a log with its moment faint and its level in the level's tone."""
    if isinstance(text, Remark):
        return plain(text)
    cells: list[Cell] = []
    begin = 0
    moment = _STAMP.match(text) if timestamps else None
    if moment is not None:
        cells.append(Cell(moment[0], Tone.FAINT))
        begin = moment.end()
    body = text[begin:] if begin else text
    said = level(body)
    if said is None:
        return (*cells, Cell(body))
    first, last, tone = said
    return (*cells, Cell(body[:first]), Cell(body[first:last], tone), Cell(body[last:]))
