"""What a followed log has told so far: its lines and marks, and how fresh it is."""

import re
from collections.abc import Iterable
from typing import Protocol

from state.clock import Clock
from state.cluster.log_continuation import Continuation
from state.cluster.log_lines import Stamped, stamped
from state.freshness import Freshness, Health
from state.printable import printable

_PART_OF_STAMP = re.compile(r"[\dT:.Z+-]+ ?")


class Outlet(Protocol):
    """What takes a log's lines. Called on the follower's thread."""

    def put(self, lines: Iterable[tuple[str, float | None]], *, mark: bool = False) -> None:
        """Take lines with their moments, in order, or with `mark` remarks about the log."""
        ...


class LogTold:
    """Hands lines and marks to an outlet. Belongs to the follower's thread; `freshness` may be read from any."""

    def __init__(self, outlet: Outlet, seen: Continuation, clock: Clock) -> None:
        """`seen` knows what came already."""
        self.lines = 0
        """How many lines were handed on."""
        self.rest = ""
        """A line without an end at a log's end: the whole of it may come yet."""
        self.freshness = Freshness(Health.CONNECTING, clock.wall())
        self.heard: float | None = None
        """When something last came, in seconds since the epoch."""
        self._outlet = outlet
        self._seen = seen
        self._clock = clock

    def put(self, lines: Iterable[Stamped]) -> None:
        """Hand lines on."""
        found = [(line.text, line.moment) for line in lines]
        if found:
            self.lines += len(found)
            self.rest = ""
            self._outlet.put(found)

    def put_rest(self, *, known: bool = True) -> None:
        """Put the line without an end, for nothing more of it comes; `known`: it is left out when it comes again."""
        rest, self.rest = self.rest, ""
        if rest and not _PART_OF_STAMP.fullmatch(rest):
            line = stamped(rest)
            self.put(self._seen.new([line]) if known else [line])

    def mark(self, text: str) -> None:
        """Say something about the log, where its lines stand."""
        self._outlet.put([(printable(text), None)], mark=True)

    def mark_gap(self, why: str = "") -> None:
        """Say that something is not known to be whole."""
        self.mark(f"lines may be missing here{why}")

    def says(self, health: Health, reason: str = "") -> None:
        """Say how fresh it is from now on."""
        before = self.freshness
        since = before.since if before.health is health else self._clock.wall()
        if health is Health.LIVE and not reason:
            self.heard = self._clock.wall()
        self.freshness = Freshness(health, since, self.heard, printable(reason))

    def says_failed(self, reason: str) -> None:
        """Say why nothing comes: never came, or not any more."""
        self.says(Health.FAILED if self.heard is None else Health.STALE, reason)
