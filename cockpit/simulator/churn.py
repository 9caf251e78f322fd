"""Changes in number: pods of the load that change, and pods that are replaced, so many a second."""

from random import Random

from cockpit.simulator.controllers.context import Context
from cockpit.simulator.controllers.deletion import delete
from cockpit.simulator.controllers.pods import is_ready
from cockpit.simulator.kinds import NAMESPACES, PODS, name_of, with_metadata
from cockpit.simulator.store import Object
from cockpit.simulator.world.load import LOAD_PREFIX

BEAT = "load.cockpit.dev/beat"
"""Annotation that counts how often a pod was changed for nothing."""
_TICK_SECONDS = 0.02
_RESTART_EVERY = 10
_SHUFFLED_EVERY_SECONDS = 5.0


class Churn:
    """Changes the pods of the load namespaces at a rate (all pods where there is no load).

    Nine changes of ten set an annotation, the tenth restarts a container. `replaced` pods a second are deleted, so
    that their replica sets make others. Rates are real seconds, whatever the world's speed.
    """

    def __init__(self, context: Context, changed: float, replaced: float, seed: int) -> None:
        self._context = context
        self._changed = changed
        self._replaced = replaced
        self._random = Random(f"churn {seed}")
        self._pods: list[tuple[str, str]] = []
        self._debt = [0.0, 0.0]
        self._count = 0
        self._last = context.clock.now()
        self._chosen = 0.0

    def begin(self) -> None:
        """Start."""
        if self._changed or self._replaced:
            self._context.agenda.soon(self._tick)

    def _tick(self) -> None:
        now = self._context.clock.now()
        # After a pause (a laptop's sleep) what was missed is not made up for.
        passed = min(1.0, now - self._last)
        self._last = now
        if not self._pods or now - self._chosen > _SHUFFLED_EVERY_SECONDS:
            self._choose(now)
        if self._pods:
            self._debt[0] += passed * self._changed
            self._debt[1] += passed * self._replaced
            while self._debt[0] >= 1:
                self._debt[0] -= 1
                self._change()
            while self._debt[1] >= 1:
                self._debt[1] -= 1
                self._replace()
        self._context.agenda.at(now + _TICK_SECONDS, self._tick)

    def _choose(self, now: float) -> None:
        names = [stored.object["metadata"]["name"] for stored in self._context.store.list(NAMESPACES)]
        load = [name for name in names if name.startswith(LOAD_PREFIX)]
        self._pods = [key for name in (load or names) for key in self._context.pods.names_in(name)]
        self._random.shuffle(self._pods)
        self._chosen = now

    def _next(self) -> Object | None:
        self._count += 1
        stored = self._context.store.get(PODS, *self._pods[self._count % len(self._pods)])
        if stored is None or not is_ready(stored.object) or "deletionTimestamp" in stored.object["metadata"]:
            return None
        return stored.object

    def _change(self) -> None:
        pod = self._next()
        if pod is None:
            return
        if self._count % _RESTART_EVERY == 0:
            changed = self._restarted(pod)
        else:
            annotations = {**pod["metadata"].get("annotations", {}), BEAT: str(self._count)}
            changed = with_metadata(pod, annotations=annotations)
        self._context.store.replace(PODS, changed)

    def _restarted(self, pod: Object) -> Object:
        now = self._context.now()
        first, *others = pod["status"]["containerStatuses"]
        started = first["state"]["running"]["startedAt"]
        end = {"exitCode": 0, "reason": "Completed", "startedAt": started, "finishedAt": now}
        again = {
            **first,
            "restartCount": first["restartCount"] + 1,
            "state": {"running": {"startedAt": now}},
            "lastState": {"terminated": end},
        }
        return {**pod, "status": {**pod["status"], "containerStatuses": [again, *others]}}

    def _replace(self) -> None:
        pod = self._next()
        if pod is not None:
            delete(self._context.store, self._context.clock, PODS, *name_of(pod))
