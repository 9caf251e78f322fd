from hypothesis import given
from hypothesis import strategies as st

from cockpit.simulator.promql.parser import parse, parse_selector
from state.metrics.app_expressions import Pods, Traffic, every_app_expression
from state.metrics.catalogue import DIALECTS, TrafficSource, one_of, targets

HTTP = TrafficSource(DIALECTS[1], "code", "namespace", "service")
WEB = (("namespace", "shop"), ("service", "web"))
NAMES = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), min_size=1, max_size=8)


@given(st.lists(NAMES, min_size=1, max_size=4, unique=True), NAMES)
def test_whatever_is_in_a_label_it_matches_itself_and_nothing_else(values: list[str], other: str) -> None:
    (matcher,) = [one for one in parse_selector(f"up{{{one_of('x', values)}}}").matchers if one.name == "x"]
    assert all(matcher.matches(value) for value in values)
    assert matcher.matches(other) is (other in values)


@given(st.lists(NAMES, min_size=1, max_size=3, unique=True))
def test_names_from_outside_never_end_an_expression(names: list[str]) -> None:
    labels = tuple((("namespace", name), ("service", name)) for name in names)
    pods = Pods(tuple(names), tuple(names))
    for expression in (
        Traffic(HTTP, labels).error_ratio("5m"),
        pods.cpu("5m"),
        pods.restarts("5m"),
        targets(names),
    ):
        parse(expression.promql)


def test_every_expression_can_be_read() -> None:
    found = every_app_expression()
    assert len({expression.promql for expression in found}) > 60
    for expression in found:
        parse(expression.promql)


def test_errors_are_those_of_the_apps_services() -> None:
    chosen = 'namespace="shop", service=~"api|web"'
    traffic = Traffic(HTTP, (WEB, (("namespace", "shop"), ("service", "api"))))
    every = f"sum(rate(http_requests_total{{{chosen}}}[5m]))"
    failed = f'sum(rate(http_requests_total{{{chosen}, code=~"5.."}}[5m]))'
    assert traffic.error_ratio("5m").promql == f"({failed} or 0 * {every}) / ({every} > 0)"


def test_a_service_without_a_namespace_is_found_by_its_name() -> None:
    source = TrafficSource(DIALECTS[4], "code", "", "service")
    chosen = '{service="shop-web-80@kubernetes"}'
    assert chosen in Traffic(source, ((("service", "shop-web-80@kubernetes"),),)).rate("5m").promql
