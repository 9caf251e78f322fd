"""Which pods a drain evicts, which stay, and what keeps it from starting; pure functions over pods and budgets."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from state.cluster.requests import Json
from state.label_selector import Requirement, Selector
from state.printable import printable

MIRROR = "kubernetes.io/config.mirror"
"""The annotation of a static pod: its node runs it from a file, deleting it at the API does nothing."""
_OPERATORS = {"In": "in", "NotIn": "notin", "Exists": "exists", "DoesNotExist": "!"}


@dataclass(frozen=True, slots=True)
class DrainOptions:
    """How a node is drained; the same as `kubectl drain` has them."""

    ignore_daemon_sets: bool = True
    """Let pods of daemon sets stay, as they would come back at once; else they keep the drain from starting."""
    delete_empty_dir: bool = False
    """Evict pods with emptyDir volumes too; their data goes."""
    force: bool = False
    """Evict pods without a controller too; nothing brings them back."""
    grace: int | None = None
    """Seconds that pods are given to end, None for each one's own."""
    timeout: float = 300.0
    """Seconds until it gives up; 0 for never."""
    pod_selector: str = ""
    """Evict pods with these labels only."""


class DrainPod(NamedTuple):
    """A pod on the node."""

    namespace: str
    name: str
    uid: str
    labels: tuple[tuple[str, str], ...]
    owner: str
    """Its controller in words, `""` without one."""
    unmanaged: bool
    """No controller brings it back; a pod that has finished needs none."""
    empty_dir: bool
    """It has data that ends with it."""

    @property
    def path(self) -> str:
        """`namespace/name`, printable."""
        return printable(f"{self.namespace}/{self.name}")


class DrainPlan(NamedTuple):
    """What becomes of the pods of a node."""

    evict: tuple[DrainPod, ...]
    daemon: tuple[DrainPod, ...]
    static: tuple[DrainPod, ...]

    @property
    def unmanaged(self) -> tuple[DrainPod, ...]:
        """Those evicted that nothing brings back."""
        return tuple(pod for pod in self.evict if pod.unmanaged)

    @property
    def empty_dir(self) -> tuple[DrainPod, ...]:
        """Those evicted that lose data."""
        return tuple(pod for pod in self.evict if pod.empty_dir)

    def lost(self) -> frozenset[str]:
        """Return the uids of pods that are lost, or lose something."""
        return frozenset(pod.uid for pod in (*self.unmanaged, *self.empty_dir))

    def obstacles(self, options: DrainOptions) -> tuple[str, ...]:
        """Return which pods keep a drain with these options from starting, and which option helps, in words."""
        found = []
        if self.daemon and not options.ignore_daemon_sets:
            found.append(f"of daemon sets, which can be let to stay: {_names(self.daemon)}")
        if self.unmanaged and not options.force:
            found.append(f"without a controller to bring them back, lost only by force: {_names(self.unmanaged)}")
        if self.empty_dir and not options.delete_empty_dir:
            found.append(f"with emptyDir volumes, whose data has to be given up: {_names(self.empty_dir)}")
        return tuple(found)


class Budget(NamedTuple):
    """A disruption budget, and those of a node's pods that it counts."""

    path: str
    allowed: int
    pods: tuple[DrainPod, ...]

    @property
    def words(self) -> str:
        """What it makes of the drain, `""` when it lets all go at once."""
        if self.allowed >= len(self.pods):
            return ""
        if not self.allowed:
            names = _names(self.pods)
            return f"the disruption budget {self.path} allows no eviction now, so until it does there wait {names}"
        return (
            f"the disruption budget {self.path} lets {self.allowed} of {len(self.pods)} pods here go, then one by one"
        )


def plan_drain(pods: Collection[Json], *, gone: Collection[tuple[str, str]] = ()) -> DrainPlan:
    """Return what a drain makes of a node's pods; `gone` are daemon sets (namespace, name) that are no more."""
    evict, daemon, static = [], [], []
    for item in pods:
        metadata = item.get("metadata") or {}
        owner = next((o for o in metadata.get("ownerReferences") or () if o.get("controller")), None)
        finished = (item.get("status") or {}).get("phase") in ("Succeeded", "Failed")
        kept = owner is not None and owner.get("kind") == "DaemonSet"
        lonely = owner is None or (kept and (metadata.get("namespace", ""), owner.get("name", "")) in gone)
        volumes = (item.get("spec") or {}).get("volumes") or ()
        pod = DrainPod(
            metadata.get("namespace", ""),
            metadata.get("name", ""),
            metadata.get("uid", ""),
            tuple(sorted((metadata.get("labels") or {}).items())),
            printable(f"{owner.get('kind', '')} {owner.get('name', '')}") if owner is not None else "",
            lonely and not finished,
            not finished and any("emptyDir" in volume for volume in volumes),
        )
        if MIRROR in (metadata.get("annotations") or {}):
            static.append(pod)
        elif kept and not lonely and not finished:
            daemon.append(pod)
        else:
            evict.append(pod)
    return DrainPlan(*(tuple(sorted(group, key=lambda pod: pod.path)) for group in (evict, daemon, static)))


def budgets_of(plan: DrainPlan, items: Collection[Json]) -> tuple[Budget, ...]:
    """Return the budgets that count pods which a drain evicts, from PodDisruptionBudgets as they were read."""
    found = []
    for item in items:
        metadata, status = item.get("metadata") or {}, item.get("status") or {}
        selector = _selector((item.get("spec") or {}).get("selector"))
        if selector is None:
            continue
        namespace = metadata.get("namespace", "")
        pods = tuple(pod for pod in plan.evict if pod.namespace == namespace and selector.matches(pod.labels))
        if pods:
            path = printable(f"{namespace}/{metadata.get('name', '')}")
            found.append(Budget(path, int(status.get("disruptionsAllowed") or 0), pods))
    return tuple(found)


def _selector(found: Mapping[str, Any] | None) -> Selector | None:
    """Return a label selector of an object; none at all picks nothing, an empty one everything."""
    if found is None:
        return None
    return Selector(
        (
            *(Requirement(key, "in", (value,)) for key, value in (found.get("matchLabels") or {}).items()),
            *(
                Requirement(one["key"], _OPERATORS.get(one["operator"], "exists"), tuple(one.get("values") or ()))
                for one in found.get("matchExpressions") or ()
            ),
        )
    )


def _names(pods: tuple[DrainPod, ...]) -> str:
    return ", ".join(pod.path for pod in pods)
