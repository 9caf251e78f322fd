"""The last lines of the container that an alert is most likely about. Blocks."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from state.cluster import requests
from state.cluster.containers import containers_of
from state.cluster.errors import ApiError, ClusterError
from state.cluster.log_lines import LineCutter, Stamped, stamped
from state.cluster.log_masks import MASKS, Mask, Masker
from state.cluster.log_source import LogSource
from state.cluster.reflector import status_error
from state.cluster.transport import Answer, Transport
from state.polled import Denied
from state.ref import Ref

LINES = 100
_LARGEST = 1 << 20


@dataclass(frozen=True, slots=True)
class LogEnd:
    """The end of a log, the newest line last; `previous` when it is that of the run before the last restart."""

    pod: str
    container: str = ""
    previous: bool = False
    lines: tuple[Stamped, ...] = ()


@dataclass(slots=True)
class LogEndReader:
    """Reads the end of a pod's log. `pod` is set by the loop, None while there is none."""

    transport: Callable[[], Transport]
    container: str = ""
    """The container that the alert names, if it does."""
    masks: tuple[Mask, ...] = MASKS
    pod: Ref | None = None

    def fetch(self) -> LogEnd | None:
        """Return the last lines, None without a pod. Of one that crashes: of the run that crashed.

        Raises Denied or ClusterError.
        """
        ref = self.pod
        if ref is None:
            return None
        try:
            return self._read(self.transport(), ref)
        except ApiError as error:
            if error.denied:
                raise Denied(error.message) from None
            if error.status == 404:
                return LogEnd(ref.name)
            raise

    def _read(self, transport: Transport, ref: Ref) -> LogEnd:
        pod = requests.get(transport, f"/api/v1/namespaces/{ref.namespace}/pods/{ref.name}")
        container, crashed = choose(pod, self.container)
        if crashed:
            try:
                return self._end(transport, ref, container, previous=True)
            except ApiError as error:
                # The run before is kept for as long as the node likes.
                if error.status != 400:
                    raise
        try:
            return self._end(transport, ref, container, previous=False)
        except ApiError as error:
            if error.status == 400 and "waiting to start" in error.message:
                return LogEnd(ref.name, container)
            raise

    def _end(self, transport: Transport, ref: Ref, container: str, *, previous: bool) -> LogEnd:
        source = LogSource(ref.namespace, ref.name, container, previous=previous, follow=False, tail=LINES)
        answer = transport.call(source.request())
        error: ClusterError | None = status_error(answer)
        if error is not None:
            raise error
        return LogEnd(ref.name, container, previous, tuple(self._lines(answer)))

    def _lines(self, answer: Answer) -> list[Stamped]:
        masker, cutter = Masker(self.masks), LineCutter()
        found = [stamped(line) for line in (*cutter.feed(answer.body[-_LARGEST:]), *cutter.end())]
        return [line._replace(text=masker.masked(line.text)) for line in found]


def choose(pod: dict[str, Any], wanted: str = "") -> tuple[str, bool]:
    """Return the container whose log says most, and whether the run before its last restart is meant.

    The one that is wanted, else the one that does worst, else the pod's own default.
    """
    containers = containers_of(pod)
    status = pod.get("status") or {}
    statuses = [
        one
        for key in ("containerStatuses", "initContainerStatuses")
        for one in status.get(key) or ()
        if isinstance(one, dict)
    ]
    by_name = {str(one.get("name", "")): one for one in statuses}
    if wanted in by_name:
        chosen = wanted
    else:
        worst = max(statuses, key=_trouble, default=None)
        if worst is not None and any(_trouble(worst)):
            chosen = str(worst.get("name", ""))
        else:
            chosen = containers.chosen or next(iter(containers.proper or containers.names), "")
    return chosen, _crashed(by_name.get(chosen, {}))


def _trouble(status: dict[str, Any]) -> tuple[bool, bool, int]:
    """How badly a container does: whether it crashes, whether it waits, and how often it began while not ready."""
    restarts = 0 if status.get("ready") else int(status.get("restartCount") or 0)
    return _crashed(status), "waiting" in (status.get("state") or {}), restarts


def _crashed(status: dict[str, Any]) -> bool:
    """Whether a container waits to be started again, or is up but not ready after it ended badly."""
    state, last = status.get("state") or {}, status.get("lastState") or {}
    ended = last.get("terminated") or {}
    waiting = str((state.get("waiting") or {}).get("reason", ""))
    if waiting == "CrashLoopBackOff":
        return True
    return bool(ended) and ended.get("exitCode") != 0 and not status.get("ready") and "running" in state
