import math
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from state.clock import Clock
from state.metrics.catalogue import DIALECTS, every_expression, probe, recognise
from state.metrics.model import Answer, MetricsError, Sample, Series
from state.metrics.pulse import PulseSource, Usage, error_ratio
from state.polled import Denied

NOW = 1_800_000_000.4
STEP = 300.0


class Scripted:
    """Answers each expression by the first piece of text it contains."""

    def __init__(self, answers: Mapping[str, Answer | MetricsError]) -> None:
        self.answers = answers
        self.asked: list[str] = []
        self.elapsed = 0.0
        self.takes = 0.0

    def query(self, expression: str) -> Answer:
        self.asked.append(expression)
        self.elapsed += self.takes
        answer = next((one for piece, one in self.answers.items() if piece in expression), Answer())
        if isinstance(answer, MetricsError):
            raise answer
        return answer

    def query_range(self, expression: str, start: float, end: float, step: float) -> Answer:
        assert (end - start) / step == 11
        assert end == int(end)
        return self.query(expression)

    def source(self) -> PulseSource:
        return PulseSource(self, points=12, clock=Clock(lambda: NOW, lambda: self.elapsed))


def series(*values: float | None, **labels: str) -> Series:
    """A series whose last value is the newest point of the grid."""
    first = int(NOW) - STEP * (len(values) - 1)
    points = tuple((first + STEP * place, value) for place, value in enumerate(values) if value is not None)
    return Series(tuple(sorted(labels.items())), points)


def sample(value: float, **labels: str) -> Sample:
    return Sample(tuple(sorted(labels.items())), value)


PAY = {"namespace": "payments", "service": "payments-api"}
REQUESTS = {
    "count by (namespace, exported_namespace, service, app, job, code": Answer((sample(4, **PAY, code="200"),)),
    'code=~"5.."': Answer(series=(series(None, 1.0, **PAY),)),
    "rate(http_requests_total[": Answer(
        series=(series(20.0, 25.0, **PAY), series(4.0, 4.0, namespace="shop", service="shop"))
    ),
    "histogram_quantile": Answer((sample(0.84, **PAY), sample(math.nan, namespace="shop", service="shop"))),
}


def test_use_is_now_and_the_last_hour_with_its_gaps() -> None:
    scripted = Scripted({"node_cpu_seconds": Answer(series=(series(0.4, None, 0.61),)), "MemAvailable": Answer()})
    pulse = scripted.source().fetch()
    assert pulse.cpu == Usage(0.61, (None,) * 9 + (0.4, None, 0.61))
    assert pulse.memory == Usage()
    assert pulse.at == NOW


def test_without_a_node_exporter_cadvisor_is_asked() -> None:
    pulse = Scripted({"machine_memory_bytes": Answer(series=(series(0.7),))}).source().fetch()
    assert pulse.memory.now == 0.7


def test_values_that_are_no_numbers_are_not_shown() -> None:
    scripted = Scripted({"node_cpu_seconds": Answer(series=(series(math.nan, math.inf, 1.7, 0.5),))})
    assert scripted.source().fetch().cpu.history[-4:] == (None, None, 1.0, 0.5)


def test_services_have_rate_errors_and_latency() -> None:
    pulse = Scripted(REQUESTS).source().fetch()
    pay, shop = pulse.services
    assert (pay.namespace, pay.service, pay.dialect) == ("payments", "payments-api", "http_requests_total")
    assert (pay.signals.rate, pay.signals.errors, pay.signals.p95) == (25.0, 0.04, 0.84)
    assert pay.signals.error_history[-2:] == (0.0, 0.04)
    assert pulse.dialects == ("http_requests_total",)
    assert (shop.signals.errors, shop.signals.p95) == (0.0, None)


def test_the_earlier_dialect_is_believed() -> None:
    istio = {"destination_workload_namespace": "payments", "destination_workload": "payments-api"}
    answers = REQUESTS | {
        'istio_requests_total{reporter="destination"})': Answer((sample(1, **istio, response_code="200"),)),
        'rate(istio_requests_total{reporter="destination"}[': Answer(series=(series(99.0, **istio),)),
    }
    pulse = Scripted(answers).source().fetch()
    assert pulse.dialects == ("http_requests_total", "Istio")
    assert [one.signals.rate for one in pulse.services] == [25.0, 4.0]


def test_what_is_spoken_is_asked_once_and_not_each_time() -> None:
    scripted = Scripted(REQUESTS)
    source = scripted.source()
    source.fetch()
    scripted.asked.clear()
    source.fetch()
    assert not [expression for expression in scripted.asked if expression.startswith("count by")]
    scripted.elapsed += 3600
    source.fetch()
    assert [expression for expression in scripted.asked if expression.startswith("count by")]


def test_one_expression_that_fails_takes_nothing_else_with_it() -> None:
    answers = (
        {'code=~"5.."': MetricsError("bad_query", "too many samples")}
        | REQUESTS
        | {'code=~"5.."': MetricsError("bad_query", "too many samples")}
    )
    pulse = Scripted(answers).source().fetch()
    assert pulse.services[0].signals.rate == 25.0
    assert pulse.services[0].signals.errors is None
    assert pulse.missing == ("failure rate: too many samples",)


def test_when_nothing_is_answered_the_first_error_is_told() -> None:
    scripted = Scripted({"": MetricsError("timeout", "late")})
    with pytest.raises(MetricsError, match="late"):
        scripted.source().fetch()


def test_a_server_that_is_not_there_is_asked_once() -> None:
    scripted = Scripted({"": MetricsError("unreachable", "refused")})
    with pytest.raises(MetricsError, match="refused"):
        scripted.source().fetch()
    assert len(scripted.asked) == 1


def test_a_refusal_is_denied() -> None:
    with pytest.raises(Denied, match="403"):
        Scripted({"": MetricsError("auth", "forbids (403)")}).source().fetch()


def test_a_slow_server_is_not_asked_everything() -> None:
    scripted = Scripted({"node_cpu_seconds": Answer(series=(series(0.5),))})
    scripted.takes = 6.0
    pulse = scripted.source().fetch()
    assert pulse.cpu.now == 0.5
    assert len(scripted.asked) == 2
    assert all("slow" in line for line in pulse.missing)


def test_partial_and_warnings_are_kept() -> None:
    pulse = Scripted({"MemAvailable": Answer(warnings=("store b",), partial=True)}).source().fetch()
    assert (pulse.partial, pulse.warnings) == (True, ("store b",))


@pytest.mark.parametrize(
    ("dialect", "labels", "by"),
    [
        ("OpenTelemetry", {"job": "pay/api", "http_response_status_code": "200"}, "job"),
        ("http_requests_total", {"namespace": "a", "app": "b", "status": "200"}, "namespace, app"),
        (
            "ingress-nginx",
            {
                "namespace": "ingress",
                "exported_namespace": "a",
                "exported_service": "b",
                "service": "c",
                "status": "200",
            },
            "exported_namespace, exported_service",
        ),
    ],
)
def test_a_dialect_is_recognised_by_the_labels_it_is_spoken_with(dialect: str, labels: dict[str, str], by: str) -> None:
    (known,) = (one for one in DIALECTS if one.name == dialect)
    source = recognise(known, [sample(1, **labels)])
    assert source is not None
    assert source.by == by


def test_a_counter_without_codes_is_no_source() -> None:
    assert recognise(DIALECTS[1], [sample(1, namespace="a", service="b")]) is None
    assert recognise(DIALECTS[1], []) is None


def test_names_come_out_of_jobs_and_providers() -> None:
    answers = {
        "count by (exported_service, service, code) (traefik": Answer(
            (sample(1, service="shop-api-80@kubernetes", code="200"),)
        ),
        "rate(traefik_service_requests_total[": Answer(series=(series(3.0, service="shop-api-80@kubernetes"),)),
        "http_response_status_code, http_status_code) (": Answer(
            (sample(1, job="pay/api", http_response_status_code="200"),)
        ),
        "rate(http_server_request_duration_seconds_count[": Answer(series=(series(2.0, job="pay/api"),)),
    }
    services = Scripted(answers).source().fetch().services
    assert [(one.namespace, one.service) for one in services] == [("pay", "api"), ("", "shop-api-80")]


@given(st.floats(0, 1e9) | st.none(), st.floats(0, 1e9) | st.none())
def test_an_error_ratio_is_a_share_or_nothing(rate: float | None, failed: float | None) -> None:
    ratio = error_ratio(rate, failed)
    if not rate:
        assert ratio is None
    else:
        assert ratio is not None
        assert 0 <= ratio <= 1
        if not failed:
            assert ratio == 0


def test_every_name_of_the_catalogue_is_there_once() -> None:
    promql = [expression.promql for expression in every_expression()]
    assert len(promql) == len(set(promql))
    assert all(probe(dialect).promql in promql for dialect in DIALECTS)
