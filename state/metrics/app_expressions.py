"""The PromQL asked about one app: its requests, its pods, the alerts that fired about it.

Signals follow the RED and USE methods; error budgets the SRE workbook, chapter 5.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from state.metrics.catalogue import DIALECTS, Expression, TrafficSource, literal, one_of, quoted, selector
from state.metrics.model import Labels

QUANTILES = (0.5, 0.95, 0.99)
_CONTAINERS = 'container!="", image!=""'
_LIMITED = 'container!=""'


@dataclass(frozen=True, slots=True)
class Traffic:
    """The requests of an app: how they are measured, and the labels of each of its services there."""

    source: TrafficSource
    services: tuple[Labels, ...]

    def rate(self, window: str) -> Expression:
        """Requests a second."""
        return Expression("requests", self._all("rate", window))

    def error_ratio(self, window: str) -> Expression:
        """Failed ÷ all requests, 0 to 1; nothing where there are no requests."""
        every = self._all("rate", window)
        code = f'{self.source.code}=~"{self.source.dialect.failed}"'
        failed = f"sum(rate({self.source.dialect.counter}{self._chosen(code)}[{window}]))"
        return Expression("error ratio", f"({failed} or 0 * {every}) / ({every} > 0)")

    def latency(self, quantile: float, window: str) -> Expression:
        """A quantile of latency in the histogram's unit, estimated from its buckets."""
        rate = f"sum by (le) (rate({self.source.dialect.histogram}{self._chosen()}[{window}]))"
        return Expression(f"p{quantile * 100:g}", f"histogram_quantile({quantile:g}, {rate})")

    def requests(self, period: str) -> Expression:
        """How many requests there were in a period."""
        return Expression("requests counted", self._all("increase", period))

    def days(self, period: str) -> Expression:
        """On how many days of a period requests were measured."""
        return Expression("days measured", f"count_over_time({self._all('rate', '1h')}[{period}:1d])")

    def _all(self, function: str, window: str) -> str:
        return f"sum({function}({self.source.dialect.counter}{self._chosen()}[{window}]))"

    def _chosen(self, *further: str) -> str:
        matchers = []
        for label in (self.source.namespace, self.source.service):
            values = sorted({value for labels in self.services for name, value in labels if name == label})
            if label and values:
                matchers.append(one_of(label, values))
        return selector(self.source.dialect.only, *matchers, *further)


@dataclass(frozen=True, slots=True)
class Pods:
    """The pods of an app, known by the names of its workloads."""

    namespaces: tuple[str, ...]
    workloads: tuple[str, ...]

    def cpu(self, window: str) -> Expression:
        """The CPU that its busiest pod uses, in that which it requests."""
        used = f"sum by (namespace, pod) (rate(container_cpu_usage_seconds_total{self._of(_CONTAINERS)}[{window}]))"
        asked = f"sum by (namespace, pod) (kube_pod_container_resource_requests{self._of(_resource('cpu'))})"
        return Expression("CPU of requested", f"max({used} / {asked})")

    def memory(self) -> Expression:
        """The memory that its fullest pod uses, in that which it may."""
        used = f"sum by (namespace, pod) (container_memory_working_set_bytes{self._of(_CONTAINERS)})"
        limit = f"sum by (namespace, pod) (kube_pod_container_resource_limits{self._of(_resource('memory'))})"
        return Expression("memory of limit", f"max({used} / {limit})")

    def restarts(self, window: str) -> Expression:
        """How often containers were restarted."""
        return Expression("restarts", f"sum(increase(kube_pod_container_status_restarts_total{self._of()}[{window}]))")

    def throttling(self, window: str) -> Expression:
        """The share of its scheduling periods in which its containers were throttled."""
        chosen = self._of(_LIMITED)
        throttled = f"sum(increase(container_cpu_cfs_throttled_periods_total{chosen}[{window}]))"
        return Expression(
            "throttling", f"{throttled} / sum(increase(container_cpu_cfs_periods_total{chosen}[{window}]))"
        )

    def _of(self, *further: str) -> str:
        names = "|".join(literal(name) for name in self.workloads)
        return selector(one_of("namespace", self.namespaces), f'pod=~"{quoted(f"({names})-.+")}"', *further)


def fired(namespaces: Sequence[str], window: str) -> Expression:
    """Which alerts fired about something in some namespaces, at any moment of a window: short ones too."""
    chosen = selector('alertstate="firing"', one_of("namespace", namespaces))
    return Expression("alerts", f"max_over_time(ALERTS{chosen}[{window}])")


def sloth_budgets(names: Sequence[str]) -> tuple[Expression, Expression, Expression]:
    """Objective, budget left and burn of the objectives that Sloth keeps for some services."""
    chosen = selector(one_of("sloth_service", names))
    return (
        Expression("Sloth's objective", f"slo:objective:ratio{chosen}"),
        Expression("Sloth's budget", f"slo:period_error_budget_remaining:ratio{chosen}"),
        Expression("Sloth's burn", f"slo:current_burn_rate:ratio{chosen}"),
    )


def pyrra_objective(names: Sequence[str]) -> tuple[Expression, Expression]:
    """Objective and availability of the objectives that Pyrra keeps under some names."""
    chosen = selector(one_of("slo", names))
    return (
        Expression("Pyrra's objective", f"pyrra_objective{chosen}"),
        Expression("Pyrra's availability", f"pyrra_availability{chosen}"),
    )


def every_app_expression(namespace: str = "shop", name: str = "web", window: str = "5m") -> tuple[Expression, ...]:
    """All that may be asked of an app, each dialect with its likeliest labels: for checks of the whole catalogue."""
    found: list[Expression] = []
    for dialect in DIALECTS:
        source = TrafficSource(dialect, dialect.codes[0], next(iter(dialect.namespaces), ""), dialect.services[0])
        labels = (
            ((source.namespace, namespace), (source.service, name)) if source.namespace else ((source.service, name),)
        )
        for services in ((labels,), (labels, tuple((label, f"{value}.2") for label, value in labels))):
            traffic = Traffic(source, services)
            found += [traffic.rate(window), traffic.error_ratio(window), traffic.requests("1h"), traffic.days("2d")]
            found += [traffic.latency(quantile, window) for quantile in QUANTILES]
    pods = Pods((namespace, f"{namespace}.2"), (name, "api"))
    found += [pods.cpu(window), pods.memory(), pods.restarts(window), pods.throttling(window)]
    found += [fired((namespace,), window), *sloth_budgets((name,)), *pyrra_objective((name, "api"))]
    return tuple(found)


def _resource(name: str) -> str:
    return f'resource="{name}"'
