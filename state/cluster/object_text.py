"""One object as text to read: described, its events, or as YAML. For a thread: all block."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from state.clock import SYSTEM, Clock
from state.cluster import secrets
from state.cluster.describe import describe, told_events
from state.cluster.errors import ClusterError
from state.cluster.fetch import fetch, yaml_text
from state.cluster.kinds.kind import Resource
from state.cluster.transport import Transport


@dataclass(frozen=True, slots=True)
class SecretValues:
    """The values of one secret, told one at a time. `transport` may block and raise ClusterError, as the methods do."""

    transport: Callable[[], Transport]
    namespace: str
    name: str

    def holdings(self) -> tuple[secrets.Holding, ...]:
        """Return the keys with their sizes."""
        return secrets.holdings(self.transport(), self.namespace, self.name)

    def reveal(self, key: str) -> secrets.Value:
        """Return what a key holds."""
        return secrets.reveal(self.transport(), self.namespace, self.name, key)


@dataclass(frozen=True, slots=True)
class ObjectText:
    """Reads one object of a cluster. `transport` may block and raise ClusterError, as the methods do."""

    transport: Callable[[], Transport]
    resource: Resource
    namespace: str
    name: str
    clock: Clock = SYSTEM

    @property
    def title(self) -> str:
        """The object in words: `Pod payments/payments-api-0`."""
        path = f"{self.namespace}/{self.name}" if self.namespace else self.name
        return f"{self.resource.kind} {path}"

    @property
    def sheets(self) -> Mapping[str, Callable[[], str]]:
        """The ways to read it, by name."""
        return {"describe": self.description, "yaml": self.yaml, "managed": self.managed, "events": self.events}

    @property
    def values(self) -> SecretValues | None:
        """What it holds, when it is a secret."""
        if self.resource.group_kind != secrets.SECRETS.group_kind:
            return None
        return SecretValues(self.transport, self.namespace, self.name)

    def description(self) -> str:
        """Return it told in full, its events included, several lines safe to show."""
        return self._told(
            lambda: describe(self.transport(), self.resource, self.namespace, self.name, self.clock.wall())
        )

    def events(self) -> str:
        """Return the events of this object alone, the newest first, a line each, safe to show."""
        return told_events(self.transport(), self.resource, self.namespace, self.name, self.clock.wall())

    def yaml(self) -> str:
        """Return it as YAML without managed fields, safe to show; of a secret's values the sizes."""
        return self._told(lambda: yaml_text(fetch(self.transport(), self.resource, self.namespace, self.name)))

    def managed(self) -> str:
        """Return it as YAML with the managed fields, which say who set what."""
        return self._told(
            lambda: yaml_text(fetch(self.transport(), self.resource, self.namespace, self.name, managed=True))
        )

    def _told(self, read: Callable[[], str]) -> str:
        try:
            return read()
        except RecursionError:
            # Servers store objects of custom kinds ten thousand levels deep.
            raise ClusterError(f"{self.resource.kind} {self.name} is nested too deeply to be shown here") from None
