from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from cockpit.simulator.clock import WorldClock
from cockpit.simulator.metrics.sampled import Knots, Sampled
from cockpit.simulator.promql.values import Series
from cockpit.simulator.series import Followed, Runs, Scrapes, Timeline
from cockpit.simulator.store import Collection, Object, Store

THINGS = Collection("", "things")
OPENED = 1_795_500_000_000


def values(series: Series) -> dict[int, float]:
    """What a series has at each scrape."""
    indices = [i for low, high in series.spans for i in range(low, min(high, len(series.times)))]
    return dict(zip(indices, series.read(indices), strict=True))


def test_runs_go_stale_where_they_end_and_come_back() -> None:
    scrapes = Scrapes(OPENED, 0, 1)
    runs = Runs(scrapes.times)
    seen: list[dict[str, float]] = [{"a": 1}, {"a": 1, "b": 5}, {"b": 6}, {"a": 2, "b": 6}, {"a": 2}]
    for number, samples in enumerate(seen):
        index = scrapes.add(OPENED + number * 5000)
        runs.note(index, [({"name": name}, value) for name, value in samples.items()])
    scrapes.add(OPENED + 30_000)
    found = {one.labels["name"]: values(one) for one in runs.series()}
    assert found == {"a": {0: 1, 1: 1, 3: 2, 4: 2, 5: 2}, "b": {1: 5, 2: 6, 3: 6}}


def test_runs_that_ended_long_ago_are_forgotten() -> None:
    scrapes = Scrapes(OPENED, 0, 1)
    runs = Runs(scrapes.times)
    for number in range(80):
        index = scrapes.add(OPENED + number * 5000)
        runs.note(index, [({"name": "steady"}, 1.0), *(({"name": f"{number}-{n}"}, 1.0) for n in range(100))])
    names = [one.labels["name"] for one in runs.series()]
    assert len(names) <= 6000
    assert {"steady", "79-0", "60-0"} <= set(names)
    assert "0-0" not in names


@given(st.lists(st.tuples(st.booleans(), st.none() | st.dictionaries(st.sampled_from("ab"), st.integers(0, 2)))))
def test_series_that_are_followed_equal_those_made_at_once(steps: list[tuple[bool, dict[str, int] | None]]) -> None:
    scrapes = Scrapes(OPENED, 0, 1)
    versions: list[tuple[int, dict[str, int] | None]] = []

    def samples(facts: dict[str, int]) -> list[tuple[dict[str, str], float]]:
        return [({"name": name}, float(value)) for name, value in facts.items()]

    def follow() -> Followed[dict[str, int]]:
        return Followed(versions, samples, lambda labels: True, scrapes.times)

    followed = follow()
    for number, (again, facts) in enumerate(steps):
        if again and versions:
            versions[-1] = (versions[-1][0], facts)
        else:
            versions.append((scrapes.add(OPENED + number * 5000), facts))
        known = {one.labels["name"]: (values(one), one.monotone) for one in followed.series() if values(one)}
        anew = {one.labels["name"]: (values(one), one.monotone) for one in follow().series() if values(one)}
        assert known == anew


def test_a_timeline_sees_what_was_made_before_it_looked_and_only_what_is_measured() -> None:
    clock = WorldClock(now=lambda: OPENED / 1000)
    store = Store(clock)
    scrapes = Scrapes(OPENED, 600_000, 60_000)
    timeline = Timeline(store, THINGS, scrapes, size_of)
    store.create(THINGS, thing("old", 1), created=OPENED / 1000 - 200)
    store.create(THINGS, thing("new", 1))
    look(timeline, scrapes.add(OPENED))
    store.replace(THINGS, {**thing("old", 1), "note": "not measured"})
    look(timeline, scrapes.add(OPENED + 5000))
    store.replace(THINGS, thing("old", 2))
    store.remove(THINGS, "", "new")
    store.create(THINGS, thing("never seen", 1))
    store.remove(THINGS, "", "never seen")
    look(timeline, scrapes.add(OPENED + 10_000))
    store.replace(THINGS, thing("old", 3))
    store.forget()
    look(timeline, scrapes.add(OPENED + 15_000))
    # The made scrapes are a minute apart: the first one after its creation saw the old thing.
    assert sorted(timeline.versions()) == [[(7, 1), (12, 2), (13, 3)], [(10, 1), (12, None)]]
    assert list(timeline.now()) == [3]


def test_old_versions_of_many_are_thinned_out() -> None:
    clock = WorldClock(now=lambda: OPENED / 1000)
    store = Store(clock, remembered=100_000)
    scrapes = Scrapes(OPENED, 0, 1)
    timeline = Timeline(store, THINGS, scrapes, size_of)
    for number in range(300):
        store.create(THINGS, thing(f"thing-{number}", 0))
    look(timeline, scrapes.add(OPENED))
    for size in range(1, 120):
        for number in range(300):
            old = store.get(THINGS, "", f"thing-{number}")
            assert old is not None
            store.replace(THINGS, {**old.object, "spec": {"size": size}})
        look(timeline, scrapes.add(OPENED + size * 5000))
    kept = list(timeline.versions())
    assert sum(map(len, kept)) <= 20_000
    assert {versions[-1] for versions in kept} == {(119, 119)}
    assert len(kept[0]) > 10


def test_what_is_gone_is_forgotten_at_last() -> None:
    clock = WorldClock(now=lambda: OPENED / 1000)
    store = Store(clock)
    scrapes = Scrapes(OPENED, 0, 1)
    timeline = Timeline(store, THINGS, scrapes, size_of)
    for number in range(3100):
        store.create(THINGS, thing(f"thing-{number}", number + 1))
    look(timeline, scrapes.add(OPENED))
    for number in range(3100):
        store.remove(THINGS, "", f"thing-{number}")
    look(timeline, scrapes.add(OPENED + 5000))
    assert len(list(timeline.versions())) == 3000


def size_of(obj: Object) -> int:
    return int(obj["spec"]["size"])


def look(timeline: Timeline[int], index: int) -> None:
    for _ in timeline.scrape(index):
        pass


def thing(name: str, size: int) -> Object:
    return {"metadata": {"name": name}, "spec": {"size": size}}


@given(
    st.lists(st.floats(0, 1000), min_size=1, max_size=20),
    st.lists(st.tuples(st.integers(0, 59), st.integers(0, 59)), min_size=1, max_size=6),
    st.sampled_from([None, 0]),
)
def test_a_counter_never_falls_in_whatever_order_it_is_asked(
    rates: list[float], asked: list[tuple[int, int]], anchor: int | None
) -> None:
    scrapes = Scrapes(OPENED, 3_600_000, 120_000)
    for number in range(30):
        scrapes.add(OPENED + number * 5000)

    def make() -> Sampled:
        return Sampled(
            Knots(scrapes, 60_000, 15_000), lambda when: (rates[int(when) % len(rates)],), lambda start: (1e9,), anchor
        )

    sampled = make()
    for low, high in asked:
        sampled.counter(0, range(min(low, high), max(low, high) + 1))
    counter = sampled.counter(0, range(60))
    assert all(a <= b for a, b in pairwise(counter))
    at_once = make().counter(0, range(60))
    rises = [b - a for a, b in pairwise(counter)]
    rises_at_once = [b - a for a, b in pairwise(at_once)]
    assert all(abs(a - b) < 1e-3 for a, b in zip(rises, rises_at_once, strict=True))


def test_a_gauge_stands_still_between_its_knots() -> None:
    scrapes = Scrapes(OPENED, 120_000, 60_000)
    for number in range(4):
        scrapes.add(OPENED + number * 5000)
    sampled = Sampled(Knots(scrapes, 60_000, 10_000), lambda when: (when - OPENED / 1000,), lambda start: (0.0,))
    assert sampled.gauge(0, range(6)) == [-120, -60, 0, 0, 10, 10]
