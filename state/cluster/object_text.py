"""One object as text to read: described, or as YAML. For a thread: both block."""

from collections.abc import Callable
from dataclasses import dataclass

from state.clock import SYSTEM, Clock
from state.cluster.describe import describe
from state.cluster.errors import ClusterError
from state.cluster.fetch import fetch, yaml_text
from state.cluster.kinds.kind import Resource
from state.cluster.transport import Transport


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

    def description(self) -> str:
        """Return it told in full, its events included, several lines safe to show."""
        return self._told(
            lambda: describe(self.transport(), self.resource, self.namespace, self.name, self.clock.wall())
        )

    def yaml(self) -> str:
        """Return it as YAML, several lines safe to show; of a secret's values the sizes."""
        return self._told(lambda: yaml_text(fetch(self.transport(), self.resource, self.namespace, self.name)))

    def _told(self, read: Callable[[], str]) -> str:
        try:
            return read()
        except RecursionError:
            # Servers store objects of custom kinds ten thousand levels deep.
            raise ClusterError(f"{self.resource.kind} {self.name} is nested too deeply to be shown here") from None
