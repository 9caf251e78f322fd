"""What every controller is given."""

from dataclasses import dataclass
from random import Random

from cockpit.simulator.agenda import Agenda
from cockpit.simulator.clock import WorldClock, timestamp
from cockpit.simulator.controllers.events import EventRecorder
from cockpit.simulator.controllers.hub import Hub
from cockpit.simulator.controllers.pods import PodIndex
from cockpit.simulator.store import Store

_NAME_LETTERS = "bcdfghjklmnpqrstvwxz2456789"


@dataclass(frozen=True, slots=True)
class Context:
    """The shared parts of one world's control plane."""

    store: Store
    clock: WorldClock
    agenda: Agenda
    hub: Hub
    events: EventRecorder
    pods: PodIndex
    random: Random

    def now(self) -> str:
        """Return this moment as Kubernetes writes it."""
        return timestamp(self.clock.now())

    def suffix(self) -> str:
        """Return five letters that end a generated name."""
        return "".join(self.random.choices(_NAME_LETTERS, k=5))


def open_context(store: Store, seed: int) -> Context:
    """Return the shared parts for a store that already holds its objects."""
    agenda = Agenda(store.clock)
    hub = Hub(store)
    return Context(
        store, store.clock, agenda, hub, EventRecorder(store, agenda), PodIndex(store, hub), Random(f"names {seed}")
    )
