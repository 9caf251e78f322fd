"""What came already, told from what is new, when a log is read again from an earlier moment."""

from collections import Counter, deque
from collections.abc import Iterable, Iterator

from state.cluster.log_lines import Stamped

OVERLAP = 1.0
"""Seconds that are read twice. Output and errors of one container are stamped apart and may change places."""


class Continuation:
    """Leaves out the lines that came before a log was opened again.

    A server takes whole seconds for a start, and lines may share a moment: what is repeated is told by stamp and
    text together, as often as it came. A log is a file, so whatever stands before the first repeated line is
    older than all that was read and is left out too.
    """

    def __init__(self) -> None:
        self.matched = False
        """Whether a line came again since the log was reopened: then nothing is missing in between."""
        self._window: deque[Stamped] = deque()
        """The lines that would come again, oldest first."""
        self._newest: float | None = None
        self._ceiling = float("-inf")
        """The latest moment ever seen; beyond `_newest` after a clock stepped back."""
        self._known: Counter[tuple[str, str]] | None = None
        """After a break: what is still to be repeated."""
        self._undecided: list[Stamped] = []

    @property
    def last(self) -> float | None:
        """The moment of the newest line, None before the first one with a moment."""
        return self._newest

    @property
    def since(self) -> float | None:
        """The whole second to read again from."""
        return None if self._newest is None else float(_begin(self._newest))

    def reopened(self) -> None:
        """Take note that the log begins again at `since`."""
        self.matched = False
        self._undecided.clear()
        if self._newest is not None:
            self._known = Counter((line.stamp, line.text) for line in self._window)

    def begun(self) -> None:
        """Take note that the newest line is the first of another file: what came before it cannot come again."""
        while len(self._window) > 1:
            self._window.popleft()

    def new(self, lines: Iterable[Stamped]) -> Iterator[Stamped]:
        """Iterate over the lines that did not come before."""
        for line in lines:
            if line.moment is None:
                yield line
            elif self._known is None:
                yield self._taken(line, line.moment)
            else:
                yield from self._after_break(line, line.moment, self._known)

    def end(self) -> Iterator[Stamped]:
        """Iterate over what was held back because it might have been a repeat; the log has ended."""
        for line in self._undecided:
            assert line.moment is not None
            yield self._taken(line, line.moment)
        self._undecided.clear()

    def _after_break(self, line: Stamped, moment: float, known: Counter[tuple[str, str]]) -> Iterator[Stamped]:
        key = line.stamp, line.text
        if known[key] > 0:
            known[key] -= 1
            self.matched = True
            self._undecided.clear()
            return
        if not self.matched:
            assert self._newest is not None
            if moment < self._newest:
                return
            if moment <= self._ceiling:
                self._undecided.append(line)
                return
        # Every repeat stands before what is new.
        self._known = None
        yield from self.end()
        yield self._taken(line, moment)

    def _taken(self, line: Stamped, moment: float) -> Stamped:
        newest = self._newest
        if newest is None or moment > newest:
            self._newest = newest = moment
            if moment > self._ceiling:
                self._ceiling = moment
        elif moment < newest - OVERLAP:
            # The clock stepped back: from here on the log goes on below what was read.
            self._newest = newest = moment
            self._window.clear()
        window, begin = self._window, _begin(newest)
        window.append(line)
        while (window[0].moment or 0.0) < begin:
            window.popleft()
        return line


def _begin(moment: float) -> int:
    return int(moment - OVERLAP)
