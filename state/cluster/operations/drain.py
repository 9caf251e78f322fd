"""Draining a node: cordoned, then its pods evicted so that controllers make them elsewhere, as `kubectl drain` does."""

from dataclasses import dataclass, field, replace
from typing import ClassVar, Self

from state.cell import Cell, Tone
from state.clock import SYSTEM, Clock
from state.cluster import requests
from state.cluster.access import allowed
from state.cluster.errors import ApiError, ClusterError, Unreachable
from state.cluster.operations.cordon import Cordon
from state.cluster.operations.drain_plan import DrainOptions, DrainPlan, DrainPod, budgets_of, plan_drain
from state.cluster.operations.evictions import Evictions
from state.cluster.operations.object_operation import Line, ObjectOperation, labelled
from state.cluster.requests import Json
from state.cluster.transport import Query, Transport
from state.operation import Course, Outcome, Permission, Preview, Refused
from state.printable import printable

_NAMED = 20
"""How many pods are named in the words about what came of it; the details name all."""


@dataclass(frozen=True, slots=True)
class Drain(ObjectOperation):
    """Empty a node. Whatever ends it early, the node stays cordoned and the outcome says so (a `LongOperation`)."""

    options: DrainOptions = field(default_factory=DrainOptions)
    course: Course = field(default_factory=Course)
    clock: Clock = SYSTEM
    lost: frozenset[str] | None = None
    """The uids of the pods that were said to be lost, or to lose data; set, `run` takes no others."""

    id: ClassVar[str] = "drain"

    @property
    def title(self) -> str:
        return f"Drain {self.called}"

    def along(self, course: Course) -> Self:
        """Return the same operation, tied to a course."""
        return replace(self, course=course)

    def permitted(self) -> str:
        transport = self.transport()
        for permission in (self.asks("patch"), Permission("list", "", "pods")):
            if refusal := allowed(transport, permission):
                return refusal
        everywhere = allowed(transport, Permission("create", "", "pods", subresource="eviction"))
        if not everywhere:
            return ""
        namespaces = sorted({pod.namespace for pod in self._plan(transport).evict})
        asked = (Permission("create", "", "pods", one, subresource="eviction") for one in namespaces)
        return next((refusal for one in asked if (refusal := allowed(transport, one))), "")

    def plan(self) -> DrainPlan:
        """Return what becomes of the node's pods, before any option is chosen. Raises as `preview`."""
        return self._plan(self.transport())

    def planned(self) -> Self:
        """Return the same operation, tied to the pods that would be lost now. Asks the server."""
        return replace(self, lost=self.plan().lost())

    def preview(self) -> Preview:
        transport = self.transport()
        node = self.read(transport)
        plan = self._startable(transport)
        if not _is_cordoned(node):
            self._cordon(transport).preview()
        return Preview(_lines(node, plan), (*self._warnings(plan), *self._budgets(transport, plan)))

    def run(self) -> Outcome:
        transport = self.transport()
        node = self.read(transport)
        self._startable(transport)
        if not _is_cordoned(node):
            try:
                self._cordon(transport).run()
            except Unreachable as error:
                words = f"{self.called} is not drained: no answer to cordoning it, look whether it is cordoned"
                return Outcome(False, f"{words} ({error})")
        # From here on nothing is raised: the node is cordoned, and that has to be said.
        try:
            plan = self._startable(transport)
        except (Refused, ClusterError) as error:
            return self._ended(str(error), DrainPlan((), (), ()), None)
        evictions = Evictions(
            transport, plan.evict, self.options, lambda: self._here(transport), self.course, self.clock
        )
        return self._ended(evictions.run(), plan, evictions)

    # --- asking ---

    def _startable(self, transport: Transport) -> DrainPlan:
        """Return the plan. Raises Refused when something keeps the drain from starting."""
        plan = self._plan(transport)
        obstacles = plan.obstacles(self.options)
        if obstacles:
            raise Refused(f"{self.called} cannot be drained so: it has pods {'; pods '.join(obstacles)}")
        if self.lost is not None and (new := plan.lost() - self.lost):
            names = ", ".join(pod.path for pod in plan.evict if pod.uid in new)
            raise Refused(f"since the preview pods came that would be lost: {names}; look again")
        return plan

    def _plan(self, transport: Transport) -> DrainPlan:
        pods = self._pods(transport, self.options.pod_selector)
        wanted = {
            (pod["metadata"]["namespace"], owner["name"])
            for pod in pods
            for owner in pod["metadata"].get("ownerReferences") or ()
            if owner.get("controller") and owner.get("kind") == "DaemonSet"
        }
        gone = [one for one in sorted(wanted) if _is_gone(transport, *one)]
        return plan_drain(pods, gone=gone)

    def _pods(self, transport: Transport, selector: str = "") -> list[Json]:
        query: Query = (("fieldSelector", f"spec.nodeName={self.subject.name}"),)
        if selector:
            query += (("labelSelector", selector),)
        found: list[Json] = requests.get(transport, "/api/v1/pods", query).get("items") or []
        return found

    def _here(self, transport: Transport) -> frozenset[str]:
        return frozenset(str(pod["metadata"].get("uid", "")) for pod in self._pods(transport))

    def _cordon(self, transport: Transport) -> Cordon:
        return Cordon(lambda: transport, self.resource, self.subject, self.uid, True)

    # --- saying ---

    def _warnings(self, plan: DrainPlan) -> list[str]:
        warnings = []
        if plan.unmanaged:
            warnings.append(f"nothing brings back {_count(plan.unmanaged)} without a controller")
        if plan.empty_dir:
            warnings.append(f"the emptyDir data of {_count(plan.empty_dir)} is deleted")
        if self.options.grace == 0:
            warnings.append("grace 0: pods are killed at once")
        return warnings

    def _budgets(self, transport: Transport, plan: DrainPlan) -> list[str]:
        items: list[Json] = []
        for namespace in sorted({pod.namespace for pod in plan.evict}):
            try:
                found = requests.get(transport, f"/apis/policy/v1/namespaces/{namespace}/poddisruptionbudgets")
            except ApiError as error:
                return [f"disruption budgets of {printable(namespace)} could not be read: {error}"]
            items += found.get("items") or ()
        return [words for budget in budgets_of(plan, items) if (words := budget.words)]

    def _ended(self, why: str, plan: DrainPlan, evictions: Evictions | None) -> Outcome:
        gone = evictions.gone if evictions is not None else []
        stay = len(plan.daemon) + len(plan.static)
        details = {"evicted": ", ".join(pod.path for pod in gone)}
        if not why:
            words = f"{self.called} is drained: {_count(gone)} evicted"
            return Outcome(True, f"{words}, {stay} of daemon sets or static left" if stay else words, details)
        words = f"{self.called} stays cordoned and is not drained: {why}"
        if evictions is not None:
            words += f"; {len(gone)} of {_count(plan.evict)} are gone"
            left = [*evictions.ending, *evictions.waiting, *evictions.failed]
            details["left"] = ", ".join(pod.path for pod in left)
            refused = {pod: said for pod, said in evictions.waiting.items() if said}
            details |= {pod.path: said for pod, said in refused.items()}
            said = [f"{pod.path} waits: {reason}" for pod, reason in list(refused.items())[:_NAMED]]
            words = "; ".join([words, *said])
        return Outcome(False, words, details)


def _is_cordoned(node: Json) -> bool:
    return bool((node.get("spec") or {}).get("unschedulable"))


def _is_gone(transport: Transport, namespace: str, name: str) -> bool:
    """Return whether a daemon set is no more; one that may not be read is taken to be there."""
    try:
        requests.get(transport, f"/apis/apps/v1/namespaces/{namespace}/daemonsets/{name}")
    except ApiError as error:
        return error.status == 404
    return False


def _lines(node: Json, plan: DrainPlan) -> tuple[Line, ...]:
    cordon = "it is cordoned already" if _is_cordoned(node) else "it is cordoned first"
    lines: list[Line] = [labelled("node", Cell(cordon))]
    groups = (
        ("lost", plan.unmanaged, "no controller"),
        ("data", tuple(pod for pod in plan.empty_dir if not pod.unmanaged), "emptyDir"),
        ("evict", tuple(pod for pod in plan.evict if not pod.unmanaged and not pod.empty_dir), ""),
        ("stay", plan.daemon, ""),
        ("stay", plan.static, "static"),
    )
    for word, pods, why in groups:
        lines += [labelled(word, Cell(pod.path), Cell(f"  {why or pod.owner}", Tone.QUIET)) for pod in pods]
    if not plan.evict:
        lines.append(labelled("evict", Cell("no pods", Tone.QUIET)))
    return tuple(lines)


def _count(pods: tuple[DrainPod, ...] | list[DrainPod]) -> str:
    return f"{len(pods)} {'pod' if len(pods) == 1 else 'pods'}"
