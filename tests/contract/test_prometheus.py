"""What the cockpit asks of a Prometheus, answered by each kind of server it has to get on with."""

import math
import time
from typing import Any

import pytest

from state.alerts.reading import alert_of_prometheus, judge_rules, rules_of
from state.endpoint import Endpoint
from state.metrics.app_expressions import every_app_expression
from state.metrics.catalogue import every_expression
from state.metrics.client import PrometheusClient
from state.metrics.model import MetricsError
from state.metrics.pulse import PulseSource


@pytest.fixture
def client(servers: Any) -> PrometheusClient:
    return PrometheusClient(Endpoint(servers.prometheus))


def test_it_says_what_it_is_and_its_neighbour_is_not(client: PrometheusClient, servers: Any) -> None:
    client.build()
    with pytest.raises(MetricsError) as failed:
        PrometheusClient(Endpoint(servers.alertmanager)).build()
    assert failed.value.kind == "not_prometheus"


def test_instants_come_as_samples(client: PrometheusClient) -> None:
    (one,) = client.query("vector(2.5)").samples
    assert (one.labels, one.value) == ((), 2.5)
    (scalar,) = client.query("2.5").samples
    assert scalar.value == 2.5
    assert client.query("nothing_of_that_name").samples == ()
    (nan,) = client.query("vector(0) / vector(0)").samples
    assert math.isnan(nan.value)


def test_ranges_come_as_series_on_the_grid_asked_for(client: PrometheusClient) -> None:
    end = float(int(time.time()))
    (one,) = client.query_range("vector(1)", end - 50, end, 10).series
    assert [when for when, _ in one.points] == [end - 50 + 10 * place for place in range(6)]
    assert {value for _, value in one.points} == {1.0}


@pytest.mark.parametrize("expression", ["sum by (", "rate(up)", "up{", "no_such_function(up)"])
def test_what_is_no_promql_is_said_in_the_servers_words(client: PrometheusClient, expression: str) -> None:
    with pytest.raises(MetricsError, match="parse error") as failed:
        client.query(expression)
    assert failed.value.kind == "bad_query"


def test_too_many_points_are_a_bad_query(client: PrometheusClient) -> None:
    with pytest.raises(MetricsError, match="11,000") as failed:
        client.query_range("vector(1)", 0, 100_000, 1)
    assert failed.value.kind == "bad_query"


def test_a_query_longer_than_any_url_is_answered(client: PrometheusClient) -> None:
    assert client.query("vector(1) # " + "long " * 100_000).samples[0].value == 1


def test_another_path_is_not_prometheus(servers: Any) -> None:
    with pytest.raises(MetricsError) as failed:
        PrometheusClient(Endpoint(f"{servers.prometheus}/prefix")).query("up")
    assert failed.value.kind == "not_prometheus"


@pytest.mark.parametrize(
    "expression", [*every_expression(), *every_app_expression()], ids=lambda expression: expression.name
)
def test_the_whole_catalogue_is_understood(client: PrometheusClient, expression: Any) -> None:
    client.query(expression.promql)
    client.query_range(expression.promql, time.time() - 60, time.time(), 30)


def test_rules_and_their_alerts_are_told(client: PrometheusClient, until: Any) -> None:
    until(lambda: len(client.alerts()) >= 2, "two alerts")
    groups = client.alerting_groups()
    until(lambda: judge_rules(client.alerting_groups(), time.time()) == (True, ()), "rules evaluated")
    rules = {rule.name: rule for rule in rules_of(groups)}
    alerts = {alert.name: alert for alert in map(alert_of_prometheus, client.alerts())}
    for alert in alerts.values():
        assert rules[alert.name].expression
        assert alert.value is not None
        assert 0 < alert.since <= time.time() + 1


class TestRealWorld:
    """The world whose figures this suite has made itself."""

    @pytest.fixture
    def client(self, real_servers: Any) -> PrometheusClient:
        return PrometheusClient(Endpoint(real_servers.prometheus))

    def test_alerts_are_pending_and_firing(self, client: PrometheusClient, until: Any) -> None:
        def states() -> set[tuple[str, str]]:
            return {(alert.labels["alertname"], alert.state) for alert in client.alerts()}

        until(lambda: len(states()) == 2, "both alerts")
        assert states() == {("ErrorBudgetBurn", "firing"), ("NodeDiskFillingUp", "pending")}
        rules = {rule.name: rule for rule in rules_of(client.alerting_groups())}
        assert rules["NodeDiskFillingUp"].wait == 3600
        assert rules["ErrorBudgetBurn"].expression == "vector(14.6) > 14.4"

    def test_its_pulse_is_read(self, client: PrometheusClient, until: Any) -> None:
        source = PulseSource(client, window="4s")
        until(lambda: (source.fetch().cpu.now or 0) == pytest.approx(0.6, abs=0.02), "a measured use")
        pulse = source.fetch()
        assert pulse.missing == ()
        assert pulse.memory.now == pytest.approx(0.72)
        services = {(one.namespace, one.service): one.signals for one in pulse.services}
        pay, shop = services["payments", "payments-api"], services["shop", "storefront"]
        assert pay.rate == pytest.approx(25, rel=0.1)
        assert pay.errors == pytest.approx(0.04, rel=0.1)
        assert pay.p95 == pytest.approx(0.975, abs=0.01)
        assert (shop.errors, shop.p95) == (0.0, None)


def test_the_simulated_world_has_a_whole_pulse(simulated_servers: Any) -> None:
    pulse = PulseSource(PrometheusClient(Endpoint(simulated_servers.prometheus))).fetch()
    assert (pulse.missing, pulse.partial) == ((), False)
    for usage in (pulse.cpu, pulse.memory):
        assert usage.now is not None
        assert 0 < usage.now < 1
        assert len([share for share in usage.history if share is not None]) == len(usage.history) == 24
    services = {one.namespace: one.signals for one in pulse.services}
    assert {"payments", "storefront", "notifications"} <= set(services)
    for signals in services.values():
        assert signals.rate
        assert signals.errors is not None
        assert signals.p95
