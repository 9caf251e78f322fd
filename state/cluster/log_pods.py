"""Whose logs: the pods of a workload or of a selection, and which of their containers."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple

from state.cluster.containers import Containers
from state.cluster.kinds.pod_row import PodRow
from state.cluster.log_streams import LogStream
from state.cluster.transport import Transport
from state.printable import printable, shorten_middle

_LONGEST_CONTEXT = 12
_TEMPLATE = "pod-template-hash"
_EDGES = "-_./:@ "
_WORD = re.compile(r"[^-_./:@ …]+[-_./:@ …]*|[-_./:@ …]+")


class Which(Enum):
    """A choice of containers that is not one by its name."""

    MAIN = "main"
    """The one that the pod's annotation names, else all containers proper."""
    ALL = "all"
    """Every one: init containers, sidecars and ephemeral ones too."""


@dataclass(frozen=True, slots=True)
class PodSet:
    """Pods whose logs are one: those of a workload, those that a selector matches, those that were marked."""

    title: str
    """What they are: `payments/payments-api`, or a selector."""
    rows: Callable[[], Sequence[PodRow]]
    """The pods there are now, those first whose logs matter most; called on the loop."""
    revision: Callable[[], object]
    """What differs when `rows` may."""
    prefix: str = ""
    """What the pods' names have in common and need not be said on each line."""
    cluster: str = ""
    """The context they are in; it is said on each line where there are several."""
    transport: Callable[[], Transport] | None = None
    """What asks their server, where that is not the one of the other pods."""
    complete: Callable[[], bool] = lambda: True
    """Whether all pods there are have been read; called on the loop."""


class Found(NamedTuple):
    """A pod whose log is read."""

    cluster: str
    """The context it is in."""
    row: PodRow

    @property
    def key(self) -> tuple[str, str]:
        """What tells it from all others; a cluster that was restored from a copy has the uids of the first."""
        return self.cluster, self.row.uid


def streams_of(
    pods: Iterable[Found], which: Which | str, known: Mapping[tuple[str, str], Containers], prefix: str = ""
) -> list[LogStream]:
    """Return the logs of some pods' containers, each once.

    `known` has, by their keys, the containers of the pods that were looked at whole; of others only the containers
    proper are known. A container that is asked for by name is taken where it is.
    """
    chosen = {pod.key: (pod, _containers(pod.row, which, known.get(pod.key))) for pod in pods}.values()
    several = any(len(names) > 1 for _, names in chosen)
    many_namespaces = len({pod.row.namespace for pod, _ in chosen}) > 1
    contexts = short_contexts({pod.cluster for pod, _ in chosen})
    short = {} if prefix else _short_names(pod.row for pod, _ in chosen)
    templates = {dict(pod.row.labels).get(_TEMPLATE) for pod, _ in chosen}
    # Between two rollouts all pods of a workload are made from one template, which tells nothing then.
    template = templates.pop() if prefix and len(templates) == 1 else None
    found: list[LogStream] = []
    for (cluster, row), names in chosen:
        words = short.get(row.name) or row.name.removeprefix(prefix).removeprefix(f"{template}-") or row.name
        if many_namespaces:
            words = f"{row.namespace}/{words}"
        if len(contexts) > 1:
            words = f"{contexts[cluster]} {words}"
        for name in names:
            label = printable(f"{words}/{name}" if several else words)
            found.append(LogStream(row.uid, row.namespace, row.name, name, label, cluster))
    return found


def _short_names(rows: Iterable[PodRow]) -> dict[str, str]:
    """Return the names of pods in short, where they differ all the same: without the words that all begin with, and
    without those of their replica sets' templates."""
    names = {row.name: row.name.replace(f"-{dict(row.labels).get(_TEMPLATE, '/')}-", "…", 1) for row in rows}
    words = [_WORD.findall(name) for name in names.values()]
    # Two words at least stay, so that a name still says what it is.
    left_out = max(0, min([_shared(words), *(len(one) - 2 for one in words)]))
    names = {name: "".join(one[left_out:]) for name, one in zip(names, words, strict=True)}
    count = Counter(names.values())
    return {name: short for name, short in names.items() if count[short] == 1}


def short_contexts(names: Iterable[str]) -> dict[str, str]:
    """Return for each context the shortest words that tell it from the others, at most twelve characters if it can.

    What long names have in common at their beginning and end is left out, in whole words.
    """
    every = sorted(set(names))
    if max(map(len, every), default=0) <= _LONGEST_CONTEXT:
        return dict(zip(every, every, strict=True))
    words = [_WORD.findall(name) for name in every]
    begin, end = _shared(words), _shared([one[::-1] for one in words])
    end = min(end, min(map(len, words)) - begin)
    rest = ["".join(one[begin : len(one) - end]).strip(_EDGES) for one in words]
    if not all(rest) or len(set(rest)) < len(rest):
        rest = every
    short = [shorten_middle(one, _LONGEST_CONTEXT) for one in rest]
    return dict(zip(every, short if len(set(short)) == len(short) else rest, strict=True))


def _shared(words: Sequence[Sequence[str]]) -> int:
    """Return with how many words all begin alike; 0 where there is but one."""
    if len(words) < 2:
        return 0
    return next((at for at, column in enumerate(zip(*words, strict=False)) if len(set(column)) > 1), 0)


def _containers(row: PodRow, which: Which | str, known: Containers | None) -> tuple[str, ...]:
    every = known.names if known is not None else row.containers
    if which is Which.ALL:
        return every
    if which is Which.MAIN:
        return (row.default_container,) if row.default_container in every else row.containers
    return (which,) if which in every else ()
