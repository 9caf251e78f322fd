"""A world whose time passes only when a test says so."""

from collections.abc import Callable

from cockpit.simulator.clock import WorldClock
from cockpit.simulator.controllers.deletion import delete
from cockpit.simulator.kinds import DEPLOYMENTS, PODS, REPLICA_SETS
from cockpit.simulator.store import Collection, Object, Store
from cockpit.simulator.story import begin, coming_images
from cockpit.simulator.world.build import build_production
from cockpit.simulator.world.live import LiveWorld

NIGHTFALL = 1_795_500_600.0
"""2026-11-24 05:30:00 UTC."""


class HandClock:
    """A clock that stands until it is moved."""

    def __init__(self, moment: float = NIGHTFALL) -> None:
        self.moment = moment

    def now(self) -> float:
        return self.moment


class HandWorld:
    """A production cluster driven step by step."""

    def __init__(
        self, *, story: str = "calm", speed: float = 1.0, seed: int = 1, nodes: int = 12, pods: int = 0
    ) -> None:
        self.hand = HandClock()
        self.store = Store(WorldClock(speed, self.hand.now), seed)
        self.built = build_production(self.store, seed=seed, nodes=nodes, pods=pods, story=story)
        self.world = LiveWorld(self.built, seed, coming_images(story))
        self.agenda = self.built.context.agenda
        begin(self.world, story)

    def run(self, seconds: float) -> None:
        """Let so many real seconds pass."""
        end = self.hand.moment + seconds
        while True:
            self.agenda.run_due()
            due = self.agenda.next_due()
            if due is None or due > end:
                self.hand.moment = end
                return
            self.hand.moment = max(self.hand.moment, due)

    def run_until(self, holds: Callable[[], bool], within: float) -> float:
        """Let time pass until something holds; return after how many seconds. Fails when it does not in time."""
        started = self.hand.moment
        while not holds():
            assert self.hand.moment - started < within, f"not within {within} s"
            self.run(0.25)
        return self.hand.moment - started

    def get(self, collection: Collection, namespace: str, name: str) -> Object:
        stored = self.store.get(collection, namespace, name)
        assert stored is not None, f"no {collection.plural} {namespace}/{name}"
        return stored.object

    def pods(self, namespace: str, app: str | None = None) -> list[Object]:
        found = [stored.object for stored in self.store.list(PODS, namespace)]
        if app is None:
            return found
        return [pod for pod in found if pod["metadata"]["labels"].get("app.kubernetes.io/name") == app]

    def replica_sets(self, namespace: str, app: str) -> list[Object]:
        found = [stored.object for stored in self.store.list(REPLICA_SETS, namespace)]
        found = [one for one in found if one["metadata"]["labels"].get("app.kubernetes.io/name") == app]
        return sorted(found, key=lambda one: int(one["metadata"]["annotations"]["deployment.kubernetes.io/revision"]))

    def change_spec(self, collection: Collection, namespace: str, name: str, **fields: object) -> None:
        """Change fields of a spec as a client does through the API server: with a new generation."""

        def change(obj: Object) -> Object:
            metadata = {**obj["metadata"], "generation": obj["metadata"].get("generation", 1) + 1}
            return {**obj, "metadata": metadata, "spec": {**obj["spec"], **fields}}

        self.store.update(collection, namespace, name, change)

    def undo(self, namespace: str, name: str) -> None:
        """Set a deployment's template back to the revision before, as `kubectl rollout undo` does."""
        before = self.replica_sets(namespace, name)[-2]["spec"]["template"]
        labels = {key: value for key, value in before["metadata"]["labels"].items() if key != "pod-template-hash"}
        template = {**before, "metadata": {**before["metadata"], "labels": labels}}
        self.change_spec(DEPLOYMENTS, namespace, name, template=template)

    def delete(self, collection: Collection, namespace: str, name: str) -> None:
        """Delete an object as a client does."""
        delete(self.store, self.store.clock, collection, namespace, name)
