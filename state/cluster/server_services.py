"""Which Services of a cluster are a Prometheus or an Alertmanager: what the usual charts and operators make. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

Kind = Literal["prometheus", "alertmanager"]
Json = Mapping[str, Any]

SELECTORS = (
    "app.kubernetes.io/name in (prometheus, alertmanager, kube-prometheus, thanos-query, thanos, vmsingle,"
    " victoria-metrics-single, vmalertmanager)",
    "app in (prometheus, alertmanager, kube-prometheus-stack-prometheus, kube-prometheus-stack-alertmanager,"
    " prometheus-operator-prometheus, prometheus-operator-alertmanager)",
    "operated-prometheus=true",
    "operated-alertmanager=true",
)
"""Label selectors that together find them all."""
_STACKS = ("kube-prometheus-stack", "prometheus-operator")
_OTHER_PARTS = frozenset(
    {"alertmanager", "pushgateway", "node-exporter", "kube-state-metrics", "operator", "prometheus-operator", "adapter",
     "thanos-sidecar", "thanos-ruler", "blackbox-exporter", "webhook"}
)  # fmt: skip
_PORT_NAMES = ("http-web", "web", "http", "https-web", "https", "http-query")
_PORTS = {"prometheus": (9090, 8429, 8428, 80), "alertmanager": (9093, 80)}
_TLS_PORTS = (443, 8443, 9091, 9094)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A Service that looks like a server. A lower `rank` is a surer sign."""

    kind: Kind
    rank: int
    namespace: str
    name: str
    port: int
    scheme: str = "service"

    @property
    def url(self) -> str:
        """It as the URL of an endpoint."""
        return f"{self.scheme}://{self.name}.{self.namespace}:{self.port}"


def candidates(services: Iterable[Json], kind: Kind) -> tuple[Candidate, ...]:
    """Return the Services that look like servers of a kind, the surest first; each once."""
    found: dict[tuple[str, str], Candidate] = {}
    for service in services:
        metadata = service.get("metadata") or {}
        labels = {str(name): str(value) for name, value in (metadata.get("labels") or {}).items()}
        rank = _rank(labels, kind)
        port = _port((service.get("spec") or {}).get("ports") or (), kind)
        if rank is None or port is None:
            continue
        namespace, name = str(metadata.get("namespace", "")), str(metadata.get("name", ""))
        scheme = "service+https" if _speaks_tls(port) else "service"
        found[namespace, name] = Candidate(kind, rank, namespace, name, int(port["port"]), scheme)
    return tuple(sorted(found.values(), key=lambda one: (one.rank, one.scheme, one.namespace, one.name)))


def _rank(labels: Mapping[str, str], kind: Kind) -> int | None:
    name, part = labels.get("app.kubernetes.io/name", ""), labels.get("app.kubernetes.io/component", "")
    app, component = labels.get("app", ""), labels.get("component", "")
    if app in (f"{stack}-{kind}" for stack in _STACKS):
        return 0
    if labels.get(f"operated-{kind}") == "true":
        # Made for its pods to find each other; the service of a chart is preferred.
        return 3
    if kind == "alertmanager":
        if name == "alertmanager" or (name in ("prometheus", "kube-prometheus") and part == "alertmanager"):
            return 1
        if app == "alertmanager" or (app == "prometheus" and component == "alertmanager"):
            return 2
        return 5 if name == "vmalertmanager" else None
    if name in ("prometheus", "kube-prometheus") and part not in _OTHER_PARTS:
        return 1
    if app == "prometheus" and component in ("", "server", "prometheus"):
        return 2
    if name == "thanos-query" or (name == "thanos" and part == "query"):
        return 4
    return 5 if name in ("vmsingle", "victoria-metrics-single") else None


def _port(ports: Iterable[Json], kind: Kind) -> Json | None:
    """Return the port that the server listens on, None when none looks like it."""
    offered = [one for one in ports if str(one.get("protocol") or "TCP") == "TCP" and isinstance(one.get("port"), int)]
    by_name = {str(one.get("name") or ""): one for one in offered}
    by_number = {one["port"]: one for one in offered}
    named = next((by_name[name] for name in _PORT_NAMES if name in by_name), None)
    if named is not None:
        return named
    numbered = next((by_number[number] for number in _PORTS[kind] if number in by_number), None)
    return numbered or (offered[0] if len(offered) == 1 else None)


def _speaks_tls(port: Json) -> bool:
    name, protocol = str(port.get("name") or ""), str(port.get("appProtocol") or "").lower()
    return name.startswith("https") or protocol == "https" or (not name and port["port"] in _TLS_PORTS)
