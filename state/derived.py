"""Values computed from several sources: named inputs, remembered, no faster than they are worth."""

from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

from state.clock import SYSTEM, Clock

T = TypeVar("T")
_RATIO = 10.0


class Derived(Generic[T]):
    """What a pure function makes of its inputs, computed again only when they moved.

    `inputs` gives something that differs when an input did: the revisions of mirrors, a minute, a setting.
    The next computation comes no sooner than `every` seconds after the last, nor than ten times what the last
    cost, so that a large cluster slows the value and never the screen.
    """

    def __init__(
        self, compute: Callable[[], T], inputs: Callable[[], Hashable], every: float = 0.25, clock: Clock = SYSTEM
    ) -> None:
        self._compute = compute
        self._inputs = inputs
        self._every = every
        self._clock = clock
        self._seen: Hashable = None
        self._value: list[T] = []
        self._due = 0.0
        self.revision = 0
        """Grows with every computation whose result differs from the one before."""

    def value(self) -> T:
        """Return the value, computed now when it is due."""
        now = self._clock.elapsed()
        if self._value and now < self._due:
            return self._value[0]
        inputs = self._inputs()
        if self._value and inputs == self._seen:
            return self._value[0]
        self._seen = inputs
        value = self._compute()
        self._due = now + max(self._every, _RATIO * (self._clock.elapsed() - now))
        if not self._value or value != self._value[0]:
            self.revision += 1
        self._value = [value]
        return value
