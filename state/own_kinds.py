"""Lists of what the cockpit knows itself, in the form of kinds: the contexts, and the kinds that there are."""

from collections.abc import Callable, Iterable
from typing import Any, Generic

from state.cell import Cell, Tone
from state.cluster.kinds.columns import name_column, text
from state.cluster.kinds.kind import Column, Event, Kind, Page, R, Resource, Row
from state.cluster.target import ContextInfo
from state.freshness import Freshness, Health
from state.mirror import GONE, Gone, Mirror

GROUP = "cockpit"
"""The API group of these kinds, which no server has."""


class ContextRow(Row, frozen=True, kw_only=True, gc=False):
    """A context of the kubeconfig."""

    cluster: str = ""
    server: str = ""
    user: str = ""
    own_namespace: str = ""
    """The namespace that it names, empty for none."""
    state: str = ""
    """here, open or nothing."""


class KindRow(Row, frozen=True, kw_only=True, gc=False):
    """A kind. `name` is its plural, with its group where it has one."""

    kind: str = ""
    names: str = ""
    """What else it may be called."""
    api_version: str = ""
    namespaced: bool = True


class OwnRows(Generic[R]):
    """The rows of a list of one's own, in the shape of a lease on a feed."""

    complete = True
    freshness = Freshness(Health.LIVE, 0.0)

    def __init__(self, rows: Callable[[], Iterable[R]]) -> None:
        self.mirror: Mirror[R] = Mirror()
        self._rows = rows
        self.refresh()

    def refresh(self) -> None:
        """Take over what differs now."""
        now = {row.uid: row for row in self._rows()}
        before = self.mirror.rows
        batch: dict[str, R | Gone] = {uid: row for uid, row in now.items() if before.get(uid) != row}
        batch |= {uid: GONE for uid in before if uid not in now}
        self.mirror.apply(batch)

    def release(self) -> None:
        """Nothing is held."""


class _NoDecoder(Generic[R]):
    """No server says anything about these kinds."""

    def page(self, body: bytes) -> Page[R]:
        raise ValueError("no server has this kind")

    def event(self, line: bytes) -> Event[R]:
        raise ValueError("no server has this kind")


def _quiet(header: str, get: Callable[[Any], str], width: int, importance: int) -> Column[Any]:
    return text(header, get, width=width, importance=importance, tone=Tone.QUIET)


def _state(row: ContextRow, now: float) -> Cell:
    return Cell(row.state, Tone.WELL if row.state == "here" else Tone.QUIET)


CONTEXT: Kind[ContextRow] = Kind(
    Resource(GROUP, "", "contexts", "Context", namespaced=False),
    (
        name_column(),
        Column("STATE", _state, lambda row: row.state, width=6),
        _quiet("CLUSTER", lambda row: row.cluster, 20, 2),
        _quiet("USER", lambda row: row.user, 20, 3),
        _quiet("NAMESPACE", lambda row: row.own_namespace, 16, 2),
        _quiet("SERVER", lambda row: row.server, 40, 4),
    ),
    _NoDecoder(),
    words=lambda row: f"{row.name} {row.cluster} {row.user} {row.server}",
)
"""The contexts that may be chosen."""

KIND: Kind[KindRow] = Kind(
    Resource(GROUP, "", "kinds", "Kind", namespaced=False),
    (
        name_column(),
        text("OTHER NAMES", lambda row: row.names, width=32, importance=1),
        _quiet("KIND", lambda row: row.kind, 28, 2),
        _quiet("APIVERSION", lambda row: row.api_version, 32, 3),
        _quiet("NAMESPACED", lambda row: str(row.namespaced).lower(), 10, 4),
    ),
    _NoDecoder(),
    words=lambda row: f"{row.name} {row.names} {row.kind} {row.api_version}",
)
"""The kinds that may be shown."""


def context_rows(found: Iterable[ContextInfo], here: str, opened: Iterable[str]) -> Iterable[ContextRow]:
    """Give the contexts; `here` is the one that the cockpit is about, `opened` are those that are read."""
    others = set(opened)
    for one in found:
        state = "here" if one.name == here else "open" if one.name in others else ""
        yield ContextRow(
            uid=one.name,
            name=one.name,
            cluster=one.cluster,
            server=one.server,
            user=one.user,
            own_namespace=one.namespace,
            state=state,
        )


def kind_rows(resources: Iterable[Resource]) -> Iterable[KindRow]:
    """Give the kinds of resources, those of another version once."""
    for one in {(found.group, found.plural): found for found in resources}.values():
        name = f"{one.plural}.{one.group}" if one.group else one.plural
        others = [*one.short_names, *([one.singular] if one.singular else [])]
        yield KindRow(
            uid=name,
            name=name,
            kind=one.kind,
            names=" ".join(dict.fromkeys(others)),
            api_version=one.api_version,
            namespaced=one.namespaced,
        )
