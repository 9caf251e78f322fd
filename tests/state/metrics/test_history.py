"""The hour before the program began: pods by phase and restarts, put before what was seen since."""

from typing import Any

from state.cluster.vitals import EVERY, KEPT, Sample
from state.metrics.history import history, joined, phases, restarts
from state.metrics.model import Answer, Series

NOW = 1_800_000_000.0


class Client:
    """Answers ranges by their expressions, and remembers what was asked."""

    def __init__(self, **series: list[Series]) -> None:
        self.series = {phases().promql: series.get("phases", []), restarts().promql: series.get("restarts", [])}
        self.asked: list[tuple[str, float, float, float]] = []

    def query(self, expression: str) -> Answer:
        raise AssertionError("nothing is asked of now")

    def query_range(self, expression: str, start: float, end: float, step: float) -> Answer:
        self.asked.append((expression, start, end, step))
        return Answer(series=tuple(self.series.get(expression, [])))


def of(phase: str, *values: float) -> Series:
    return Series((("phase", phase),), tuple((NOW + at * EVERY, value) for at, value in enumerate(values)))


def test_phases_and_whole_restarts_stand_at_their_moments() -> None:
    client: Any = Client(
        phases=[of("Running", 5, 6, 7), of("Pending", 1, 0, 0), of("Unknown", 2, 0, float("nan"))],
        restarts=[Series((), tuple((NOW + at * EVERY, value) for at, value in enumerate((0.5, 0.5, 2.0))))],
    )
    found = history(client, NOW)
    assert [one.at - NOW for one in found] == [0.0, EVERY, 2 * EVERY]
    assert found[0].phases == {"Running": 5, "Pending": 3}
    assert [one.restarts for one in found] == [0, 1, 2]
    assert client.asked[0][1:] == (NOW - EVERY * KEPT, NOW, EVERY)


def test_nothing_known_is_no_history_and_asks_no_more() -> None:
    client: Any = Client()
    assert history(client, NOW) == ()
    assert len(client.asked) == 1
    assert history(client, NOW, ["n" * 60] * 100) == ()
    assert len(client.asked) == 1


def test_only_the_namespaces_that_are_read_are_asked_for() -> None:
    client: Any = Client()
    history(client, NOW, ["shop", "pay-1"])
    assert 'kube_pod_status_phase{namespace=~"shop|pay-1"}' in client.asked[0][0]


def test_what_was_seen_goes_before_what_was_told_and_an_hour_is_kept() -> None:
    before = [Sample(float(at), {"Running": 1}, 0) for at in range(KEPT)]
    since = [Sample(float(at), {"Running": 2}, 0) for at in range(KEPT - 5, KEPT + 5)]
    found = joined(before, since)
    assert len(found) == KEPT
    assert [one.at for one in found] == sorted({one.at for one in found})
    assert found[-1].phases == found[-10].phases == {"Running": 2}
    assert list(joined(before, [])) == before
