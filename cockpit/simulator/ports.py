"""What the parts of the simulator ask of each other."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from cockpit.simulator.shell.console import Console


@dataclass(frozen=True, slots=True)
class Usage:
    """What a pod's container or a node uses now: CPU in cores, memory in bytes."""

    cpu: float
    memory: float


@dataclass(frozen=True, slots=True)
class Traffic:
    """What an app's service answers at a moment: requests a second, the share that fails with 5xx, latencies."""

    rate: float
    error_ratio: float
    median_seconds: float
    p95_seconds: float


class CannotStart(Exception):
    """Nothing could be run or reached in a pod; the text is the kubelet's."""


class Pipe(Protocol):
    """A connection as the one who serves it sees it."""

    async def read(self) -> bytes:
        """Return the next bytes, `b""` at the end."""
        ...

    async def write(self, data: bytes) -> None:
        """Send bytes, as fast as the other end takes them."""
        ...


class Kubelets(Protocol):
    """What the kubelets of the world know and the API server only passes on."""

    def containers_usage(self, namespace: str, pod: str) -> dict[str, Usage]:
        """Return the use of each running container of a pod, empty when nothing runs."""
        ...

    def node_usage(self, node: str) -> Usage:
        """Return a node's use."""
        ...

    def log_lines(self, namespace: str, pod: str, container: str, *, previous: bool) -> list[tuple[float, str]]:
        """Return what a container wrote so far, oldest first, with the moment of each line."""
        ...

    def follow_log(self, namespace: str, pod: str, container: str, after: float) -> AsyncIterator[tuple[float, str]]:
        """Yield the lines a container writes after a moment; ends when the container does."""
        ...

    async def execute(self, namespace: str, pod: str, container: str, command: list[str], console: "Console") -> int:
        """Run a command in a container and return its exit code. Raises CannotStart."""
        ...

    async def attach(self, namespace: str, pod: str, container: str, console: "Console") -> int:
        """Join a container's first process until it ends; return its exit code. Raises CannotStart."""
        ...

    async def connect(self, namespace: str, pod: str, port: int, pipe: Pipe) -> None:
        """Serve a connection to a port of a pod until either side ends it. Raises CannotStart."""
        ...


class Platform(Protocol):
    """The world as a monitoring system sees it. Each function answers for any past moment up to now."""

    def services(self) -> list[tuple[str, str]]:
        """Return the `(namespace, service)` pairs that answer HTTP requests."""
        ...

    def traffic(self, namespace: str, service: str, when: float) -> Traffic:
        """Return what a service answered at a moment."""
        ...

    def disk_used_ratio(self, node: str, when: float) -> float:
        """Return the used share of a node's root disk."""
        ...

    def certificates(self) -> list[tuple[str, str, float]]:
        """Return `(namespace, name, not after)` of the certificates, the last as seconds since the epoch."""
        ...

    def container_usage(self, namespace: str, pod: str, container: str, when: float) -> Usage:
        """Return a container's use at a moment."""
        ...

    def node_usage_at(self, node: str, when: float) -> Usage:
        """Return a node's use at a moment."""
        ...

    @property
    def opened(self) -> float:
        """When the world began to run live, in seconds since the epoch; before it lies made history."""
        ...
