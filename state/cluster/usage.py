"""What pods and nodes use, from `metrics.k8s.io`: asked again and again while somebody looks, and only then."""

import logging
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from sys import intern
from typing import NamedTuple, Protocol

import msgspec

from state import memory
from state.clock import SYSTEM, Clock
from state.cluster.errors import ApiError, ClusterError
from state.cluster.kinds.quantities import quantity
from state.cluster.reflector import status_error
from state.cluster.transport import Request, Transport
from state.freshness import Freshness, Health
from state.polled import Denied, Polled

EVERY = 15.0
"""Seconds between two questions: as often as metrics-server measures."""
UNSEEN = 20.0
"""Seconds without a look after which nothing is asked any more."""
_ROOT = "/apis/metrics.k8s.io/v1beta1"
_MISSING = "this cluster measures no usage: metrics.k8s.io is not there"
_DOWN = "no usage: the metrics API does not answer"
_log = logging.getLogger(__name__)
Key = tuple[str, str]
"""Namespace and name; the namespace of a node is empty."""


class Used(NamedTuple):
    """Cores and bytes."""

    cpu: float = 0.0
    memory: float = 0.0


class Measured(NamedTuple):
    """What was measured of pods, or of nodes."""

    by_name: Mapping[Key, Used]
    pods: bool = True

    def by_namespace(self) -> dict[str, Used]:
        """Return what the pods of each namespace use together."""
        found: dict[str, Used] = defaultdict(Used)
        for (namespace, _), used in self.by_name.items():
            found[namespace] = added(found[namespace], used)
        return dict(found)


def added(one: Used, other: Used) -> Used:
    """Return the sum."""
    return Used(one.cpu + other.cpu, one.memory + other.memory)


class _Amounts(msgspec.Struct, gc=False):
    cpu: str = "0"
    memory: str = "0"


class _Container(msgspec.Struct, gc=False):
    usage: _Amounts | None = None


class _Metadata(msgspec.Struct, gc=False):
    name: str = ""
    namespace: str = ""


class _Item(msgspec.Struct, gc=False):
    metadata: _Metadata
    containers: list[_Container] | None = None
    usage: _Amounts | None = None


class _List(msgspec.Struct, gc=False):
    items: list[msgspec.Raw] | None = None
    """Read one after the other: ten thousand of them at once would be megabytes that are never given back."""


_lists = msgspec.json.Decoder(_List)
_items = msgspec.json.Decoder(_Item)


def read_usage(body: bytes) -> dict[Key, Used]:
    """Return what a list of PodMetrics or NodeMetrics says. Raises ValueError for a body that is none."""
    try:
        found = _lists.decode(body)
    except msgspec.MsgspecError as error:
        raise ValueError(f"the metrics API's answer is no list: {error}") from None
    usage: dict[Key, Used] = {}
    for raw in found.items or ():
        try:
            item = _items.decode(raw)
            parts = [one.usage for one in item.containers or ()] if item.usage is None else [item.usage]
            used = Used(
                sum(quantity(one.cpu) for one in parts if one is not None),
                sum(quantity(one.memory) for one in parts if one is not None),
            )
        except (ValueError, msgspec.MsgspecError):
            continue  # One odd object is unknown, the others are not.
        usage[intern(item.metadata.namespace), item.metadata.name] = used
    return usage


class Elsewhere(Protocol):
    """Another place that measures; blocks and may raise."""

    def __call__(self, pods: bool, namespaces: Sequence[str] = (), /) -> Mapping[Key, Used]:
        """Return what pods (of some namespaces, empty: of all) or nodes use; empty where nothing is measured."""
        ...


class UsageSource:
    """Asks one cluster, on a thread of its own. All methods belong to the loop; none blocks.

    `transport` may block; it is called on the thread. `namespaces` gives those whose pods are asked for, empty:
    all. What the metrics API cannot say is asked `elsewhere`.
    """

    def __init__(
        self,
        cluster: str,
        transport: Callable[[], Transport],
        *,
        pods: bool,
        namespaces: Callable[[], Sequence[str]] = tuple,
        elsewhere: Elsewhere | None = None,
        clock: Clock = SYSTEM,
    ) -> None:
        self._transport = transport
        self._pods = pods
        self._namespaces = namespaces
        self._elsewhere = elsewhere
        self._clock = clock
        self._looked = clock.elapsed()
        self._asked = False
        self._last = Measured({}, pods)
        self._polled: Polled[Measured] = Polled(f"usage {cluster}", self._fetch, EVERY, clock)
        self._polled.start()

    @property
    def measured(self) -> Measured | None:
        """The newest answer, None before the first."""
        return self._polled.value

    @property
    def freshness(self) -> Freshness:
        return self._polled.freshness

    @property
    def problem(self) -> str:
        """Why there is nothing new, in a sentence; empty when there is."""
        freshness = self._polled.freshness
        return freshness.reason if freshness.health not in (Health.LIVE, Health.CONNECTING) else ""

    def look(self) -> bool:
        """Say that somebody looks, and take over what came; return whether something did."""
        before, self._looked = self._looked, self._clock.elapsed()
        if self._looked - before > UNSEEN:
            self._polled.ask()
        return self._polled.pump()

    def stop(self) -> None:
        """Ask no more."""
        self._polled.stop()

    def _fetch(self) -> Measured:
        if self._asked and self._clock.elapsed() - self._looked > UNSEEN:
            return self._last
        self._asked = True
        try:
            found = self._asked_of_server()
        except (ClusterError, Denied) as error:
            other = self._asked_elsewhere()
            if not other:
                raise error
            found = other
        self._last = Measured(found, self._pods)
        return self._last

    def _asked_elsewhere(self) -> Mapping[Key, Used]:
        if self._elsewhere is None:
            return {}
        try:
            return self._elsewhere(self._pods, self._namespaces())
        except Exception as error:
            # What the metrics API said is the better reason.
            _log.info("no usage elsewhere: %s", error)
            return {}

    def _asked_of_server(self) -> Mapping[Key, Used]:
        found: dict[Key, Used] = {}
        size = 0
        transport = self._transport()
        for path in self._paths():
            answer = transport.call(Request(path, read_timeout=10.0))
            error = status_error(answer)
            if error is not None:
                raise _said(error)
            found.update(read_usage(answer.body))
            size += len(answer.body)
        memory.give_back_after(size)
        return found

    def _paths(self) -> Iterable[str]:
        if not self._pods:
            return (f"{_ROOT}/nodes",)
        namespaces = self._namespaces()
        if not namespaces:
            return (f"{_ROOT}/pods",)
        return tuple(f"{_ROOT}/namespaces/{namespace}/pods" for namespace in namespaces)


def _said(error: ApiError) -> Exception:
    if error.status == 403:
        return Denied(f"no usage: {error.message}")
    if error.status == 404:
        return Denied(_MISSING)
    if error.status == 503:
        return ApiError(503, error.reason, _DOWN)
    return error
