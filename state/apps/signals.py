"""Whose the measured services are, and an app's signals out of those of its services. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from state.apps.model import Signals
from state.metrics.pulse import ServiceSignals

AppKey = tuple[str, str]
"""An app's namespace and name; the namespace is empty for an app that is in several."""
Place = tuple[str, str]
"""An object's namespace and name."""


class Owners:
    """Finds the app that a measured service belongs to."""

    def __init__(self, workloads: Mapping[Place, AppKey], services: Mapping[Place, AppKey]) -> None:
        """Both map objects to their apps."""
        self._named = {**services, **workloads}
        around: dict[str, set[AppKey]] = defaultdict(set)
        for (namespace, _), app in workloads.items():
            around[namespace].add(app)
        self._apps = {(namespace, app[1]): app for namespace, apps in around.items() for app in apps}
        self._alone = {namespace: next(iter(apps)) for namespace, apps in around.items() if len(apps) == 1}

    @property
    def places(self) -> Mapping[Place, AppKey]:
        """The app of every workload and service, which is all that its answers depend on."""
        return self._named

    def named(self, namespace: str, name: str) -> AppKey | None:
        """Return the app of the workload or service of that name."""
        return self._named.get((namespace, name))

    def alone_in(self, namespace: str) -> AppKey | None:
        """Return the only app of a namespace, None where there are several."""
        return self._alone.get(namespace)

    def of(self, namespace: str, service: str) -> AppKey | None:
        """Return the app: of the workload or service of that name, of that name itself, the only one around."""
        if not namespace:
            return self._by_joined_name(service)
        found = self._named.get((namespace, service)) or self._apps.get((namespace, service))
        return found or self._alone.get(namespace)

    def _by_joined_name(self, service: str) -> AppKey | None:
        """Find `shop-storefront-80` in namespace `shop`; of several that fit the longest name is meant."""
        fitting = [
            (place, app)
            for place, app in self._named.items()
            if service == f"{place[0]}-{place[1]}" or service.startswith(f"{place[0]}-{place[1]}-")
        ]
        return max(fitting, key=lambda pair: len(pair[0][0]) + len(pair[0][1]), default=(None, None))[1]


def by_app(measured: Iterable[ServiceSignals], owners: Owners) -> dict[AppKey, list[ServiceSignals]]:
    """Return what was measured of each app that anything was measured of."""
    found: dict[AppKey, list[ServiceSignals]] = {}
    for one in measured:
        app = owners.of(one.namespace, one.service)
        if app is not None:
            found.setdefault(app, []).append(one)
    return found


def together(signals: Sequence[Signals]) -> Signals:
    """Return several services as one: rates add up, errors weigh by rate, the slowest latency counts."""
    if len(signals) == 1:
        return signals[0]
    rates = [one.rate_history for one in signals]
    errors = [one.error_history for one in signals]
    return Signals(
        rate=_sum([one.rate for one in signals]),
        errors=_weighted([(one.errors, one.rate) for one in signals]),
        p95=max((one.p95 for one in signals if one.p95 is not None), default=None),
        error_history=tuple(
            _weighted(list(zip(now, weights, strict=True)))
            for now, weights in zip(_columns(errors), _columns(rates), strict=False)
        ),
        rate_history=tuple(_sum(now) for now in _columns(rates)),
    )


def _columns(histories: Sequence[Sequence[float | None]]) -> list[list[float | None]]:
    """Return the values of each moment; histories end at the same one, so shorter ones lack their beginning."""
    longest = max((len(history) for history in histories), default=0)
    gaps: list[tuple[float | None, ...]] = [(None,) * (longest - len(history)) for history in histories]
    padded = [(*gap, *history) for gap, history in zip(gaps, histories, strict=True)]
    return [list(moment) for moment in zip(*padded, strict=True)]


def _sum(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return sum(known) if known else None


def _weighted(pairs: Sequence[tuple[float | None, float | None]]) -> float | None:
    known = [(ratio, weight) for ratio, weight in pairs if ratio is not None and weight is not None]
    whole = sum(weight for _, weight in known)
    return sum(ratio * weight for ratio, weight in known) / whole if whole > 0 else None
