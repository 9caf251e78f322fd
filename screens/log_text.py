"""What is shown of a log's ring: which lines, in which words, with which moments and names before them."""

import time
from collections import deque
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from functools import lru_cache
from time import perf_counter

from screens.log_filter import LogFilter
from state.cluster.log_json import readable
from state.cluster.log_level import Level, said
from state.cluster.log_masks import MASKS, Mask, Masker
from state.cluster.log_ring import LINES, LogLine, LogRing
from state.printable import shorten_middle
from widgets.text_lines import Remark

AT_ONCE = 5000
"""Lines that are fetched from the ring in one go."""
_A_LOOK = 100
_CONTINUES = ("Caused by:", "Traceback ", "goroutine ", "}", "]", "--- End of", "Suppressed:")
_BETWEEN = "··"


@dataclass(frozen=True, slots=True)
class Showing:
    """How lines are shown, and which."""

    timestamps: bool = False
    readable: bool = True
    """Whether objects of JSON are put in words."""
    only: LogFilter | None = None
    least: Level | None = None
    """The lowest level that is shown; a line that says none counts as information."""
    context: int = 0
    """How many lines before and behind one that is picked are shown with it."""
    labels: int = 0
    """How wide the column of the streams' names is; 0: there is none."""
    revealed: frozenset[str] = frozenset()
    """The names of the secrets that are not covered."""

    @property
    def picks(self) -> bool:
        """Whether some lines may be left out."""
        return self.only is not None or self.least is not None


class LogReader:
    """Reads a ring on, and gives what to show of it, each line once."""

    def __init__(
        self,
        ring: LogRing,
        showing: Showing = Showing(),
        *,
        label: Callable[[int], str] = lambda stream: "",
        masks: tuple[Mask, ...] = MASKS,
        too_slow: frozenset[str] = frozenset(),
    ) -> None:
        """`label` names a stream; a line that a mask of `too_slow` would look at is not shown."""
        self.ring = ring
        self.showing = showing
        self.masker = Masker(masks, showing.revealed, too_slow)
        self.read = 0
        """Lines of the log that were looked at."""
        self.matched = 0
        """Those among them that were picked."""
        self._label = label
        self._masks = masks
        self._first = self._offset = 0
        self._fetched: deque[LogLine] = deque()
        self._notes: list[tuple[int, str]] = []
        self._notes_given = 0
        self._numbers: deque[int] = deque(maxlen=LINES)
        self._given = 0
        self._before: deque[tuple[int, str]] = deque(maxlen=showing.context)
        """What may be shown before the next line that is picked."""
        self._behind = 0
        """How many lines are still shown behind one that was."""
        self._left_out = False
        """Whether a line was left out since one was shown."""
        self._levels: dict[int, Level] = {}

    def note(self, text: str) -> None:
        """Have a remark stand behind the lines that came so far, unless the last one does already."""
        at = self.ring.end
        if at and (not self._notes or self._notes[-1][0] < at):
            self._notes.append((at, text))

    def again(self, showing: Showing, too_slow: frozenset[str] = frozenset()) -> "LogReader":
        """Return a reader of the same ring from its oldest line on, with the same remarks."""
        reader = LogReader(self.ring, showing, label=self._label, masks=self._masks, too_slow=too_slow)
        reader._first = self._first
        reader._offset = max(self.ring.start, self._first)
        reader._notes = [note for note in self._notes if note[0] > reader._offset]
        return reader

    def forget(self) -> None:
        """Let readers of the same ring begin behind the lines that came so far."""
        self._first = self.ring.end

    @property
    def behind(self) -> int:
        """How many lines wait to be looked at."""
        return self.ring.end - self._offset + len(self._fetched)

    def take(self) -> list[str]:
        """Return what to show of all that came; remarks are `Remark`s."""
        shown = self.take_for(float("inf"))
        while self.behind:
            shown += self.take_for(float("inf"))
        return shown

    def take_for(self, seconds: float) -> list[str]:
        """Return what to show of as many of the next lines as there is time for."""
        deadline, shown, now = perf_counter() + seconds, list[str](), time.time()
        if not self._fetched:
            chunk = self.ring.read(self._offset, AT_ONCE)
            if chunk.lost:
                shown.append(self._remark(f"{chunk.lost} lines went by unread", self._offset))
            self._offset = chunk.next
            self._fetched.extend(chunk.lines)
        fetched = self._fetched
        while fetched:
            for _ in range(min(_A_LOOK, len(fetched))):
                line = fetched.popleft()
                if self._notes_given < len(self._notes):
                    shown += self._due(line.number)
                if line.mark:
                    shown.append(self._remark(self._named(line), line.number))
                else:
                    shown += self._line(line, now)
            if perf_counter() > deadline:
                break
        if not fetched:
            shown += self._due(self._offset)
        return shown

    def number_at(self, index: int) -> int:
        """Return the ring's number of what was given as number `index`, counted from 0; 0 when that is long ago."""
        at = index - self._given + len(self._numbers)
        return self._numbers[at] if 0 <= at < len(self._numbers) else 0

    def index_of(self, number: int) -> int:
        """Return the index, counted as for `number_at`, of the first that has at least this number in the ring."""
        first = self._given - len(self._numbers)
        return next((first + at for at, one in enumerate(self._numbers) if one >= number), self._given)

    def indices_of(self, numbers: Collection[int]) -> set[int]:
        """Return the indices of those that have these numbers in the ring."""
        first = self._given - len(self._numbers)
        return {first + at for at, one in enumerate(self._numbers) if one in numbers} if numbers else set()

    # --- one line ---

    def _line(self, line: LogLine, now: float) -> Iterator[str]:
        self.read += 1
        showing, body = self.showing, line.text
        if showing.readable and body.startswith("{"):
            body = readable(body) or body
        body = self.masker.masked(body, line.stream)
        if not showing.picks:
            self.matched += 1
            self._give(line.number)
            yield self._head(line, now) + body
        elif self._picked(line, body):
            self.matched += 1
            if showing.context:
                if self._left_out and self._given:
                    yield self._remark_alone(_BETWEEN, line.number)
                for number, text in self._before:
                    self._give(number)
                    yield text
                self._before.clear()
                self._behind, self._left_out = showing.context, False
            self._give(line.number)
            yield self._head(line, now) + body
        elif self._behind:
            self._behind -= 1
            self._give(line.number)
            yield self._head(line, now) + body
        elif showing.context:
            self._left_out |= len(self._before) == showing.context
            self._before.append((line.number, self._head(line, now) + body))

    def _picked(self, line: LogLine, body: str) -> bool:
        showing = self.showing
        if showing.least is not None and self._level(line) < showing.least:
            return False
        return showing.only is None or showing.only.lets_through(body)

    def _level(self, line: LogLine) -> Level:
        """Return a line's level; what goes on from the line before, such as a stack trace, has that line's."""
        found = said(line.text)
        if found is not None:
            self._levels[line.stream] = found.level
            return found.level
        if line.text[:1].isspace() or not line.text or line.text.startswith(_CONTINUES):
            return self._levels.get(line.stream, Level.INFO)
        self._levels[line.stream] = Level.INFO
        return Level.INFO

    def _head(self, line: LogLine, now: float) -> str:
        showing = self.showing
        moment = f"{stamp(line.moment, now)}  " if showing.timestamps else ""
        if not showing.labels:
            return moment
        return f"{moment}{shorten_middle(self._label(line.stream), showing.labels):<{showing.labels}}  "

    # --- remarks ---

    def _named(self, line: LogLine) -> str:
        label = self._label(line.stream) if self.showing.labels else ""
        return f"{label}: {line.text}" if label else line.text

    def _due(self, number: int) -> list[str]:
        found: list[str] = []
        while self._notes_given < len(self._notes) and self._notes[self._notes_given][0] <= number:
            at, text = self._notes[self._notes_given]
            found.append(self._remark(text, at))
            self._notes_given += 1
        return found

    def _remark(self, text: str, number: int) -> Remark:
        return self._remark_alone(f"── {text} ──", number)

    def _remark_alone(self, text: str, number: int) -> Remark:
        self._give(number)
        return Remark(text)

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
