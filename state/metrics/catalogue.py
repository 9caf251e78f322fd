"""The PromQL the cockpit asks, as named expressions, and where requests can be measured.

Use follows the kubernetes and node-exporter mixins; request signals follow the RED method.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from state.metrics.model import Sample

WINDOW = "5m"
SINCE = "since"
"""The label that holds when an alert became active, in seconds since the epoch.

It sorts behind the labels that it is counted by: where it does not, Prometheus 2.42 can lose one of these.
"""
_SPECIAL = re.compile(r"[\\.+*?()|\[\]{}^$]")


@dataclass(frozen=True, slots=True)
class Expression:
    """A named PromQL expression."""

    name: str
    promql: str


@dataclass(frozen=True, slots=True)
class Dialect:
    """One way in which a metrics system counts requests.

    The label names are candidates, the likeliest first. `failed` matches codes that are the server's fault,
    `only` are further matchers, `unit` turns the histogram's unit into seconds.
    """

    name: str
    counter: str
    histogram: str
    codes: tuple[str, ...]
    namespaces: tuple[str, ...]
    services: tuple[str, ...]
    failed: str = "5.."
    only: str = ""
    unit: float = 1.0


DIALECTS: tuple[Dialect, ...] = (
    Dialect(
        "OpenTelemetry",
        "http_server_request_duration_seconds_count",
        "http_server_request_duration_seconds_bucket",
        codes=("http_response_status_code", "http_status_code"),
        namespaces=("k8s_namespace_name", "service_namespace", "namespace"),
        services=("service_name", "service", "job"),
    ),
    Dialect(
        "http_requests_total",
        "http_requests_total",
        "http_request_duration_seconds_bucket",
        codes=("code", "status", "status_code"),
        namespaces=("namespace", "exported_namespace"),
        services=("service", "app", "job"),
    ),
    Dialect(
        "Istio",
        "istio_requests_total",
        "istio_request_duration_milliseconds_bucket",
        codes=("response_code",),
        namespaces=("destination_workload_namespace", "destination_service_namespace"),
        services=("destination_workload", "destination_service_name"),
        # Each request is counted on both of its sides.
        only='reporter="destination"',
        unit=0.001,
    ),
    Dialect(
        "ingress-nginx",
        "nginx_ingress_controller_requests",
        "nginx_ingress_controller_request_duration_seconds_bucket",
        codes=("status",),
        # Its own labels are the application's; scraped without honor_labels they are renamed.
        namespaces=("exported_namespace", "namespace"),
        services=("exported_service", "service", "ingress"),
    ),
    Dialect(
        "Traefik",
        "traefik_service_requests_total",
        "traefik_service_request_duration_seconds_bucket",
        codes=("code",),
        # The service's name holds the namespace: `shop-storefront-80@kubernetes`.
        namespaces=(),
        services=("exported_service", "service"),
    ),
    Dialect(
        "gRPC",
        "grpc_server_handled_total",
        "grpc_server_handling_seconds_bucket",
        codes=("grpc_code",),
        namespaces=("namespace", "exported_namespace"),
        services=("service", "app", "job"),
        failed="Unknown|DeadlineExceeded|Unimplemented|Internal|Unavailable|DataLoss",
    ),
)
"""In order of trust: where two measure one service, the earlier is believed."""


@dataclass(frozen=True, slots=True)
class TrafficSource:
    """A dialect that is spoken here, with the labels it is spoken with. An empty label is not there."""

    dialect: Dialect
    code: str
    namespace: str
    service: str

    @property
    def by(self) -> str:
        """The labels that tell services apart, for a `by` clause."""
        return ", ".join(label for label in (self.namespace, self.service) if label)

    def rate(self, window: str = WINDOW) -> Expression:
        """Requests a second, one series a service."""
        chosen = selector(self.dialect.only)
        return Expression("request rate", f"sum by ({self.by}) (rate({self.dialect.counter}{chosen}[{window}]))")

    def failures(self, window: str = WINDOW) -> Expression:
        """Failed requests a second; a service without a failure has no series."""
        chosen = selector(self.dialect.only, f'{self.code}=~"{self.dialect.failed}"')
        return Expression("failure rate", f"sum by ({self.by}) (rate({self.dialect.counter}{chosen}[{window}]))")

    def p95(self, window: str = WINDOW) -> Expression:
        """The 95th percentile of latency in the histogram's unit, estimated from its buckets."""
        chosen = selector(self.dialect.only)
        rate = f"sum by (le, {self.by}) (rate({self.dialect.histogram}{chosen}[{window}]))"
        return Expression("latency", f"histogram_quantile(0.95, {rate})")


def probe(dialect: Dialect) -> Expression:
    """How many series a dialect has, by the labels of interest: empty where it is not spoken."""
    labels = ", ".join(dict.fromkeys((*dialect.namespaces, *dialect.services, *dialect.codes)))
    chosen = selector(dialect.only)
    return Expression(f"{dialect.name} present", f"count by ({labels}) ({dialect.counter}{chosen})")


def recognise(dialect: Dialect, samples: Iterable[Sample]) -> TrafficSource | None:
    """Return how a dialect is spoken according to its probe's samples, None when nothing names a service."""
    found = [dict(sample.labels) for sample in samples]

    def first(candidates: tuple[str, ...]) -> str:
        return next((name for name in candidates if any(labels.get(name) for labels in found)), "")

    service, code = first(dialect.services), first(dialect.codes)
    if not service or not code:
        return None
    return TrafficSource(dialect, code, first(dialect.namespaces), service)


def cpu_used(window: str = WINDOW) -> tuple[Expression, ...]:
    """The used share of all CPUs, 0 to 1: from node-exporter, else from cAdvisor."""
    return (
        Expression("cpu", f'1 - avg(rate(node_cpu_seconds_total{{mode="idle"}}[{window}]))'),
        Expression(
            "cpu by cAdvisor",
            f'sum(rate(container_cpu_usage_seconds_total{{id="/"}}[{window}])) / sum(machine_cpu_cores)',
        ),
    )


def memory_used() -> tuple[Expression, ...]:
    """The used share of all memory, 0 to 1: from node-exporter, else from cAdvisor."""
    return (
        Expression("memory", "1 - sum(node_memory_MemAvailable_bytes) / sum(node_memory_MemTotal_bytes)"),
        Expression("memory by cAdvisor", 'sum(container_memory_working_set_bytes{id="/"}) / sum(machine_memory_bytes)'),
    )


def targets(namespaces: Sequence[str]) -> Expression:
    """The scrape targets in some namespaces, 1 for one that answers, else 0."""
    return Expression("targets", f"up{{{one_of('namespace', namespaces)}}}")


def alerts_begun(span: str, step: str) -> Expression:
    """When alerts that fired in a span became active: one series for each moment, which its label `since` names.

    What fired for less than a step may be missed. ALERTS and ALERTS_FOR_STATE are written by whoever evaluates rules.
    """
    fired = 'ALERTS_FOR_STATE and ignoring (alertstate) ALERTS{alertstate="firing"}'
    moments = f'count_values by (alertname, exported_namespace, namespace, node) ("{SINCE}", {fired})'
    return Expression("alerts begun", f"last_over_time(({moments})[{span}:{step}])")


def one_of(label: str, values: Sequence[str]) -> str:
    """Return the matcher that a label is one of these values, whatever is in them."""
    if len(values) == 1:
        return f'{label}="{quoted(values[0])}"'
    return f'{label}=~"{quoted("|".join(map(literal, values)))}"'


def quoted(text: str) -> str:
    """Return a text as it stands between the double quotes of PromQL."""
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


def literal(text: str) -> str:
    """Return the RE2 expression that matches a text alone."""
    return _SPECIAL.sub(r"\\\g<0>", text)


def every_expression(window: str = WINDOW) -> tuple[Expression, ...]:
    """All the cockpit may ask, each dialect with its likeliest labels: for checks of the whole catalogue."""
    found = [*cpu_used(window), *memory_used(), alerts_begun("7d", "5m")]
    for dialect in DIALECTS:
        source = TrafficSource(dialect, dialect.codes[0], next(iter(dialect.namespaces), ""), dialect.services[0])
        found += [probe(dialect), source.rate(window), source.failures(window), source.p95(window)]
    return tuple(found)


def selector(*matchers: str) -> str:
    """Return matchers in braces, without the empty ones; nothing for none."""
    given = ", ".join(matcher for matcher in matchers if matcher)
    return f"{{{given}}}" if given else ""
