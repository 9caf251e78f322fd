"""Port-forwards: local ports that lead to ready pods, for as long as the program runs."""

import errno
import itertools
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import Enum

from state import threads
from state.clock import SYSTEM, Clock
from state.cluster.errors import ApiError, ClusterError
from state.cluster.local_ports import HOST, listen
from state.cluster.pod_choice import PodChoice
from state.cluster.transport import Transport
from state.cluster.tunnel import NotReached, Tunnel, open_port
from state.operation import Refused
from state.ref import Ref

MOST_CONNECTIONS = 128
_ATTEMPTS = 3


class Way(Enum):
    """How a forward is."""

    READY = "ready"
    FAILING = "failing"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class Forwarded:
    """A forward as a list shows it. Byte counts are of all its connections so far."""

    number: int
    cluster: str
    namespace: str
    target: str
    """What was asked for: `pod/web-1`, `service/web`."""
    pod: str
    """The pod the last connection went to."""
    local: int
    remote: int
    since: float
    """When it was opened, in seconds since the epoch."""
    way: Way = Way.READY
    open: int = 0
    """Connections right now."""
    opened: int = 0
    sent: int = 0
    """Bytes to the pod."""
    received: int = 0
    error: str = ""
    """Why the last connection failed, empty once one went well."""

    @property
    def address(self) -> str:
        """Where it listens."""
        return f"{HOST}:{self.local}"


class Forward:
    """One local port. All methods may be called from any thread."""

    def __init__(
        self,
        number: int,
        transport: Callable[[], Transport],
        ref: Ref,
        choice: PodChoice,
        pod: str,
        remote: int,
        listener: socket.socket,
        now: float,
    ) -> None:
        self._transport = transport
        self._choice = choice
        self._listener = listener
        self._lock = threading.Lock()
        self._tunnels: set[Tunnel] = set()
        local = listener.getsockname()[1]
        target = f"{ref.group_kind.kind.lower()}/{ref.name}"
        self._now = Forwarded(number, ref.cluster, ref.namespace, target, pod, local, remote, now)

    @property
    def now(self) -> Forwarded:
        """How it is."""
        with self._lock:
            return self._now

    def begin(self) -> None:
        """Listen."""
        threads.start(f"port-forward {self._now.local}", self._accept)

    def stop(self) -> None:
        """End it and its connections at once; the local port is free again."""
        with self._lock:
            self._now = replace(self._now, way=Way.STOPPED)
            tunnels = list(self._tunnels)
        try:
            # Closing alone would leave a thread waiting for a connection.
            self._listener.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        self._listener.close()
        for tunnel in tunnels:
            tunnel.stop()

    def _accept(self) -> None:
        while True:
            try:
                local, _ = self._listener.accept()
            except OSError as error:
                if error.errno in (errno.EMFILE, errno.ENFILE, errno.ECONNABORTED) and self.now.way is not Way.STOPPED:
                    self._fail(f"no connection could be taken: {error.strerror}")
                    continue
                return
            tunnel = Tunnel(local, self._count)
            with self._lock:
                full = len(self._tunnels) >= MOST_CONNECTIONS or self._now.way is Way.STOPPED
                if not full:
                    self._tunnels.add(tunnel)
                    self._now = replace(self._now, open=len(self._tunnels), opened=self._now.opened + 1)
            if full:
                local.close()
                self._fail(f"more than {MOST_CONNECTIONS} connections at once")
                continue
            threads.start(f"port-forward {self._now.local} connection", lambda t=tunnel, s=local: self._serve(t, s))  # type: ignore[misc]

    def _serve(self, tunnel: Tunnel, local: socket.socket) -> None:
        try:
            with local:
                self._lead(tunnel)
        except (ClusterError, Refused, NotReached) as error:
            self._fail(str(error))
        finally:
            with self._lock:
                self._tunnels.discard(tunnel)
                self._now = replace(self._now, open=len(self._tunnels))

    def _lead(self, tunnel: Tunnel) -> None:
        """Lead a connection to a pod; where that one is not to be reached any more, to the next."""
        avoid = ""
        for attempt in itertools.count(1):
            transport = self._transport()
            pod = self._choice.choose(transport, avoid)
            name, avoid = str(pod["metadata"]["name"]), str(pod["metadata"].get("uid", ""))
            try:
                conversation = open_port(transport, self._choice.namespace, name, self._now.remote)
                with self._lock:
                    self._now = replace(self._now, pod=name)
                tunnel.run(conversation)
            except (NotReached, ApiError) as error:
                denied = isinstance(error, ApiError) and error.denied
                if denied or attempt >= _ATTEMPTS:
                    raise
                continue
            with self._lock:
                if self._now.way is Way.FAILING:
                    self._now = replace(self._now, way=Way.READY, error="")
            return

    def _fail(self, words: str) -> None:
        with self._lock:
            if self._now.way is not Way.STOPPED:
                self._now = replace(self._now, way=Way.FAILING, error=words)

    def _count(self, sent: int, received: int) -> None:
        with self._lock:
            now = self._now
            self._now = replace(now, sent=now.sent + sent, received=now.received + received)


class Forwards:
    """All forwards of a program. All methods may be called from any thread; `open` blocks."""

    def __init__(self, clock: Clock = SYSTEM) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._numbers = itertools.count(1)
        self._all: dict[int, Forward] = {}

    def open(
        self, transport: Callable[[], Transport], ref: Ref, choice: PodChoice, remote: int, local: int = 0
    ) -> Forwarded:
        """Lead a local port (0: a free one) to a port of a ready pod. Raises Refused, ClusterError."""
        pod = choice.choose(transport())
        listener = listen(local)
        forward = Forward(
            next(self._numbers),
            transport,
            ref,
            choice,
            str(pod["metadata"]["name"]),
            remote,
            listener,
            self._clock.wall(),
        )
        with self._lock:
            self._all[forward.now.number] = forward
        forward.begin()
        return forward.now

    def list(self) -> tuple[Forwarded, ...]:
        """Return them in the order they were opened."""
        with self._lock:
            forwards = list(self._all.values())
        return tuple(forward.now for forward in forwards)

    def stop(self, number: int) -> Forwarded | None:
        """End one; return how it was, None when there is none of that number."""
        with self._lock:
            forward = self._all.pop(number, None)
        if forward is None:
            return None
        forward.stop()
        return forward.now

    def close(self) -> None:
        """End all."""
        for one in self.list():
            self.stop(one.number)
