"""Columns of usage beside what is requested, limited or offered, for pods, nodes and namespaces."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from state.cell import Cell, Tone
from state.clock import SYSTEM, Clock
from state.cluster.kinds.kind import Column, Kind, Row
from state.cluster.kinds.nodes import NodeRow
from state.cluster.kinds.pod_row import PodRow
from state.cluster.live import Cluster
from state.cluster.usage import UsageSource, Used
from state.mirror import Mirror
from state.ref import GroupKind

POD, NODE, NAMESPACE = GroupKind("", "Pod"), GroupKind("", "Node"), GroupKind("", "Namespace")
MEASURED = (POD, NODE, NAMESPACE)
HEADERS = frozenset(("CPU", "MEM", "%CPU/R", "%CPU/L", "%MEM/R", "%MEM/L", "%CPU", "%MEM"))
WARN, FULL = 0.8, 0.95
"""Shares of what is offered or allowed from which on they are told."""
_UNKNOWN = Cell("–", Tone.FAINT)
_NEW = 5.0
"""Seconds after which rows that came since the last measurement are looked up again."""
Book = dict[str, Used]
"""What is used, by uid."""


def cores(value: float) -> str:
    """Return cores as thousandths: `250m`."""
    return f"{value * 1000:.0f}m"


def mebibytes(value: float) -> str:
    """Return bytes as mebibytes: `128Mi`."""
    return f"{value / 2**20:.0f}Mi"


class UsageColumns:
    """A kind with columns of usage, and what fills them. Belongs to the loop.

    Polled only between looks that come often enough; a list never waits for it.
    """

    def __init__(self, kind: Kind[Any], clusters: Mapping[str, Cluster], clock: Clock = SYSTEM) -> None:
        """`kind` is one of those of `MEASURED`."""
        group_kind = kind.resource.group_kind
        self._book: Book = {}
        self._by_namespace = group_kind == NAMESPACE
        self._clock = clock
        self._joined = float("-inf")
        self._rows: tuple[int, ...] = ()
        self._sources = {
            name: UsageSource(
                name,
                cluster.transport,
                pods=group_kind != NODE,
                namespaces=_read_by(cluster),
                elsewhere=cluster.measured_elsewhere,
                clock=clock,
            )
            for name, cluster in clusters.items()
        }
        self.kind: Kind[Any] = replace(kind, columns=_placed(kind.columns, _columns(group_kind, self._book)))

    @property
    def problems(self) -> list[tuple[str, str]]:
        """For each cluster that gives nothing its name and why, in a sentence."""
        return [(name, source.problem) for name, source in self._sources.items() if source.problem]

    def look(self, mirrors: Mapping[str, Mirror[Any]]) -> bool:
        """Take over what was measured of the rows of some clusters; return whether anything is new."""
        arrived = [source.look() for source in self._sources.values()]
        now = self._clock.elapsed()
        rows = tuple(mirror.membership_revision for mirror in mirrors.values())
        if not any(arrived) and (rows == self._rows or now - self._joined < _NEW):
            return False
        self._joined, self._rows = now, rows
        self._book.clear()
        for name, source in self._sources.items():
            measured, mirror = source.measured, mirrors.get(name)
            if measured is None or mirror is None:
                continue
            if self._by_namespace:
                together = measured.by_namespace()
                self._book.update((row.uid, together.get(row.name, Used())) for row in mirror)
            else:
                found = measured.by_name
                pairs = ((row.uid, found.get((row.namespace, row.name))) for row in mirror)
                self._book.update((uid, used) for uid, used in pairs if used is not None)
        return True

    def stop(self) -> None:
        """Ask no more."""
        for source in self._sources.values():
            source.stop()


def _read_by(cluster: Cluster) -> Callable[[], Sequence[str]]:
    return lambda: cluster.namespaces


def _placed(columns: tuple[Column[Any], ...], more: Iterable[Column[Any]]) -> tuple[Column[Any], ...]:
    """The further columns stand before the age, as in k9s."""
    place = next((index for index, column in enumerate(columns) if column.header == "AGE"), len(columns))
    return (*columns[:place], *more, *columns[place:])


def _columns(kind: GroupKind, book: Book) -> list[Column[Any]]:
    cpu = _amount("CPU", book, lambda used: used.cpu, cores, 6)
    memory = _amount("MEM", book, lambda used: used.memory, mebibytes, 8)
    if kind == NODE:
        return [
            cpu,
            _share("%CPU", book, lambda used: used.cpu, lambda row: _node(row).cpu, warned=True),
            memory,
            _share("%MEM", book, lambda used: used.memory, lambda row: _node(row).memory, warned=True),
        ]
    if kind == NAMESPACE:
        return [cpu, memory]
    return [
        cpu,
        _share("%CPU/R", book, lambda used: used.cpu, lambda row: _pod(row).cpu_request),
        _share("%CPU/L", book, lambda used: used.cpu, lambda row: _pod(row).cpu_limit, warned=True),
        memory,
        _share("%MEM/R", book, lambda used: used.memory, lambda row: _pod(row).memory_request),
        _share("%MEM/L", book, lambda used: used.memory, lambda row: _pod(row).memory_limit, warned=True),
    ]


def _amount(
    header: str, book: Book, get: Callable[[Used], float], told: Callable[[float], str], width: int
) -> Column[Any]:
    def cell(row: Row, now: float) -> Cell:
        used = book.get(row.uid)
        return _UNKNOWN if used is None else Cell(told(get(used)))

    def key(row: Row) -> float:
        used = book.get(row.uid)
        return -1.0 if used is None else get(used)

    return Column(header, cell, key, width, right=True, importance=3, ticks=True)


def _share(
    header: str,
    book: Book,
    get: Callable[[Used], float],
    whole: Callable[[Any], float],
    *,
    warned: bool = False,
) -> Column[Any]:
    def share(row: Row) -> float | None:
        used, of = book.get(row.uid), whole(row)
        return get(used) / of if used is not None and of else None

    def cell(row: Row, now: float) -> Cell:
        found = share(row)
        if found is None:
            return _UNKNOWN
        tone = Tone.TEXT if not warned or found < WARN else Tone.WARN if found < FULL else Tone.BAD
        return Cell(f"{found * 100:.0f}", tone)

    def key(row: Row) -> float:
        found = share(row)
        return -1.0 if found is None else found

    return Column(header, cell, key, 6, right=True, importance=4 if warned else 5, ticks=True)


def _pod(row: Any) -> PodRow:
    assert isinstance(row, PodRow)
    return row


def _node(row: Any) -> NodeRow:
    assert isinstance(row, NodeRow)
    return row
