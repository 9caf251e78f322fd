"""How often alerts began in a week: seen from here, or told by Prometheus of the time that nobody watched."""

from dataclasses import replace

import pytest

from state.alerts.begun import BegunReader
from state.alerts.week import Count, Week
from state.clock import Clock
from state.metrics.catalogue import SINCE
from state.metrics.model import Answer, MetricsError, Sample
from tests.state.alerts.examples import NOW, alert

HOUR = 3600.0
DOWN = alert("Down", namespace="pay", pod="api-1")
PLACE = ("Down", "pay")
UNWATCHED = ((NOW - 100 * HOUR, NOW - 2 * HOUR),)


def week(*told: float, journal: tuple[float, ...] = ()) -> Week:
    return Week({PLACE: tuple(NOW - one for one in journal)}, {PLACE: tuple(NOW - one for one in told)}, UNWATCHED)


@pytest.mark.parametrize(
    ("seen", "count"),
    [
        (week(), Count()),
        (week(journal=(60, 9 * 24 * HOUR)), Count(1)),
        (week(5 * HOUR, 9 * HOUR), Count(2, 2)),
        # Watched: what the journal did not see did not reach anybody.
        (week(HOUR), Count()),
        # The journal found it still there when somebody looked: it began to fire a little after it was pending.
        (week(3 * HOUR + 600, journal=(3 * HOUR,)), Count(1)),
        (week(3 * HOUR + 2400, journal=(3 * HOUR,)), Count(2, 1)),
        (week(journal=(60, 600, 1200)), Count(3, 0, flapping=True)),
        # Three pods that fail at once have not come and gone.
        (week(journal=(60, 65, 70)), Count(3)),
    ],
)
def test_a_week_counts_each_beginning_once(seen: Week, count: Count) -> None:
    assert seen.count(DOWN, NOW) == count


def test_a_rule_whose_wait_is_known_is_matched_exactly() -> None:
    seen = week(3 * HOUR + 600, journal=(3 * HOUR,))
    assert seen.count(replace(DOWN, wait=600.0), NOW) == Count(1)
    assert seen.count(replace(DOWN, wait=60.0), NOW) == Count(2, 1)


class Client:
    """Answers the queries one after the other, each an error or series by what tells them apart."""

    def __init__(self, *answers: object) -> None:
        self._answers = list(answers)
        self.asked: list[str] = []

    def query(self, expression: str) -> Answer:
        self.asked.append(expression)
        answer = self._answers.pop(0)
        if isinstance(answer, MetricsError):
            raise answer
        assert isinstance(answer, tuple)
        return Answer(samples=answer)

    def query_range(self, expression: str, start: float, end: float, step: float) -> Answer:
        raise AssertionError


def series(begun: str, **labels: str) -> Sample:
    return Sample(tuple(sorted({"alertname": "Down", SINCE: begun, **labels}.items())), 1.0)


def test_it_is_asked_for_the_week_and_closely_for_the_hour() -> None:
    client = Client((series("1500", namespace="pay"), series("odd")), (series("1500", namespace="pay"), series("1800")))
    found = BegunReader(client, Clock()).fetch()
    assert found == {("Down", "pay"): (1500.0,), ("Down", ""): (1800.0,)}
    assert ["[7d:5m]" in client.asked[0], "[1h:15s]" in client.asked[1]] == [True, True]


def test_a_server_that_finds_a_week_too_much_is_asked_for_a_day() -> None:
    refused = MetricsError("bad_query", "too many samples")
    client = Client(refused, (series("1500", node="n-1"),), ())
    assert BegunReader(client, Clock()).fetch() == {("Down", "n-1"): (1500.0,)}
    assert "[1d:5m]" in client.asked[1]
    assert BegunReader(Client(refused, refused, refused), Clock()).fetch() == {}
    with pytest.raises(MetricsError):
        BegunReader(Client(MetricsError("unreachable", "nobody there")), Clock()).fetch()


def test_what_was_scraped_without_honor_labels_counts_where_its_subject_is() -> None:
    renamed = {"namespace": "monitoring", "exported_namespace": "pay", "exported_pod": "api-1", "pod": "metrics-0"}
    found = Week({}, {PLACE: (NOW - 5 * HOUR,)}, UNWATCHED).count(alert("Down", **renamed), NOW)
    assert found == Count(1, 1)
