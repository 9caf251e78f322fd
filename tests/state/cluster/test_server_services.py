from typing import Any

import pytest

from state.cluster.server_services import SELECTORS, candidates


def service(name: str, labels: dict[str, str], *ports: Any, namespace: str = "monitoring") -> dict[str, Any]:
    listed = [port if isinstance(port, dict) else {"port": port} for port in ports]
    return {"metadata": {"name": name, "namespace": namespace, "labels": labels}, "spec": {"ports": listed}}


def web(port: int, name: str = "http-web") -> dict[str, Any]:
    return {"name": name, "port": port, "protocol": "TCP"}


RELOADER = {"name": "reloader-web", "port": 8080}
STACK = [
    service("kps-prometheus", {"app": "kube-prometheus-stack-prometheus"}, web(9090), RELOADER),
    service("prometheus-operated", {"operated-prometheus": "true"}, web(9090)),
    service("kps-alertmanager", {"app": "kube-prometheus-stack-alertmanager"}, web(9093), RELOADER),
    service("alertmanager-operated", {"operated-alertmanager": "true"}, web(9093), {"name": "tcp-mesh", "port": 9094}),
    service("kps-operator", {"app": "kube-prometheus-stack-operator"}, web(443, "https")),
]
CHART = [
    service("prometheus-server", {"app.kubernetes.io/name": "prometheus", "app.kubernetes.io/component": "server"}, 80),
    service("prometheus-alertmanager", {"app.kubernetes.io/name": "alertmanager"}, web(9093, "http")),
    service("prometheus-node-exporter", {"app.kubernetes.io/name": "prometheus-node-exporter"}, 9100),
]
OLD_CHART = [
    service("p-server", {"app": "prometheus", "component": "server"}, web(80, "http")),
    service("p-alertmanager", {"app": "prometheus", "component": "alertmanager"}, web(80, "http")),
    service("p-pushgateway", {"app": "prometheus", "component": "pushgateway"}, web(9091, "http")),
]
KUBE_PROMETHEUS = [
    service("prometheus-k8s", {"app.kubernetes.io/name": "prometheus"}, web(9090, "web"), RELOADER),
    service("prometheus-operator", {"app.kubernetes.io/name": "prometheus-operator"}, web(8443, "https")),
    service("alertmanager-main", {"app.kubernetes.io/name": "alertmanager"}, web(9093, "web"), RELOADER),
]
OPENSHIFT = [service("prometheus-k8s", {"app.kubernetes.io/name": "prometheus"}, web(9091, "https"))]
VICTORIA = [service("vmsingle-main", {"app.kubernetes.io/name": "vmsingle"}, web(8429, "http"))]
THANOS = [
    service("thanos-query", {"app.kubernetes.io/name": "thanos-query"}, web(10901, "grpc"), web(9090, "http")),
    service(
        "sidecar", {"app.kubernetes.io/name": "prometheus", "app.kubernetes.io/component": "thanos-sidecar"}, 10901
    ),
]


@pytest.mark.parametrize(
    ("services", "prometheus", "alertmanager"),
    [
        (STACK, "service://kps-prometheus.monitoring:9090", "service://kps-alertmanager.monitoring:9093"),
        (
            STACK[1::2],
            "service://prometheus-operated.monitoring:9090",
            "service://alertmanager-operated.monitoring:9093",
        ),
        (CHART, "service://prometheus-server.monitoring:80", "service://prometheus-alertmanager.monitoring:9093"),
        (OLD_CHART, "service://p-server.monitoring:80", "service://p-alertmanager.monitoring:80"),
        (KUBE_PROMETHEUS, "service://prometheus-k8s.monitoring:9090", "service://alertmanager-main.monitoring:9093"),
        (OPENSHIFT, "service+https://prometheus-k8s.monitoring:9091", ""),
        (VICTORIA, "service://vmsingle-main.monitoring:8429", ""),
        (THANOS, "service://thanos-query.monitoring:9090", ""),
        ([], "", ""),
    ],
)
def test_what_charts_and_operators_make_is_known(services: list[Any], prometheus: str, alertmanager: str) -> None:
    first = next(iter(candidates(services, "prometheus")), None)
    assert (first.url if first else "") == prometheus
    first = next(iter(candidates(services, "alertmanager")), None)
    assert (first.url if first else "") == alertmanager


def test_a_service_that_several_selectors_found_is_one() -> None:
    assert len(candidates([*STACK, *STACK], "prometheus")) == 2


def test_a_service_without_a_port_that_looks_right_is_none() -> None:
    labels = {"app.kubernetes.io/name": "prometheus"}
    assert candidates([service("a", labels, 1, 2), service("b", labels), {}], "prometheus") == ()
    assert candidates([service("a", labels, {"port": "odd"}, {"port": 9090, "protocol": "UDP"})], "prometheus") == ()
    assert [one.port for one in candidates([service("a", labels, 1, 9090)], "prometheus")] == [9090]


def test_every_label_that_is_judged_is_selected() -> None:
    every = [*STACK[:4], *CHART[:2], *OLD_CHART[:2], *KUBE_PROMETHEUS[::2], *OPENSHIFT, *VICTORIA, THANOS[0]]
    for one in every:
        labels = one["metadata"]["labels"]
        assert any(
            name in selector and value in selector for selector in SELECTORS for name, value in labels.items()
        ), labels
