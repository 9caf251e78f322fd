"""Metric families, and the database that finds their series."""

from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from cockpit.simulator.promql.ast import Matcher
from cockpit.simulator.promql.values import Labels, Series
from cockpit.simulator.series import Followed, Scrapes, Timeline, Versions

Facts = TypeVar("Facts")


class Selection:
    """The series a selector asks for."""

    def __init__(self, matchers: Sequence[Matcher]) -> None:
        self.matchers = [matcher for matcher in matchers if matcher.name != "__name__"]
        self._names = [matcher for matcher in matchers if matcher.name == "__name__"]

    def wants_name(self, name: str) -> bool:
        """Return whether a metric of this name is asked for."""
        return all(matcher.matches(name) for matcher in self._names)

    def wants(self, labels: Labels) -> bool:
        """Return whether a series with these labels is asked for."""
        return all(matcher.matches(labels.get(matcher.name, "")) for matcher in self.matchers)

    def exactly(self, label: str) -> str | None:
        """Return the one value a label must have, None when it may have several."""
        return next((one.value for one in self.matchers if one.name == label and one.op == "=" and one.value), None)


@dataclass(frozen=True, slots=True)
class Family:
    """All series of one name. `type` and `help` are the exposition format's."""

    name: str
    type: str
    help: str
    series: Callable[[Selection], Iterable[Series]]


@dataclass(frozen=True, slots=True)
class Measure:
    """A metric of an object: further labels and value of each sample, from its facts."""

    name: str
    type: str
    help: str
    samples: Callable[..., Iterable[tuple[Labels, float]]]


class SeriesCache:
    """The series of the last few selections, object by object."""

    def __init__(self, selections: int = 16) -> None:
        self._selections = selections
        self._kept: OrderedDict[tuple[str, tuple[Matcher, ...]], dict[int, Followed[Any]]] = OrderedDict()

    def series(
        self,
        name: str,
        selection: Selection,
        objects: Iterable[Versions[Facts]],
        follow: Callable[[Versions[Facts]], Followed[Facts]],
    ) -> Iterator[Series]:
        """Iterate over the series of all objects; only what changed since the last time is made anew."""
        key = (name, tuple(selection.matchers))
        old = self._kept.pop(key, {})
        fresh: dict[int, Followed[Any]] = {}
        for versions in objects:
            followed = old.get(id(versions)) or follow(versions)
            fresh[id(versions)] = followed
            yield from followed.series()
        self._kept[key] = fresh
        if len(self._kept) > self._selections:
            self._kept.popitem(last=False)


def of_objects(
    measure: Measure,
    timeline: Timeline[Facts],
    scrapes: Scrapes,
    cache: SeriesCache,
    own_labels: Callable[[Facts], Labels],
    name_label: str,
) -> Family:
    """Return the family of a measure over a collection whose objects' names stand in `name_label`."""

    def samples(facts: Facts) -> Iterator[tuple[Labels, float]]:
        own = {"__name__": measure.name, **own_labels(facts)}
        for labels, value in measure.samples(facts):
            yield ({**own, **labels} if labels else own), value

    def series(selection: Selection) -> Iterator[Series]:
        def follow(versions: Versions[Facts]) -> Followed[Facts]:
            return Followed(versions, samples, selection.wants, scrapes.times)

        namespace, name = selection.exactly("namespace"), selection.exactly(name_label)
        objects = timeline.versions(namespace, name)
        if namespace is None and name is None:
            return cache.series(measure.name, selection, objects, follow)
        return (series for versions in objects for series in follow(versions).series())

    return Family(measure.name, measure.type, measure.help, series)


class Families:
    """All families there are. Implements the evaluator's `Database`."""

    def __init__(self, families: Iterable[Family]) -> None:
        self._families = {family.name: family for family in families}

    def add(self, families: Iterable[Family]) -> None:
        """Add families of further names."""
        self._families.update((family.name, family) for family in families)

    def __iter__(self) -> Iterator[Family]:
        return iter(self._families.values())

    def select(self, matchers: Sequence[Matcher], start: int, end: int) -> Iterator[Series]:
        """Iterate over the series that meet all matchers and may have samples between two moments (milliseconds)."""
        selection = Selection(matchers)
        name = next((one.value for one in matchers if one.name == "__name__" and one.op == "="), None)
        if name is not None:
            chosen = [self._families[name]] if name in self._families else []
        else:
            chosen = list(self._families.values())
        for family in chosen:
            if selection.wants_name(family.name):
                for series in family.series(selection):
                    if _has_samples(series, start, end):
                        yield series


def _has_samples(series: Series, start: int, end: int) -> bool:
    times = series.times
    for low, high in series.spans:
        last = min(high, len(times)) - 1
        if low <= last and times[low] <= end and times[last] >= start:
            return True
    return False
