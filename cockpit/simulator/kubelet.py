"""What the kubelets tell of their pods and do in them: usage, logs, processes."""

from collections.abc import AsyncIterator

from cockpit.simulator.controllers.context import Context
from cockpit.simulator.kinds import PODS
from cockpit.simulator.logs import LogBook
from cockpit.simulator.pod_lives import status_of
from cockpit.simulator.ports import Pipe, Usage
from cockpit.simulator.processes import Processes
from cockpit.simulator.shell.console import Console
from cockpit.simulator.usage import UsageModel

_LOOKED_AGAIN_SECONDS = 0.5


class Kubelet:
    """The kubelets of all nodes as the API server asks them. Implements the port `Kubelets`."""

    def __init__(self, context: Context, usage: UsageModel, logs: LogBook, processes: Processes) -> None:
        self._context = context
        self._store = context.store
        self._usage = usage
        self._logs = logs
        self._processes = processes

    def containers_usage(self, namespace: str, pod: str) -> dict[str, Usage]:
        """Return the use of each running container of a pod, empty when nothing runs."""
        stored = self._store.get(PODS, namespace, pod)
        return {} if stored is None else self._usage.of_pod(stored.object, self._context.clock.now())

    def node_usage(self, node: str) -> Usage:
        """Return a node's use."""
        return self._usage.of_node(node, self._context.clock.now())

    def log_lines(self, namespace: str, pod: str, container: str, *, previous: bool) -> list[tuple[float, str]]:
        """Return what a container wrote so far, oldest first, with the moment of each line."""
        stored = self._store.get(PODS, namespace, pod)
        if stored is None:
            return []
        return self._logs.lines(stored.object, container, self._context.clock.now(), previous=previous)

    async def follow_log(
        self, namespace: str, pod: str, container: str, after: float
    ) -> AsyncIterator[tuple[float, str]]:
        """Yield the lines a container writes after a moment; ends when the container does."""
        agenda, clock = self._context.agenda, self._context.clock
        seen = after
        run: int | None = None
        while True:
            stored = self._store.get(PODS, namespace, pod)
            if stored is None:
                return
            status = status_of(stored.object, container)
            if status is None or (run is not None and status["restartCount"] != run):
                return
            run = status["restartCount"]
            for moment, line in self._logs.lines(stored.object, container, clock.now(), previous=False, since=seen):
                if moment > seen:
                    seen = moment
                    yield moment, line
            if "running" not in status["state"]:
                return
            upcoming = self._logs.next_moment(stored.object, container, clock.now())
            await agenda.sleep_until(min(upcoming, clock.now() + _LOOKED_AGAIN_SECONDS))

    async def execute(self, namespace: str, pod: str, container: str, command: list[str], console: Console) -> int:
        """Run a command in a container and return its exit code. Raises CannotStart."""
        return await self._processes.execute(namespace, pod, container, command, console)

    async def attach(self, namespace: str, pod: str, container: str, console: Console) -> int:
        """Join a container's first process until it ends; return its exit code. Raises CannotStart."""
        return await self._processes.attach(namespace, pod, container, console)

    async def connect(self, namespace: str, pod: str, port: int, pipe: Pipe) -> None:
        """Serve a connection to a port of a pod until either side ends it. Raises CannotStart."""
        await self._processes.connect(namespace, pod, port, pipe)
