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


def stepped(
    versions: Versions[Facts], samples: Samples[Facts], wanted: Wanted, times: Sequence[int]
) -> Iterator[Series]:
    """Iterate over the wanted series that an object's versions make."""
    if len(versions) == 1:
        start, facts = versions[0]
        if facts is not None:
            for labels, value in samples(facts):
                if wanted(labels):
                    yield steady(labels, times, start, value)
        return
    runs = Runs()
    for index, facts in versions:
        runs.note(index, (pair for pair in (samples(facts) if facts is not None else ()) if wanted(pair[0])))
    yield from runs.series(times, wanted)


class Runs:
    """Series that come, change and go at known scrapes."""

    def __init__(self) -> None:
        self._runs: dict[frozenset[tuple[str, str]], tuple[Labels, list[int], list[float | None]]] = {}

    def note(self, index: int, samples: Iterable[tuple[Labels, float]]) -> None:
        """Note all there is from a scrape on; what is not among it has ended."""
        present = set()
        for labels, value in samples:
            key = frozenset(labels.items())
            present.add(key)
            _, starts, values = self._runs.setdefault(key, (labels, [], []))
            if not values or values[-1] != value:
                starts.append(index)
                values.append(value)
        for key, (_, starts, values) in self._runs.items():
            if key not in present and values[-1] is not None:
                starts.append(index)
                values.append(None)
        if len(self._runs) > 2 * _GONE:
            ended = [(starts[-1], key) for key, (_, starts, values) in self._runs.items() if values[-1] is None]
            for _, key in sorted(ended, key=lambda pair: pair[0])[:-_GONE]:
                del self._runs[key]

    def series(self, times: Sequence[int], wanted: Wanted) -> Iterator[Series]:
        """Iterate over the wanted series."""
        for labels, starts, values in self._runs.values():
            if wanted(labels):
                yield _of_runs(labels, times, starts, values)


def _of_runs(labels: Labels, times: Sequence[int], starts: list[int], values: list[float | None]) -> Series:
    spans: list[tuple[int, int]] = []
    for start, end, value in zip(starts, [*starts[1:], OPEN], values, strict=True):
        if value is None:
            continue
        if spans and spans[-1][1] == start:
            spans[-1] = (spans[-1][0], end)
        else:
            spans.append((start, end))
    numbers = [0.0 if value is None else value for value in values]

    def read(indices: Sequence[int]) -> list[float]:
        return [numbers[bisect_right(starts, index) - 1] for index in indices]

    return Series(labels, times, spans, read, monotone=numbers == sorted(numbers) and None not in values)


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
