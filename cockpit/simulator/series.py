"""What a monitoring system remembers: when it scraped, and what stood in the store then.

Samples are not kept. The times of the scrapes are, shared by all series, and for each object the versions that
differ in what is measured, each from the scrape that first saw it. A series is made when a query asks for it.
"""

import sys
from bisect import bisect_left, bisect_right
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Generic, TypeVar

from cockpit.simulator.clock import seconds_of
from cockpit.simulator.promql.values import Labels, Series
from cockpit.simulator.store import Collection, Expired, Object, Store

Facts = TypeVar("Facts")
Samples = Callable[[Facts], Iterable[tuple[Labels, float]]]
Wanted = Callable[[Labels], bool]

OPEN = sys.maxsize
"""The end of a span that still goes on."""
_VERSIONS = 400
"""Versions kept of one object."""
_VERSIONS_OF_ALL = 20_000
"""Versions kept of a collection, or four times its objects where that is more; beyond it the older half goes."""
_GONE = 3_000
"""Objects of a collection, or recorded series, kept after they ended."""

_SLICE = 100


class Scrapes:
    """The moments of all scrapes, in milliseconds: made ones before the world opened, real ones since."""

    def __init__(self, opened: int, history: int, interval: int) -> None:
        self.opened = opened
        self.times: list[int] = list(range(opened - history, opened, interval))

    def add(self, now: int) -> int:
        """Note a scrape and return its index; one that is not later than the last stands for it."""
        if not self.times or now > self.times[-1]:
            self.times.append(now)
        return len(self.times) - 1

    def index_of(self, moment: int) -> int:
        """Return the index of the first scrape not before a moment."""
        return bisect_left(self.times, moment)


Seen = tuple[int, tuple[str, str], Object | None]
"""An object as it is seen from a scrape on: the scrape's index, namespace and name, the tree; None: gone."""

Versions = list[tuple[int, Facts | None]]
"""From which scrape on an object was measured so; None: gone."""


class Timeline(Generic[Facts]):
    """A collection's objects as the scrapes saw them."""

    def __init__(
        self, store: Store, collection: Collection, scrapes: Scrapes, facts_of: Callable[[Object], Facts]
    ) -> None:
        self._store = store
        self._collection = collection
        self._scrapes = scrapes
        self._facts_of = facts_of
        self._versions: dict[tuple[str, str], Versions[Facts]] = {}
        self._gone: OrderedDict[tuple[str, str], None] = OrderedDict()
        self._revision = -1
        self._kept = 0

    def scrape(self, index: int) -> Iterator[None]:
        """See what changed since the last scrape, in slices: each `None` is a chance to do something else."""
        seen, self._revision = self._revision, self._store.revision
        if seen < 0:
            return self._slices(self._first_look(index))
        try:
            changes = self._store.changes(self._collection, seen)
        except Expired:
            return self._slices(self._look_through(index))
        before: dict[tuple[str, str], Object | None] = {}
        after: dict[tuple[str, str], Object | None] = {}
        for change in changes:
            key = _key(change.new.object)
            before.setdefault(key, None if change.old is None else change.old.object)
            after[key] = None if change.type == "DELETED" else change.new.object
        return self._slices((index, key, obj) for key, obj in after.items() if not _alike(before[key], obj))

    def _slices(self, seen: Iterable[Seen]) -> Iterator[None]:
        for count, (index, key, obj) in enumerate(seen):
            self._note(index, key, obj)
            if count % _SLICE == _SLICE - 1:
                yield

    def _first_look(self, index: int) -> Iterator[Seen]:
        for stored in self._store.list(self._collection):
            created = int(seconds_of(stored.object["metadata"]["creationTimestamp"]) * 1000)
            yield min(index, self._scrapes.index_of(created)), _key(stored.object), stored.object

    def _look_through(self, index: int) -> Iterator[Seen]:
        there = {_key(stored.object): stored.object for stored in self._store.list(self._collection)}
        for key in [*self._versions]:
            if key not in there:
                yield index, key, None
        for key, obj in there.items():
            yield index, key, obj

    def _note(self, index: int, key: tuple[str, str], obj: Object | None) -> None:
        versions = self._versions.get(key, [])
        facts = None if obj is None else self._facts_of(obj)
        if facts == (versions[-1][1] if versions else None):
            return
        if versions and versions[-1][0] == index:
            versions.pop()
        versions.append((index, facts))
        self._versions[key] = versions
        self._kept += 1
        if len(versions) > _VERSIONS:
            del versions[0]
            self._kept -= 1
        if self._kept > max(_VERSIONS_OF_ALL, 4 * len(self._versions)):
            self._thin_out()
        if facts is None:
            self._gone[key] = None
            while len(self._gone) > _GONE:
                self._versions.pop(self._gone.popitem(last=False)[0], None)
        else:
            self._gone.pop(key, None)

    def _thin_out(self) -> None:
        for versions in self._versions.values():
            if len(versions) > 2:
                del versions[: len(versions) // 2]
        self._kept = sum(map(len, self._versions.values()))

    def versions(self, namespace: str | None = None, name: str | None = None) -> Iterator[Versions[Facts]]:
        """Iterate over the objects' versions, of one namespace or one name where given."""
        if namespace is not None and name is not None:
            if (found := self._versions.get((namespace, name))) is not None:
                yield found
            return
        for key, versions in self._versions.items():
            if namespace in (None, key[0]) and name in (None, key[1]):
                yield versions

    def now(self) -> Iterator[Facts]:
        """Iterate over the objects that stood at the last scrape."""
        for versions in self._versions.values():
            if versions and (facts := versions[-1][1]) is not None:
                yield facts


def _alike(before: Object | None, after: Object | None) -> bool:
    """Return whether two versions share all that is measured: trees are never changed, so the same part is equal."""
    if before is None or after is None:
        return False
    old, new = before["metadata"], after["metadata"]
    return (
        before.get("spec") is after.get("spec")
        and before.get("status") is after.get("status")
        and old.get("labels") is new.get("labels")
        and old.get("generation") == new.get("generation")
        and old.get("uid") == new.get("uid")
    )


def _key(obj: Object) -> tuple[str, str]:
    metadata = obj["metadata"]
    return metadata.get("namespace", ""), metadata["name"]


def steady(labels: Labels, times: Sequence[int], start: int, value: float) -> Series:
    """Return a series that has one value from index `start` on."""
    return Series(labels, times, ((start, OPEN),), lambda indices: [value] * len(indices), monotone=True)


class Followed(Generic[Facts]):
    """The wanted series that an object's versions make, kept up with them as they come."""

    def __init__(
        self, versions: Versions[Facts], samples: Samples[Facts], wanted: Wanted, times: Sequence[int]
    ) -> None:
        self._versions = versions
        self._samples = samples
        self._wanted = wanted
        self._times = times
        self._newest: object = None
        self._runs: Runs | None = None
        self._noted = 0
        self._series: list[Series] = []

    def series(self) -> list[Series]:
        """Return the series as they stand."""
        versions = self._versions
        if versions[-1] is self._newest:
            return self._series
        if len(versions) == 1:
            start, facts = versions[0]
            self._series = [steady(labels, self._times, start, value) for labels, value in self._chosen(facts)]
        else:
            # Of two versions at one scrape the later replaced the earlier: then nothing can be added to what is known.
            follows = versions[-2] is self._newest and self._noted < 2 * _VERSIONS
            runs = self._runs if self._runs is not None and follows else Runs(self._times)
            fresh = versions[-1:] if runs is self._runs else versions
            for index, facts in fresh:
                runs.note(index, self._chosen(facts))
            self._noted = self._noted + 1 if runs is self._runs else len(versions)
            self._runs = runs
            self._series = list(runs.series())
        self._newest = versions[-1]
        return self._series

    def _chosen(self, facts: Facts | None) -> Iterable[tuple[Labels, float]]:
        return () if facts is None else (pair for pair in self._samples(facts) if self._wanted(pair[0]))


class _Run:
    """One series with its values from the scrapes on at which they changed."""

    def __init__(self, labels: Labels, times: Sequence[int]) -> None:
        self._starts: list[int] = []
        self._values: list[float] = []
        self.spans: list[tuple[int, int]] = []
        self.series = Series(labels, times, self.spans, self._read, monotone=True)

    @property
    def goes_on(self) -> bool:
        return bool(self.spans) and self.spans[-1][1] == OPEN

    def take(self, index: int, value: float) -> None:
        if not self.goes_on:
            self.spans.append((index, OPEN))
        elif self._values[-1] == value:
            return
        if self._values and value < self._values[-1]:
            self.series.monotone = False
        self._starts.append(index)
        self._values.append(value)

    def end(self, index: int) -> None:
        self.spans[-1] = (self.spans[-1][0], index)

    def _read(self, indices: Sequence[int]) -> list[float]:
        starts, values = self._starts, self._values
        return [values[bisect_right(starts, index) - 1] for index in indices]


class Runs:
    """Series that come, change and go at known scrapes."""

    def __init__(self, times: Sequence[int]) -> None:
        self._times = times
        self._runs: dict[frozenset[tuple[str, str]], _Run] = {}

    def note(self, index: int, samples: Iterable[tuple[Labels, float]]) -> None:
        """Note all there is from a scrape on; what is not among it has ended."""
        present = set()
        for labels, value in samples:
            key = frozenset(labels.items())
            present.add(key)
            run = self._runs.get(key)
            if run is None:
                run = self._runs[key] = _Run(labels, self._times)
            run.take(index, value)
        for key, run in self._runs.items():
            if key not in present and run.goes_on:
                run.end(index)
        if len(self._runs) > 2 * _GONE:
            ended = [(run.spans[-1][1], key) for key, run in self._runs.items() if not run.goes_on]
            for _, key in sorted(ended, key=lambda pair: pair[0])[:-_GONE]:
                del self._runs[key]

    def series(self) -> Iterator[Series]:
        """Iterate over the series, which follow what is noted later."""
        return (run.series for run in self._runs.values())


def lived(versions: Versions[Facts], alive: Callable[[Facts], bool]) -> list[tuple[int, int]]:
    """Return the spans of scrapes at which an object stood and was alive."""
    spans: list[tuple[int, int]] = []
    ends = [*(index for index, _ in versions[1:]), OPEN]
    for (start, facts), end in zip(versions, ends, strict=True):
        if facts is None or not alive(facts) or start == end:
            continue
        if spans and spans[-1][1] == start:
            spans[-1] = (spans[-1][0], end)
        else:
            spans.append((start, end))
    return spans


def last_facts(versions: Versions[Facts]) -> Facts | None:
    """Return an object's newest facts, its last ones when it is gone."""
    return next((facts for _, facts in reversed(versions) if facts is not None), None)
