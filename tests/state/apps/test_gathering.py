"""Which sources are missing, in words: where one is, nothing is called well."""

from types import SimpleNamespace
from typing import Any

import pytest

from state.apps.gathering import denied, missing
from state.cluster.kinds.stateful_sets import STATEFUL_SET
from state.freshness import Freshness, Health


def health(name: Health) -> Freshness:
    return Freshness(name, 0.0)


def alerts(alertmanager: Health, prometheus: Health) -> Any:
    return SimpleNamespace(alertmanager=health(alertmanager), prometheus=health(prometheus))


LIVE, OFF = Health.LIVE, Health.OFF


@pytest.mark.parametrize(
    ("cluster", "metrics", "told", "words"),
    [
        (LIVE, LIVE, alerts(LIVE, LIVE), []),
        (LIVE, LIVE, alerts(LIVE, Health.STALE), []),
        (LIVE, LIVE, alerts(OFF, LIVE), []),
        (LIVE, LIVE, alerts(Health.STALE, OFF), ["Alertmanager does not answer"]),
        (LIVE, LIVE, None, ["Alertmanager is not configured"]),
        (LIVE, OFF, alerts(LIVE, OFF), ["Prometheus is not configured"]),
        (LIVE, Health.CONNECTING, alerts(LIVE, OFF), ["Prometheus has not answered yet"]),
        (Health.STALE, LIVE, alerts(LIVE, LIVE), ["the cluster does not answer"]),
        (Health.FAILED, LIVE, alerts(LIVE, LIVE), ["the cluster does not answer"]),
        (Health.DENIED, LIVE, alerts(LIVE, LIVE), ["the cluster denies the look"]),
    ],
)
def test_a_source_that_tells_nothing_is_named(cluster: Health, metrics: Health, told: Any, words: list[str]) -> None:
    assert list(missing(health(cluster), health(metrics), told)) == words


def test_a_kind_of_workload_that_may_not_be_read_is_named() -> None:
    closed = STATEFUL_SET.resource.group_kind

    def feed(kind: Any) -> Any:
        return SimpleNamespace(freshness=health(Health.DENIED if kind == closed else LIVE))

    view: Any = SimpleNamespace(holds=lambda kind: True, feed=feed)
    assert list(denied(view)) == ["statefulsets may not be read"]
    nothing: Any = SimpleNamespace(holds=lambda kind: False, feed=feed)
    assert list(denied(nothing)) == []
