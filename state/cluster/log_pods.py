"""Whose logs: the pods of a workload or of a selection, and which of their containers."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from state.cluster.containers import Containers
from state.cluster.kinds.pod_row import PodRow
from state.cluster.log_streams import LogStream
from state.printable import printable


class Which(Enum):
    """A choice of containers that is not one by its name."""

    MAIN = "main"
    """The one that the pod's annotation names, else all containers proper."""
    ALL = "all"
    """Every one: init containers, sidecars and ephemeral ones too."""


@dataclass(frozen=True, slots=True)
class PodSet:
    """Pods whose logs are one: those of a workload, or those that a selector matches."""

    title: str
    """What they are: `payments/payments-api`, or a selector."""
    rows: Callable[[], Sequence[PodRow]]
    """The pods there are now, those first whose logs matter most; called on the loop."""
    revision: Callable[[], object]
    """What differs when `rows` may."""
    prefix: str = ""
    """What the pods' names have in common and need not be said on each line."""


def streams_of(
    rows: Iterable[PodRow], which: Which | str, known: Mapping[str, Containers], prefix: str = ""
) -> list[LogStream]:
    """Return the logs of some pods' containers.

    `known` has, by uid, the containers of the pods that were looked at whole; of others only the containers
    proper are known. A container that is asked for by name is taken where it is.
    """
    found: list[LogStream] = []
    chosen = [(row, _containers(row, which, known.get(row.uid))) for row in rows]
    several = any(len(names) > 1 for _, names in chosen)
    many_namespaces = len({row.namespace for row, _ in chosen}) > 1
    for row, names in chosen:
        pod = row.name.removeprefix(prefix) or row.name
        if many_namespaces:
            pod = f"{row.namespace}/{pod}"
        for name in names:
            label = printable(f"{pod}/{name}" if several else pod)
            found.append(LogStream(row.uid, row.namespace, row.name, name, label))
    return found


def _containers(row: PodRow, which: Which | str, known: Containers | None) -> tuple[str, ...]:
    every = known.names if known is not None else row.containers
    if which is Which.ALL:
        return every
    if which is Which.MAIN:
        return (row.default_container,) if row.default_container in every else row.containers
    return (which,) if which in every else ()
