"""Prometheus and Alertmanager found in the cluster, where none is configured, and reached through its API server."""

import threading
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from state.clock import SYSTEM, Clock
from state.cluster import requests
from state.cluster.errors import ApiError, ClusterError
from state.cluster.server_services import SELECTORS, Candidate, Json, Kind, candidates
from state.cluster.service_way import ServiceWay
from state.cluster.transport import Transport
from state.endpoint import Endpoint
from state.reply import ABSENT, AUTH, UNREACHABLE, NoAnswer, Reply

LOOKED = 300.0
"""Seconds before a cluster in which nothing was found is searched again."""
USUAL = ("monitoring", "observability", "prometheus", "kube-prometheus-stack", "cattle-monitoring-system")
"""Namespaces that are searched where not all may be."""
_MOST = 500
_READY = "/-/ready"
_NAMES = {"prometheus": "Prometheus", "alertmanager": "Alertmanager"}


class Services:
    """The Services of a cluster that look like a Prometheus or an Alertmanager. Any thread; blocks."""

    def __init__(
        self, transport: Callable[[], Transport], namespaces: Sequence[str] = (), clock: Clock = SYSTEM
    ) -> None:
        """`namespaces` are what is read of the cluster, empty: all."""
        self.transport = transport
        self._namespaces = tuple(dict.fromkeys((*namespaces, *USUAL)))
        self._clock = clock
        self._lock = threading.Lock()
        self._listed: tuple[float, tuple[Json, ...]] = (float("-inf"), ())

    def candidates(self, kind: Kind) -> tuple[Candidate, ...]:
        """Return what looks like servers of a kind, the surest first. Raises ClusterError."""
        with self._lock:
            now = self._clock.elapsed()
            if now - self._listed[0] >= LOOKED:
                self._listed = now, tuple(self._list())
            return candidates(self._listed[1], kind)

    def ready(self, candidate: Candidate) -> bool:
        """Return whether a pod behind a Service is ready; one whose pods may not be seen counts as ready.

        Raises ClusterError.
        """
        path = f"/apis/discovery.k8s.io/v1/namespaces/{candidate.namespace}/endpointslices"
        query = (("labelSelector", f"kubernetes.io/service-name={candidate.name}"), ("limit", str(_MOST)))
        try:
            slices = requests.get(self.transport(), path, query).get("items") or ()
        except ApiError as error:
            if error.status in (403, 404):
                return True
            raise
        return any(_ready(endpoint) for slice_ in slices for endpoint in slice_.get("endpoints") or ())

    def look_again(self) -> None:
        """Forget what was listed: something is not as it was."""
        with self._lock:
            self._listed = float("-inf"), ()

    def _list(self) -> Iterable[Json]:
        try:
            yield from self._matching("/api/v1/services")
            return
        except ApiError as error:
            if not error.denied:
                raise
        for namespace in self._namespaces:
            try:
                yield from self._matching(f"/api/v1/namespaces/{namespace}/services")
            except ApiError as error:
                if error.status not in (403, 404):
                    raise

    def _matching(self, path: str) -> list[Json]:
        found: list[Json] = []
        for selector in SELECTORS:
            query = (("labelSelector", selector), ("limit", str(_MOST)))
            found += requests.get(self.transport(), path, query).get("items") or ()
        return found


class FoundWay:
    """The way to a server that is looked for in the cluster when it is first asked (a `Way`)."""

    through = "api"
    name = ""
    timeout = 5.0

    def __init__(self, kind: Kind, services: Services) -> None:
        self._kind = kind
        self._services = services
        self._lock = threading.Lock()
        self._way: ServiceWay | None = None

    def __str__(self) -> str:
        way = self._way
        return str(way) if way is not None else f"{_NAMES[self._kind]} in the cluster"

    @property
    def url(self) -> str:
        way = self._way
        return way.url if way is not None else ""

    def exchange(self, method: str, path: str, **parts: Any) -> Reply:
        way = self.found()
        try:
            return way.exchange(method, path, **parts)
        except NoAnswer as error:
            if error.kind == UNREACHABLE:
                # It may have moved, or another one may be ready.
                self._forget(way)
            raise

    def why_not(self, verb: str) -> str:
        return self.found().why_not(verb)

    def found(self) -> ServiceWay:
        """Return the way to the surest Service with a pod that is ready. Raises NoAnswer, `absent` for none."""
        with self._lock:
            if self._way is None:
                self._way = self._find()
            return self._way

    def others(self) -> tuple[Candidate, ...]:
        """Return what else in the cluster looks like such a server. Raises NoAnswer."""
        try:
            there = self._services.candidates(self._kind)
        except ClusterError as error:
            raise NoAnswer(UNREACHABLE, str(error)) from None
        return tuple(one for one in there if one.url != self.url)

    def _find(self) -> ServiceWay:
        services, name = self._services, _NAMES[self._kind]
        try:
            there = services.candidates(self._kind)
            for one in there:
                if services.ready(one):
                    return self._served(one)
        except ClusterError as error:
            kind = AUTH if isinstance(error, ApiError) and error.denied else UNREACHABLE
            raise NoAnswer(kind, f"{name} is looked for in the cluster: {error}") from None
        if there:
            raise NoAnswer(UNREACHABLE, f"no pod behind {there[0].url} is ready")
        raise NoAnswer(ABSENT, f"no {name} is found in the cluster")

    def _served(self, candidate: Candidate) -> ServiceWay:
        """Return the way to where a Service answers: at its root, or below the usual prefix."""
        plain, prefixed = (
            ServiceWay(Endpoint(candidate.url + prefix, timeout=self.timeout), self._services.transport)
            for prefix in ("", f"/{self._kind}")
        )
        why = plain.why_not("get")
        if why:
            raise NoAnswer(ABSENT, f"{plain} is found in the cluster, but {why}")
        if plain.exchange("GET", _READY, again=True).status != 404:
            return plain
        return prefixed if prefixed.exchange("GET", _READY, again=True).status != 404 else plain

    def _forget(self, way: ServiceWay) -> None:
        with self._lock:
            if self._way is way:
                self._way = None
        self._services.look_again()


def _ready(endpoint: Json) -> bool:
    # No word means ready. The API server passes requests on to pods and to nothing else.
    ready = (endpoint.get("conditions") or {}).get("ready") is not False
    return ready and (endpoint.get("targetRef") or {}).get("kind") == "Pod"
