"""What hangs together: from a namespace, workload or service down to containers and what these refer to."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from state.cell import Tone
from state.cluster.kinds.kind import Kind, Row
from state.cluster.kinds.namespaces import NamespaceRow
from state.cluster.kinds.pod_faults import CANNOT_START
from state.cluster.kinds.pod_parts import Part, PodPartsRow, Reference
from state.printable import printable
from state.ref import GroupKind, Ref

_ORDER = ("Deployment", "StatefulSet", "DaemonSet", "CronJob", "Job", "ReplicaSet", "Pod")
_SEVERITY = (Tone.BAD, Tone.WARN)
_DEEPEST = 12


@dataclass(frozen=True, slots=True)
class Branch:
    """One thing in the tree. `key` tells it from all others and stays the same from one look to the next."""

    key: str
    kind: str
    """The kind in small letters: `deployment`, `container`, `secret`."""
    name: str
    tone: Tone
    """BAD, WARN or QUIET for what is not well or not known, WELL for all else."""
    about: str
    """What there is to say of it, short."""
    ref: Ref | None = None
    """The object; of a container its pod."""
    uid: str = ""
    children: tuple["Branch", ...] = ()

    @property
    def worst(self) -> Tone:
        """The worst tone of it and of all that is below."""
        found = {self.tone, *(child.worst for child in self.children)}
        return next((tone for tone in _SEVERITY if tone in found), self.tone)


@dataclass(frozen=True, slots=True)
class Listed:
    """The rows of a kind, and whether they are all there are."""

    kind: Kind[Any]
    rows: Iterable[Any]
    complete: bool = True
    denied: bool = False
    """Whether this user may not read the kind."""


def tree(roots: Sequence[Ref], listed: Mapping[GroupKind, Listed], now: float) -> tuple[Branch, ...]:
    """Return the branches of some objects at a wall-clock moment; a root that is not there is a branch that says so."""
    return _Grower(listed, now).grow(roots)


@dataclass(slots=True)
class _Grower:
    listed: Mapping[GroupKind, Listed]
    now: float
    cluster: str = ""
    owned: dict[str, list[tuple[Kind[Any], Row]]] = field(default_factory=lambda: defaultdict(list))
    named: dict[tuple[str, str, str], Row] = field(default_factory=dict)
    """Rows by kind, namespace and name."""

    def grow(self, roots: Sequence[Ref]) -> tuple[Branch, ...]:
        for one in self.listed.values():
            kind = one.kind.resource.kind
            for row in one.rows:
                self.named[kind, row.namespace, row.name] = row
                if row.owner is not None:
                    self.owned[row.owner.uid].append((one.kind, row))
        return tuple(self._root(root) for root in roots)

    def _root(self, root: Ref) -> Branch:
        self.cluster = root.cluster
        one = self.listed.get(root.group_kind)
        row = self.named.get((root.group_kind.kind, root.namespace, root.name))
        kind = root.group_kind.kind.casefold()
        if row is None and one is not None and one.denied and root.group_kind.kind == "Namespace":
            # Who may read what is in it sees that.
            found = self._branch(one.kind, NamespaceRow(uid=str(root), name=root.name), "", ())
            return replace(found, about=_absence(one), uid="")
        if one is None or row is None:
            waits = one is not None and not one.complete and not one.denied
            return Branch(str(root), kind, root.name, Tone.QUIET if waits else Tone.WARN, _absence(one), root)
        return self._branch(one.kind, row, "", ())

    def _branch(self, kind: Kind[Any], row: Row, path: str, above: Collection[str]) -> Branch:
        key = f"{path}/{row.uid}"
        resource = kind.resource
        fault = kind.fault(row, self.now)
        below = [] if row.uid in above or len(above) > _DEEPEST else list(self._below(kind, row))
        children = [self._branch(one, other, key, (*above, row.uid)) for one, other in below]
        if isinstance(row, PodPartsRow):
            ref = kind.ref(self.cluster, row)
            children += [self._container(row, part, ref, key) for part in row.parts]
            children += [self._reference(row.namespace, one, key) for one in row.references]
        about = fault.text if fault is not None else _counts(row)
        tone = fault.tone if fault is not None else Tone.WELL
        return Branch(
            key,
            resource.kind.casefold(),
            printable(row.name),
            tone,
            printable(about),
            kind.ref(self.cluster, row),
            row.uid,
            tuple(children),
        )

    def _below(self, kind: Kind[Any], row: Row) -> Iterator[tuple[Kind[Any], Row]]:
        name = resource_kind(kind)
        if name == "Namespace":
            found = [
                (one.kind, other)
                for one in self.listed.values()
                if resource_kind(one.kind) in _ORDER
                for other in one.rows
                if other.namespace == row.name and other.owner is None
            ]
        elif name == "Service":
            wanted = set(getattr(row, "selector", ()))
            pods = self.listed.get(GroupKind("", "Pod"))
            found = []
            if pods is not None and wanted:
                here = (pod for pod in pods.rows if pod.namespace == row.namespace)
                found = [(pods.kind, pod) for pod in here if wanted <= set(pod.labels)]
        else:
            found = [one for one in self.owned.get(row.uid, ()) if not self._is_past(*one)]
        yield from sorted(found, key=lambda one: (_rank(one[0]), one[1].name))

    def _is_past(self, kind: Kind[Any], row: Row) -> bool:
        """Whether it is a replica set that is only kept to roll back to."""
        return resource_kind(kind) == "ReplicaSet" and not getattr(row, "wanted", 0) and row.uid not in self.owned

    def _container(self, pod: PodPartsRow, part: Part, ref: Ref, path: str) -> Branch:
        key = f"{path}/container/{part.name}"
        children = tuple(self._reference(pod.namespace, one, key) for one in part.references)
        words = [part.state or "not started"]
        if part.restarts:
            words.append(f"×{part.restarts}")
        if part.role != "main":
            words.insert(0, part.role)
        about = printable("  ".join((" ".join(words), part.image)))
        return Branch(key, "container", printable(part.name), _tone(pod, part), about, ref, pod.uid, children)

    def _reference(self, namespace: str, wanted: Reference, path: str) -> Branch:
        key = f"{path}/{wanted.kind}/{wanted.name}"
        group_kind = GroupKind("", wanted.kind)
        ref = Ref(self.cluster, group_kind, namespace, wanted.name)
        one = self.listed.get(group_kind)
        row = self.named.get((wanted.kind, namespace, wanted.name))
        name, kind = printable(wanted.name), wanted.kind.casefold()
        if one is not None and row is not None:
            fault = one.kind.fault(row, self.now)
            tone = fault.tone if fault is not None else Tone.WELL
            return Branch(key, kind, name, tone, fault.text if fault is not None else _counts(row), ref, row.uid)
        if one is None or one.denied or not one.complete:
            return Branch(key, kind, name, Tone.QUIET, _absence(one), ref)
        if wanted.optional:
            return Branch(key, kind, name, Tone.QUIET, "not there, optional", ref)
        return Branch(key, kind, name, Tone.BAD, "is missing", ref)


def resource_kind(kind: Kind[Any]) -> str:
    """Return the name of a kind."""
    return kind.resource.kind


def _rank(kind: Kind[Any]) -> int:
    name = resource_kind(kind)
    return _ORDER.index(name) if name in _ORDER else len(_ORDER)


def _absence(one: Listed | None) -> str:
    if one is None:
        return "not read here"
    if one.denied:
        return "may not be read"
    return "is not there" if one.complete else "loading …"


def _tone(pod: PodPartsRow, part: Part) -> Tone:
    if part.state in CANNOT_START or part.state in ("CrashLoopBackOff", "OOMKilled", "Error"):
        return Tone.BAD
    if part.state.startswith(("ExitCode:", "Signal:")):
        return Tone.BAD
    if part.state == "Completed" or (part.state == "Running" and (part.ready or part.role in ("init", "ephemeral"))):
        return Tone.WELL
    return Tone.WARN if part.state == "Running" else Tone.QUIET


def _counts(row: Any) -> str:
    """What there is to say of a row that is well."""
    if isinstance(row, PodPartsRow):
        return f"{row.ready}/{row.total} {row.status}"
    if hasattr(row, "wanted") and hasattr(row, "ready"):
        return f"{row.ready}/{row.wanted}"
    if hasattr(row, "completions"):
        return f"{row.succeeded}/{row.completions or 1} {row.status}".rstrip()
    if hasattr(row, "schedule"):
        return str(row.schedule)
    if hasattr(row, "capacity"):
        return f"{row.phase} {row.capacity}".rstrip()
    if hasattr(row, "keys"):
        count = len(row.keys)
        return f"{count} key{'' if count == 1 else 's'}"
    return ""
