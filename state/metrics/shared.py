"""Equal queries asked once, whoever asks and however often while the answer is good."""

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from state.clock import SYSTEM, Clock
from state.metrics.model import Answer, MetricsClient
from state.threads import Once

KEPT = 200
INSTANT_SECONDS = 10.0
RANGE_SECONDS = 300.0
_Key = tuple[str, float, float, float]


@dataclass(slots=True)
class _Asked:
    answer: Once[Answer]
    when: float


class SharedMetrics:
    """A `MetricsClient` that shares answers. Any thread may ask; those who ask the same wait for one question.

    An answer is good for ten seconds, that over a range, whose end is in the question, for five minutes. What failed
    is asked again by whoever asks next.
    """

    def __init__(self, client: MetricsClient, clock: Clock = SYSTEM) -> None:
        self._client = client
        self._clock = clock
        self._lock = threading.Lock()
        self._asked: OrderedDict[_Key, _Asked] = OrderedDict()

    def query(self, expression: str) -> Answer:
        """Return the instant vector. Blocks; raises MetricsError."""
        return self._shared((expression, 0, 0, 0), INSTANT_SECONDS, lambda: self._client.query(expression))

    def query_range(self, expression: str, start: float, end: float, step: float) -> Answer:
        """Return the range vector. Blocks; raises MetricsError."""
        return self._shared(
            (expression, start, end, step),
            RANGE_SECONDS,
            lambda: self._client.query_range(expression, start, end, step),
        )

    def _shared(self, key: _Key, good_for: float, ask: Callable[[], Answer]) -> Answer:
        now = self._clock.elapsed()
        with self._lock:
            known = self._asked.pop(key, None)
            if known is None or now - known.when > good_for:
                known = _Asked(Once(ask), now)
            self._asked[key] = known
            if len(self._asked) > KEPT:
                self._asked.popitem(last=False)
        return known.answer()
