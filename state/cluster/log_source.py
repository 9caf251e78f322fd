"""Which log is meant, as a request, and how its container is."""

from collections.abc import Callable
from dataclasses import dataclass
from math import ceil
from typing import Any

from state.cluster import requests
from state.cluster.containers import ContainerState, container_state
from state.cluster.errors import ApiError
from state.cluster.transport import Request, Transport
from state.rfc3339 import timestamp

TAIL = 1000


@dataclass(frozen=True, slots=True)
class LogSource:
    """Which log, and how much of it."""

    namespace: str
    pod: str
    container: str
    previous: bool = False
    """The log of the container's instance before this one, which has an end."""
    follow: bool = True
    tail: int | None = TAIL
    """Lines from the end to begin with; None: all."""
    since: float | None = None
    """Seconds back from now to begin with; None: no limit."""
    uid: str = ""
    """The pod's; empty: whatever pod has that name."""

    @property
    def goes_on(self) -> bool:
        """Whether more may come after what there is."""
        return self.follow and not self.previous

    def request(self, after: float | None = None) -> Request:
        """Return the request; `after` (seconds since the epoch) goes on from there instead of tail and since."""
        query: list[tuple[str, str]] = [("container", self.container), ("timestamps", "true")]
        if self.previous:
            query.append(("previous", "true"))
        elif self.follow:
            query.append(("follow", "true"))
        if after is not None:
            query.append(("sinceTime", timestamp(float(int(after)))))
        else:
            if self.tail is not None:
                query.append(("tailLines", str(self.tail)))
            if self.since is not None:
                query.append(("sinceSeconds", str(max(1, ceil(self.since)))))
        return Request(f"{self.path}/log", tuple(query), accept="*/*", read_timeout=None if self.goes_on else 30.0)

    @property
    def path(self) -> str:
        """The request path of the pod."""
        return f"/api/v1/namespaces/{self.namespace}/pods/{self.pod}"


Look = Callable[[Transport, LogSource], ContainerState | None]


def look_at_container(transport: Transport, source: LogSource) -> ContainerState | None:
    """Return how a log's container is, None when its pod is gone or another of its name. Raises ClusterError."""
    try:
        pod: dict[str, Any] = requests.get(transport, source.path)
    except ApiError as error:
        if error.status == 404:
            return None
        raise
    if source.uid and (pod.get("metadata") or {}).get("uid") != source.uid:
        return None
    return container_state(pod, source.container)
