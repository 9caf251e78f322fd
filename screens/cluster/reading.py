"""The rows that a list shows, and where they come from."""

from collections.abc import Hashable, Mapping, Sequence
from typing import Any

from screens.cluster.readers import Leased, Reader
from screens.cluster.stops import Stop
from screens.wanted import Target
from state.clock import Clock
from state.cluster.kinds.kind import Column, Kind, Row
from state.cluster.live import Cluster
from state.cluster.usage_columns import HEADERS, MEASURED, UsageColumns
from state.freshness import Freshness, worst
from state.listing import columns_of
from state.own_kinds import OwnRows
from state.query import Query, Update, View
from state.ref import Ref


class Reading:
    """One kind of one context or several, narrowed and ordered, with what is used where that is measured.

    Belongs to the loop. It reads from its making until `release`.
    """

    def __init__(self, stop: Stop, clusters: Mapping[str, Cluster], clock: Clock) -> None:
        self.kind: Kind[Any] = stop.kind
        """The kind that is shown, without columns of usage."""
        self.readers: dict[str, Reader] = {
            name: OwnRows(stop.own) if stop.own is not None else Leased(cluster.lease(stop.kind))
            for name, cluster in clusters.items()
        }
        self._usage: UsageColumns | None = None
        if stop.own is None and stop.kind.resource.group_kind in MEASURED:
            self._usage = UsageColumns(stop.kind, clusters, clock)
        kind = stop.kind if self._usage is None else self._usage.kind
        mirrors = {name: reader.mirror for name, reader in self.readers.items()}
        self.view: View[Any] = View(kind, mirrors, stop.query, clock)

    def shows(self, stop: Stop, clusters: Mapping[str, Cluster]) -> bool:
        """Return whether a stop is about the same rows, narrowed or ordered in another way at most."""
        return self.kind is stop.kind and set(clusters) == set(self.readers)

    @property
    def query(self) -> Query:
        return self.view.query

    @property
    def columns(self) -> Sequence[Column[Any]]:
        """The columns there are for what is shown."""
        query = self.query
        return columns_of(self.view.kind, query.namespaces, len(self.readers), query.within)

    @property
    def headers(self) -> list[str]:
        return [column.header for column in self.columns]

    @property
    def sources(self) -> tuple[tuple[str, Freshness], ...]:
        """The contexts with how fresh their rows are."""
        return tuple((name, reader.freshness) for name, reader in self.readers.items())

    @property
    def freshness(self) -> Freshness:
        """What is to be said of all contexts together."""
        return worst([freshness for _, freshness in self.sources])

    @property
    def complete(self) -> bool:
        """Whether all rows there are have been listed."""
        return all(reader.complete for reader in self.readers.values())

    def refresh(self) -> Update | None:
        """Take over what changed; return None when nothing differs from the last time."""
        for reader in self.readers.values():
            reader.refresh()
        return self.view.refresh()

    def measure(self) -> bool:
        """Take over what was measured; return whether anything is new. An order by it is made anew."""
        usage = self._usage
        if usage is None or not usage.look({name: reader.mirror for name, reader in self.readers.items()}):
            return False
        if self.query.sort in HEADERS:
            self.view.ask(self.query)
        return True

    @property
    def unmeasured(self) -> list[tuple[str, str]]:
        """For each context that gives no usage its name and why, in a sentence."""
        return self._usage.problems if self._usage is not None else []

    # --- of one row ---

    def row(self, key: Hashable | None) -> Row | None:
        """Return the row of a key, None when it went."""
        return self.view.listing.row(key) if key is not None else None

    def target(self, key: Hashable | None) -> Target | None:
        """Return the object of a key, None when it went."""
        row = self.row(key)
        ref = self.view.listing.ref(key) if key is not None else None
        return Target(ref, row.uid, self.kind) if row is not None and ref is not None else None

    def key_of(self, ref: Ref) -> Hashable | None:
        """Return the key of an object, None where it is not listed."""
        listing = self.view.listing
        return next((key for key in listing.keys if listing.ref(key) == ref), None)

    def cells(self, key: Hashable | None) -> Sequence[tuple[str, str]]:
        """Return what a row says, each column's header with its text; nothing when it went."""
        listing = self.view.listing
        found = listing.cells(key) if key is not None else None
        headers = [column.header for column in listing.columns]
        return [(header, cell.text) for header, cell in zip(headers, found or (), strict=False) if header]

    def release(self) -> None:
        """Read no longer; the rows that are there stay readable."""
        for reader in self.readers.values():
            reader.release()
        self.readers = {}
        if self._usage is not None:
            self._usage.stop()
            self._usage = None
