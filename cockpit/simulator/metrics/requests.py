"""What the apps say of the HTTP requests they answered."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from math import erf, exp, floor, inf, log, sqrt

from cockpit.simulator.metrics.family import Family, Selection
from cockpit.simulator.metrics.sampled import Knots, Sampled
from cockpit.simulator.ports import Platform
from cockpit.simulator.promql.numbers import format_value
from cockpit.simulator.promql.values import Labels, Series
from cockpit.simulator.series import OPEN

BOUNDS = (
    0.005, 0.01, 0.02, 0.03, 0.05, 0.075, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0, 5.0, 10.0, inf,
)  # fmt: skip
"""Upper bounds of the latency histogram's buckets in seconds."""

_CODES = ("200", "404", "500", "503")
_NOT_FOUND = 0.012
"""Share of the good answers that are 404."""
_UNAVAILABLE = 0.7
"""Share of the failures that are 503."""
_COUNT, _SUM, _BUCKETS = len(_CODES), len(_CODES) + 1, len(_CODES) + 2
_P95 = 1.6448536269514722
"""The standard normal distribution's 95 % quantile."""
_SECONDS_COUNTED = 12 * 86400.0
"""For so long the apps have counted when the world opens."""


class Requests:
    """The request families: by code, and a histogram of latencies.

    Latencies are lognormal with the median and 95th percentile that the platform tells.
    """

    def __init__(self, platform: Platform, knots: Knots) -> None:
        self._platform = platform
        self._knots = knots
        self._sampled: dict[tuple[str, str], Sampled] = {}

    def families(self) -> Iterator[Family]:
        """Iterate over the families."""
        codes: list[tuple[Labels, int]] = [({"code": code}, place) for place, code in enumerate(_CODES)]
        words = "HTTP requests answered, by status code."
        yield Family("http_requests_total", "counter", words, partial(self._series, "http_requests_total", codes))
        buckets: list[tuple[Labels, int]] = [
            ({"le": format_value(bound)}, _BUCKETS + place) for place, bound in enumerate(BOUNDS)
        ]
        one: Labels = {}
        words = "Time taken to answer HTTP requests."
        for suffix, components in (("bucket", buckets), ("count", [(one, _COUNT)]), ("sum", [(one, _SUM)])):
            name = f"http_request_duration_seconds_{suffix}"
            yield Family(name, "histogram", words, partial(self._series, name, components))

    def _series(self, name: str, components: list[tuple[Labels, int]], selection: Selection) -> Iterator[Series]:
        times = self._knots.scrapes.times
        for namespace, service in self._platform.services():
            own = {"__name__": name, "job": service, "namespace": namespace, "service": service}
            for further, component in components:
                labels = {**own, **further}
                if selection.wants(labels):
                    read = _reader(self._of(namespace, service), component)
                    yield Series(labels, times, ((0, OPEN),), read, monotone=True)

    def _of(self, namespace: str, service: str) -> Sampled:
        key = (namespace, service)
        if key not in self._sampled:
            self._sampled[key] = Sampled(
                self._knots,
                lambda when: self._rates(namespace, service, when),
                lambda start: tuple(value * _SECONDS_COUNTED for value in start),
            )
        return self._sampled[key]

    def _rates(self, namespace: str, service: str, when: float) -> tuple[float, ...]:
        traffic = self._platform.traffic(namespace, service, when)
        rate = traffic.rate
        failed = rate * traffic.error_ratio
        good = rate - failed
        codes = (good * (1 - _NOT_FOUND), good * _NOT_FOUND, failed * (1 - _UNAVAILABLE), failed * _UNAVAILABLE)
        if rate <= 0 or traffic.median_seconds <= 0:
            return (*codes, rate, 0.0, *(rate for _ in BOUNDS))
        middle = log(traffic.median_seconds)
        width = max(1e-3, (log(traffic.p95_seconds) - middle) / _P95)
        mean = traffic.median_seconds * exp(width * width / 2)
        below = (1.0 if bound == inf else 0.5 * (1 + erf((log(bound) - middle) / width / sqrt(2))) for bound in BOUNDS)
        return (*codes, rate, rate * mean, *(rate * share for share in below))


def _reader(sampled: Sampled, component: int) -> Callable[[Sequence[int]], list[float]]:
    if component == _SUM:
        return lambda indices: sampled.counter(component, indices)
    return lambda indices: [float(floor(value)) for value in sampled.counter(component, indices)]
