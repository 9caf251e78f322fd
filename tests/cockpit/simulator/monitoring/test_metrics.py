import math

import pytest

from cockpit.simulator.kinds import DEPLOYMENTS, NODES, PODS
from tests.cockpit.simulator.monitoring.small_world import OPENED, World, deployment, node

FAMILIES = (
    "kube_pod_info",
    "kube_pod_owner",
    "kube_pod_status_phase",
    "kube_pod_status_ready",
    "kube_pod_container_status_restarts_total",
    "kube_pod_container_resource_limits",
    "kube_node_info",
    "kube_node_status_condition",
    "kube_node_status_allocatable",
    "container_cpu_usage_seconds_total",
    "container_memory_working_set_bytes",
    "container_cpu_cfs_periods_total",
    "node_cpu_seconds_total",
    "node_load1",
    "node_memory_MemAvailable_bytes",
    "node_memory_MemTotal_bytes",
    "node_filesystem_avail_bytes",
    "node_filesystem_size_bytes",
    "node_uname_info",
    "node_disk_io_time_seconds_total",
    "node_pressure_cpu_waiting_seconds_total",
    "http_requests_total",
    "http_request_duration_seconds_bucket",
    "http_request_duration_seconds_sum",
    "http_request_duration_seconds_count",
    "up",
    "machine_cpu_cores",
    "ALERTS",
    "ALERTS_FOR_STATE",
)


@pytest.mark.parametrize("name", FAMILIES)
def test_a_family_has_series(world: World, name: str) -> None:
    world.run(10)
    found = world.ask(name)
    assert found
    assert all(math.isfinite(float(one["value"][1])) for one in found)


COUNTERS = [name for name in FAMILIES if name.endswith(("_total", "_bucket", "_sum", "_count"))]


@pytest.mark.parametrize("name", COUNTERS)
def test_counters_rise_over_the_seam_between_made_and_live_history(world: World, name: str) -> None:
    world.run(120)
    for values in world.ask_range(name, OPENED - 900, world.time, 7):
        numbers = [float(value) for _, value in values]
        assert len(numbers) > 100
        assert numbers == sorted(numbers)
        assert numbers[0] >= 0


def test_nothing_is_asked_or_told_of_later_than_now(world: World) -> None:
    world.run(60)
    world.ask_range("http_requests_total", OPENED - 300, world.time + 300, 15)
    world.ask("rate(container_cpu_usage_seconds_total[5m])")
    world.ask("node_filesystem_avail_bytes")
    assert max(world.platform.calls) <= world.time
    assert all(
        alert.active_at <= world.monitoring.now() for s in world.monitoring.alerting.every() for alert in s.listed()
    )


def test_rates_and_latencies_are_the_platforms(world: World) -> None:
    world.platform.error_ratio = lambda when: 0.1
    world.run(60)
    for at in (OPENED - 3600, OPENED + 20, world.time):
        assert world.value('sum(rate(http_requests_total{service="api"}[5m]))', at) == pytest.approx(20, rel=0.01)
        failed = world.value('sum(rate(http_requests_total{service="api",code=~"5.."}[5m]))', at)
        assert failed == pytest.approx(2.0, rel=0.01)
        bucket = 'histogram_quantile(0.95, sum by (le) (rate(http_request_duration_seconds_bucket{service="api"}[5m])))'
        assert world.value(bucket, at) == pytest.approx(0.4, rel=0.05)
    assert world.value("1 - avg(rate(node_cpu_seconds_total{mode='idle'}[5m]))") == pytest.approx(0.25, rel=0.01)
    assert world.value("sum(rate(container_cpu_usage_seconds_total{pod='api-1'}[5m]))") == pytest.approx(0.25, rel=0.01)
    assert world.value("sum(rate(container_cpu_usage_seconds_total{id='/'}[5m])) / sum(machine_cpu_cores)") == (
        pytest.approx(0.25, rel=0.01)
    )
    assert world.value("1 - sum(node_memory_MemAvailable_bytes) / sum(node_memory_MemTotal_bytes)") == (
        pytest.approx(2e9 / 8 / 2**30)
    )


def test_a_pod_is_measured_as_the_scrapes_saw_it(world: World) -> None:
    world.run(5)
    world.set_pod("api-1", waiting="CrashLoopBackOff", restarts=1)
    world.run(5)
    reason = "kube_pod_container_status_waiting_reason"
    assert world.ask(reason)[0]["metric"] == {
        "__name__": reason,
        "container": "api",
        "instance": "kube-state-metrics.monitoring.svc:8080",
        "job": "kube-state-metrics",
        "namespace": "pay",
        "pod": "api-1",
        "reason": "CrashLoopBackOff",
        "uid": world.ask("kube_pod_info")[0]["metric"]["uid"],
    }
    assert world.value("increase(kube_pod_container_status_restarts_total[1m])") > 0
    assert world.value('up{pod="api-1"}') == 0
    assert world.value('up{pod="api-1"}', world.time - 5) == 1
    assert world.ask('container_memory_working_set_bytes{pod="api-1"}') == []
    world.store.remove(PODS, "pay", "api-1")
    world.run(5)
    assert world.ask(reason) == []
    assert world.ask('{pod="api-1",alertname=""}') == []


def test_before_the_opening_objects_are_as_old_as_they_say(world: World) -> None:
    world.run(5)
    assert world.value('kube_pod_status_phase{phase="Running"}', OPENED - 3600) == 1
    assert world.ask("kube_pod_status_phase", OPENED - 7300) == []
    assert len(world.ask("node_load1", OPENED - 86400 * 2)) == 2


def test_a_silent_node_is_down_and_not_measured(world: World) -> None:
    world.run(5)
    old = world.store.get(NODES, "", "node-2")
    assert old is not None
    silent = node("node-2", "10.0.0.2", ready="Unknown")
    world.store.replace(NODES, {**old.object, "status": silent["status"]})
    world.run(5)
    assert {one["metric"]["instance"] for one in world.ask("up == 0")} == {"10.0.0.2:9100", "10.0.0.2:10250"}
    assert [one["metric"]["instance"] for one in world.ask("node_load1")] == ["10.0.0.1:9100"]
    assert world.value('kube_node_status_condition{node="node-2",condition="Ready",status="unknown"}') == 1


def test_series_are_made_anew_where_an_object_changed(world: World) -> None:
    world.store.create(DEPLOYMENTS, deployment(3))
    world.run(5)
    text = "kube_deployment_status_replicas_available"
    assert world.value(text) == 3
    old = world.store.get(DEPLOYMENTS, "pay", "api")
    assert old is not None
    world.store.replace(DEPLOYMENTS, {**old.object, "status": {"availableReplicas": 1}})
    world.run(5)
    assert world.value(text) == 1
    assert world.value(text, world.time - 5) == 3
    assert world.value(f"changes({text}[1m])") == 1


def test_a_pod_that_no_scrape_saw_leaves_nothing(world: World) -> None:
    world.run(5)
    world.add_pod("brief")
    world.store.remove(PODS, "pay", "brief")
    world.run(5)
    assert len(world.ask("kube_pod_info")) == 1
