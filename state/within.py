"""Rows that belong to an object, in the ways that objects belong to one another."""

from dataclasses import dataclass
from typing import Any, Protocol

from state.cluster.kinds.kind import Row
from state.label_selector import Selector
from state.ref import Ref


class Belongs(Protocol):
    """Says whether a row is one of an object's."""

    def __call__(self, row: Any) -> bool:
        """Return whether it is."""
        ...


@dataclass(frozen=True, slots=True)
class Owned:
    """What an object controls itself."""

    uid: str

    def __call__(self, row: Row) -> bool:
        return row.owner is not None and row.owner.uid == self.uid


@dataclass(frozen=True, slots=True)
class Selected:
    """What a label selector picks in a namespace."""

    namespace: str
    selector: Selector

    def __call__(self, row: Row) -> bool:
        return row.namespace == self.namespace and self.selector.matches(row.labels)


@dataclass(frozen=True, slots=True)
class OnNode:
    """Pods that a node runs."""

    node: str

    def __call__(self, row: Any) -> bool:
        return getattr(row, "node", "") == self.node


@dataclass(frozen=True, slots=True)
class InNamespace:
    """What is in a namespace."""

    namespace: str

    def __call__(self, row: Row) -> bool:
        return row.namespace == self.namespace


@dataclass(frozen=True, slots=True)
class Named:
    """Certain objects, by namespace and name."""

    names: frozenset[tuple[str, str]]

    def __call__(self, row: Row) -> bool:
        return (row.namespace, row.name) in self.names


@dataclass(frozen=True, slots=True)
class Within:
    """Rows of one object's cluster that belong to it."""

    of: Ref
    belongs: Belongs
    how: str = ""
    """How they belong to it, where that is not plain: `use`."""

    def holds(self, cluster: str, row: Row) -> bool:
        """Return whether a cluster's row is among them."""
        return cluster == self.of.cluster and self.belongs(row)
