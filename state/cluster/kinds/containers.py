"""The containers of pods, each a row of its own."""

from dataclasses import replace
from sys import intern
from typing import Any

import msgspec

from state.cell import Tone
from state.cluster.kinds.columns import (
    NONE,
    UNKNOWN,
    ages,
    health_column,
    namespace_column,
    number,
    text,
    wide,
)
from state.cluster.kinds.decoding import JsonDecoder
from state.cluster.kinds.kind import Bookmark, Changed, Deleted, Event, Failure, Fault, Kind, Page, Resource, Row
from state.cluster.kinds.metadata import Identity, Shape, identity, shared_texts
from state.cluster.kinds.moments import moment
from state.cluster.kinds.pod_faults import CANNOT_START, RECENT, RESTARTS, YOUNG
from state.cluster.kinds.pod_json import ContainerStatus, Terminated
from state.cluster.kinds.pods import POD
from state.printable import printable


class ContainerRow(Row, frozen=True, kw_only=True, gc=False):
    """A container. `name` is `pod/container`, `uid` the pod's with the container's name behind it."""

    pod: str = ""
    container: str = ""
    role: str = "main"
    """main, init, sidecar or ephemeral."""
    place: int = 0
    """Its place in the pod: init containers first, ephemeral ones last."""
    image: str = ""
    ready: bool = False
    state: str = ""
    """Running, a reason to wait, or how it ended."""
    restarts: int = 0
    restarted: float | None = None
    """When it last ended before it was started again."""
    ended: str = ""
    """How it ended then."""
    started: float = 0.0
    """Since when it runs, 0 when it does not."""
    ports: tuple[str, ...] = ()
    probes: str = ""
    """Which probes it has: l liveness, r readiness, s startup."""


class _Port(msgspec.Struct, gc=False, rename="camel"):
    name: str = ""
    container_port: int = 0
    protocol: str = "TCP"


class _Probe(msgspec.Struct, gc=False):
    """That there is one is all that is kept."""


class _Container(msgspec.Struct, gc=False, rename="camel"):
    name: str = ""
    image: str = ""
    restart_policy: str | None = None
    ports: list[_Port] | None = None
    liveness_probe: _Probe | None = None
    readiness_probe: _Probe | None = None
    startup_probe: _Probe | None = None


class _Spec(msgspec.Struct, gc=False, rename="camel"):
    containers: list[_Container] | None = None
    init_containers: list[_Container] | None = None
    ephemeral_containers: list[_Container] | None = None


class _Status(msgspec.Struct, gc=False, rename="camel"):
    container_statuses: list[ContainerStatus] | None = None
    init_container_statuses: list[ContainerStatus] | None = None
    ephemeral_container_statuses: list[ContainerStatus] | None = None


class _Pod(Shape):
    spec: _Spec = msgspec.field(default_factory=_Spec)
    status: _Status = msgspec.field(default_factory=_Status)


class _GonePod(msgspec.Struct, gc=False):
    object: _Pod


class _PodRow(Row, frozen=True, kw_only=True, gc=False):
    found: tuple[ContainerRow, ...] = ()


def flatten(pod: _Pod, extra: tuple[Any, ...]) -> _PodRow:
    """Return a row that holds those of a pod's containers. Raises ValueError for a pod without a uid."""
    spec, status = pod.spec, pod.status
    base = identity(pod.metadata, extra)
    statuses = {
        one.name: one
        for group in (status.init_container_statuses, status.container_statuses, status.ephemeral_container_statuses)
        for one in group or ()
    }
    found: list[ContainerRow] = []
    for role, group in (
        ("init", spec.init_containers),
        ("main", spec.containers),
        ("ephemeral", spec.ephemeral_containers),
    ):
        for one in group or ():
            as_role = "sidecar" if role == "init" and one.restart_policy == "Always" else role
            found.append(_row(base, one, as_role, len(found), statuses.get(one.name) or ContainerStatus()))
    return _PodRow(**base, found=tuple(found))


def _row(base: Identity, spec: _Container, role: str, place: int, status: ContainerStatus) -> ContainerRow:
    state = status.state
    ended = status.last_state.terminated
    own: Identity = {**base, "uid": f"{base['uid']}/{spec.name}", "name": f"{base['name']}/{spec.name}"}
    if state.running is not None:
        word = "Running"
    elif state.terminated is not None:
        word = _ended(state.terminated)
    else:
        word = state.waiting.reason if state.waiting is not None else ""
    return ContainerRow(
        **own,
        pod=base["name"],
        container=intern(spec.name),
        role=role,
        place=place,
        image=intern(spec.image),
        ready=status.ready,
        state=intern(word),
        restarts=status.restart_count,
        restarted=moment(ended.finished_at) if ended is not None else None,
        ended=intern(_ended(ended)) if ended is not None else "",
        started=(moment(state.running.started_at) or 0.0) if state.running is not None else 0.0,
        ports=shared_texts(_port(one) for one in spec.ports or ()),
        probes="".join(
            letter
            for letter, probe in (
                ("l", spec.liveness_probe),
                ("r", spec.readiness_probe),
                ("s", spec.startup_probe),
            )
            if probe is not None
        ),
    )


def _ended(state: Terminated) -> str:
    return state.reason or (f"Signal:{state.signal}" if state.signal else f"ExitCode:{state.exit_code}")


def _port(port: _Port) -> str:
    where = f"{port.container_port}/{port.protocol}"
    return f"{port.name}:{where}" if port.name else where


def _order(row: ContainerRow) -> tuple[str, str, int]:
    return row.namespace, row.pod, row.place


class ContainerDecoder:
    """Reads pods and gives a row for each of their containers; a pod that cannot be read has none."""

    def __init__(self) -> None:
        self._pods = JsonDecoder(_Pod, flatten, _PodRow)
        self._gone_pods = msgspec.json.Decoder(_GonePod)

    def page(self, body: bytes) -> Page[ContainerRow]:
        """Return a list's page. One odd pod never fails it; a body that is no list raises ValueError."""
        page = self._pods.page(body)
        rows = [row for pod in page.rows for row in pod.found]
        return Page(rows, page.resource_version, page.continue_token, page.remaining, page.unreadable)

    def event(self, line: bytes) -> Event[ContainerRow] | list[Event[ContainerRow]]:
        """Return one line of a watch, an event for each container. Never raises, as its Protocol says."""
        event = self._pods.event(line)
        if isinstance(event, Changed):
            found = event.row.found
            return [Changed(row, event.resource_version) for row in found] or Bookmark(event.resource_version)
        return self._gone(line, event.resource_version) if isinstance(event, Deleted) else event

    def _gone(self, line: bytes, version: str) -> Event[ContainerRow] | list[Event[ContainerRow]]:
        try:
            pod = flatten(self._gone_pods.decode(line).object, ())
        except (msgspec.MsgspecError, ValueError):
            # Which containers it had is not known, so that only a new list makes it good.
            return Failure(0, "", "a pod that went cannot be read")
        return [Deleted(row.uid, version) for row in pod.found] or Bookmark(version)


def container_fault(row: ContainerRow, now: float) -> Fault | None:
    """Return what is wrong with a container at a wall-clock moment, None when nothing is."""
    if row.state == "Completed" or (row.role in ("init", "ephemeral") and row.state == "Running"):
        return None
    if row.restarts > RESTARTS and row.restarted is not None and now - row.restarted <= RECENT:
        word = row.state if row.state == "CrashLoopBackOff" else row.ended or "restarted"
        return Fault(printable(f"{word} ×{row.restarts}"), Tone.BAD, 85, row.restarted)
    if row.state in CANNOT_START or row.state == "CrashLoopBackOff":
        return Fault(printable(row.state), Tone.BAD, 80, row.created)
    if row.state in ("OOMKilled", "Error") or row.state.startswith(("ExitCode:", "Signal:")):
        return Fault(printable(row.state), Tone.BAD if row.role != "ephemeral" else Tone.QUIET, 50)
    if row.state == "Running" and not row.ready and now - row.started > YOUNG:
        return Fault("not ready", Tone.WARN, 45, row.started)
    return None


def _tone(row: ContainerRow) -> Tone:
    if row.state == "Running":
        return Tone.TEXT if row.ready or row.role in ("init", "ephemeral") else Tone.WARN
    if row.state in ("Completed", "PodInitializing", "ContainerCreating", ""):
        return Tone.QUIET
    return Tone.BAD


CONTAINER: Kind[ContainerRow] = Kind(
    Resource("", "v1", "containers", "Container", singular="container", short_names=("co",)),
    (
        health_column(container_fault),
        namespace_column(),
        text("POD", lambda row: row.pod, width=28, importance=2, tone=Tone.QUIET, middle=True),
        text("NAME", lambda row: row.container, width=20, importance=0, grows=True, sort_key=_order),
        text("TYPE", lambda row: row.role, width=9, importance=2, tone=Tone.QUIET),
        text("READY", lambda row: str(row.ready).lower(), width=5),
        text("STATE", lambda row: row.state or UNKNOWN, width=18, importance=0, tone=_tone),
        number("RESTARTS", lambda row: row.restarts, width=8),
        text("PROBES", lambda row: row.probes or NONE, width=6, importance=4, tone=Tone.QUIET),
        ages("AGE", lambda row: row.started, unknown=NONE),
        text("IMAGE", lambda row: row.image, width=36, importance=2, middle=True),
        wide("PORTS", lambda row: ",".join(row.ports) or NONE, width=24),
    ),
    ContainerDecoder(),
    container_fault,
    lambda row: f"{row.namespace}/{row.name} {row.state} {row.image}",
    "NAME",
    source=POD.resource,
)
"""The containers of all pods."""


def of_pod(namespace: str, name: str) -> Kind[ContainerRow]:
    """Return the kind of one pod's containers."""
    selector = f"metadata.namespace={namespace},metadata.name={name}"
    return replace(CONTAINER, query=(("fieldSelector", selector),))
