"""Evicting pods until all are gone, refused ones again and again; time, waiting and the watcher are given."""

import math
from collections.abc import Callable
from dataclasses import dataclass, field

from state.clock import Clock
from state.cluster import requests
from state.cluster.errors import ApiError, ClusterError, Unreachable
from state.cluster.operations.drain_plan import DrainOptions, DrainPod
from state.cluster.transport import Transport
from state.operation import Course, Progress

RETRY_SECONDS = 5.0
"""After how long a refused eviction is tried again, as kubectl does."""
LOOK_SECONDS = 1.0
"""How often it is looked whether pods that were told to end are gone."""
LOST_AFTER = 3
"""How many times in a row the server may not answer."""


@dataclass(frozen=True, slots=True)
class DrainProgress(Progress):
    """How far the evictions are. Pods are named `namespace/name`."""

    ending: tuple[str, ...] = ()
    """Those that were told to end and are still there."""
    refused: tuple[tuple[str, str], ...] = ()
    """Those that wait, with the server's words, which name the budget."""


@dataclass(slots=True)
class Evictions:
    """One run of evictions. `here` gives the uids of the pods that are still on the node; it raises ClusterError."""

    transport: Transport
    pods: tuple[DrainPod, ...]
    options: DrainOptions
    here: Callable[[], frozenset[str]]
    course: Course
    clock: Clock

    gone: list[DrainPod] = field(default_factory=list)
    ending: list[DrainPod] = field(default_factory=list)
    waiting: dict[DrainPod, str] = field(default_factory=dict)
    """Those that were not told to end yet, with the server's last refusal."""
    failed: dict[DrainPod, str] = field(default_factory=dict)
    """Those that the server refuses whatever time passes, with its words."""

    def run(self) -> str:
        """Evict; return an empty string when all are gone, else why it ended before, in words."""
        begun = self.clock.elapsed()
        deadline = begun + self.options.timeout if self.options.timeout else math.inf
        self.waiting = dict.fromkeys(self.pods, "")
        next_try, unanswered = begun, 0
        while True:
            if self.course.stopped:
                return "it was stopped"
            now = self.clock.elapsed()
            if now >= deadline:
                return f"it was not done after {self.options.timeout:.0f} s"
            trouble = ""
            try:
                if now >= next_try:
                    self._evict_all()
                    next_try = now + RETRY_SECONDS
                self._look()
            except Unreachable as error:
                unanswered += 1
                if unanswered >= LOST_AFTER:
                    return f"the cluster does not answer: {error}"
                next_try, trouble = now + RETRY_SECONDS, f"; {error}: tried again in {RETRY_SECONDS:.0f} s"
            except ClusterError as error:
                return str(error)
            else:
                unanswered = 0
            self.course.tell(self._progress(trouble))
            if not self.waiting and not self.ending:
                return self._failures()
            pause = LOOK_SECONDS if self.ending and not unanswered else RETRY_SECONDS
            self.course.pause(min(pause, deadline - now))

    def _evict_all(self) -> None:
        for pod in list(self.waiting):
            if self.course.stopped:
                return
            self._evict(pod)

    def _evict(self, pod: DrainPod) -> None:
        options: dict[str, object] = {"preconditions": {"uid": pod.uid}}
        if self.options.grace is not None:
            options["gracePeriodSeconds"] = self.options.grace
        body = {
            "apiVersion": "policy/v1",
            "kind": "Eviction",
            "metadata": {"name": pod.name, "namespace": pod.namespace},
            "deleteOptions": options,
        }
        try:
            requests.post(self.transport, f"/api/v1/namespaces/{pod.namespace}/pods/{pod.name}/eviction", body)
        except ApiError as error:
            reasons = {cause.reason: cause.message for cause in error.causes}
            if error.status in (404, 409):
                # Gone, or another pod of the same name by now: stateful sets make them.
                del self.waiting[pod]
                self.gone.append(pod)
            elif error.status == 429 or "NamespaceTerminating" in reasons:
                self.waiting[pod] = reasons.get("DisruptionBudget") or error.message
            else:
                del self.waiting[pod]
                self.failed[pod] = error.message
        else:
            del self.waiting[pod]
            self.ending.append(pod)

    def _look(self) -> None:
        here = self.here()
        self.gone += [pod for pod in self.ending if pod.uid not in here]
        self.ending = [pod for pod in self.ending if pod.uid in here]
        for pod in [one for one in self.waiting if one.uid not in here]:
            del self.waiting[pod]
            self.gone.append(pod)

    def _progress(self, trouble: str) -> DrainProgress:
        text = f"{len(self.gone)} of {len(self.pods)} pods are gone"
        refused = tuple((pod.path, words) for pod, words in self.waiting.items() if words)
        if self.ending:
            text += f", {len(self.ending)} ending"
        if refused:
            name, words = refused[0]
            more = f" and {len(refused) - 1} more wait" if len(refused) > 1 else ""
            text += f"; {name} waits: {words}{more}"
        ending = tuple(pod.path for pod in self.ending)
        return DrainProgress(text + trouble, len(self.gone), len(self.pods), ending, refused)

    def _failures(self) -> str:
        return "; ".join(f"{pod.path} cannot be evicted: {words}" for pod, words in self.failed.items())
