"""Pods with their containers and with what they refer to, for looking at what hangs together."""

from collections.abc import Iterator
from sys import intern
from typing import Any, NamedTuple

import msgspec

from state.cluster.kinds import pods
from state.cluster.kinds.columns import name_column
from state.cluster.kinds.decoding import JsonDecoder
from state.cluster.kinds.kind import Kind
from state.cluster.kinds.pod_faults import pod_fault
from state.cluster.kinds.pod_json import Container, ContainerStatus, Pod, PodSpec, PodStatus
from state.cluster.kinds.pod_row import PodRow

CONFIG_MAP, SECRET, CLAIM, ACCOUNT = "ConfigMap", "Secret", "PersistentVolumeClaim", "ServiceAccount"
_TOKENS = "kube-api-access-"
"""The beginning of the volume that every pod is given to talk to the server."""


class Reference(NamedTuple):
    """An object of the same namespace that a pod or container needs."""

    kind: str
    name: str
    optional: bool = False


class Part(NamedTuple):
    """A container of a pod."""

    name: str
    role: str
    """main, init, sidecar or ephemeral."""
    image: str
    state: str
    """Running, why it waits, or how it ended; empty when nothing is known."""
    ready: bool
    restarts: int
    references: tuple[Reference, ...]
    """What its environment is read from."""


class PodPartsRow(PodRow, frozen=True, kw_only=True, gc=False):
    """A pod with its parts, in the order in which they start."""

    parts: tuple[Part, ...] = ()
    references: tuple[Reference, ...] = ()
    """What its volumes, its account and its pull secrets are."""


class _Name(msgspec.Struct, gc=False):
    name: str = ""
    optional: bool | None = None


class _ValueFrom(msgspec.Struct, gc=False, rename="camel"):
    config_map_key_ref: _Name | None = None
    secret_key_ref: _Name | None = None


class _Variable(msgspec.Struct, gc=False, rename="camel"):
    value_from: _ValueFrom | None = None


class _Variables(msgspec.Struct, gc=False, rename="camel"):
    config_map_ref: _Name | None = None
    secret_ref: _Name | None = None


class _Container(Container):
    env: list[_Variable] | None = None
    env_from: list[_Variables] | None = None


class _SecretVolume(msgspec.Struct, gc=False, rename="camel"):
    secret_name: str = ""
    optional: bool | None = None


class _ClaimVolume(msgspec.Struct, gc=False, rename="camel"):
    claim_name: str = ""


class _Projection(msgspec.Struct, gc=False, rename="camel"):
    config_map: _Name | None = None
    secret: _Name | None = None


class _Projected(msgspec.Struct, gc=False):
    sources: list[_Projection] | None = None


class _AnyVolume(msgspec.Struct, gc=False):
    """That there is one is all that is kept."""


class _Volume(msgspec.Struct, gc=False, rename="camel"):
    name: str = ""
    config_map: _Name | None = None
    secret: _SecretVolume | None = None
    persistent_volume_claim: _ClaimVolume | None = None
    projected: _Projected | None = None
    ephemeral: _AnyVolume | None = None


class _Spec(PodSpec):
    containers: list[_Container] | None = None  # type: ignore[assignment]
    init_containers: list[_Container] | None = None  # type: ignore[assignment]
    ephemeral_containers: list[_Container] | None = None
    volumes: list[_Volume] | None = None
    service_account_name: str = ""
    image_pull_secrets: list[_Name] | None = None


class _Status(PodStatus):
    ephemeral_container_statuses: list[ContainerStatus] | None = None


class _Pod(Pod):
    spec: _Spec = msgspec.field(default_factory=_Spec)
    status: _Status = msgspec.field(default_factory=_Status)


def flatten(pod: _Pod, extra: tuple[Any, ...]) -> PodPartsRow:
    """Return a pod's row with its parts. Raises as that of pods."""
    row = pods.flatten(pod, extra)
    fields = {name: getattr(row, name) for name in PodRow.__struct_fields__}
    return PodPartsRow(**fields, parts=tuple(_parts(pod)), references=_once(_pod_references(pod)))


def _parts(pod: _Pod) -> Iterator[Part]:
    spec, status = pod.spec, pod.status
    groups = (status.init_container_statuses, status.container_statuses, status.ephemeral_container_statuses)
    statuses = {one.name: one for group in groups for one in group or ()}
    for role, containers in (
        ("init", spec.init_containers),
        ("main", spec.containers),
        ("ephemeral", spec.ephemeral_containers),
    ):
        for one in containers or ():
            said = statuses.get(one.name) or ContainerStatus()
            as_role = "sidecar" if role == "init" and one.restart_policy == "Always" else role
            references = _once(_variables(one))
            yield Part(one.name, as_role, intern(one.image), _state(said), said.ready, said.restart_count, references)


def _state(status: ContainerStatus) -> str:
    state = status.state
    if state.running is not None:
        return "Running"
    ended = state.terminated
    if ended is not None:
        return intern(ended.reason or (f"Signal:{ended.signal}" if ended.signal else f"ExitCode:{ended.exit_code}"))
    return intern(state.waiting.reason) if state.waiting is not None else ""


def _variables(container: _Container) -> Iterator[Reference]:
    for one in container.env_from or ():
        yield from _named((CONFIG_MAP, one.config_map_ref), (SECRET, one.secret_ref))
    for variable in container.env or ():
        source = variable.value_from
        if source is not None:
            yield from _named((CONFIG_MAP, source.config_map_key_ref), (SECRET, source.secret_key_ref))


def _pod_references(pod: _Pod) -> Iterator[Reference]:
    spec = pod.spec
    if spec.service_account_name:
        yield Reference(ACCOUNT, spec.service_account_name)
    for volume in spec.volumes or ():
        if volume.name.startswith(_TOKENS):
            continue
        yield from _named((CONFIG_MAP, volume.config_map))
        if volume.secret is not None:
            yield Reference(SECRET, volume.secret.secret_name, volume.secret.optional is True)
        if volume.persistent_volume_claim is not None:
            yield Reference(CLAIM, volume.persistent_volume_claim.claim_name)
        if volume.ephemeral is not None:
            yield Reference(CLAIM, f"{pod.metadata.name}-{volume.name}")
        for one in (volume.projected.sources or ()) if volume.projected is not None else ():
            yield from _named((CONFIG_MAP, one.config_map), (SECRET, one.secret))
    for secret in spec.image_pull_secrets or ():
        # A pull secret that is not there is no fault as long as the image can be had.
        yield Reference(SECRET, secret.name, True)


def _named(*found: tuple[str, _Name | None]) -> Iterator[Reference]:
    for kind, one in found:
        if one is not None:
            yield Reference(kind, one.name, one.optional is True)


def _once(found: Iterator[Reference]) -> tuple[Reference, ...]:
    """Each object once; one that is needed somewhere is not optional."""
    known: dict[tuple[str, str], bool] = {}
    for one in found:
        known[one[:2]] = known.get(one[:2], True) and one.optional
    return tuple(Reference(intern(kind), intern(name), optional) for (kind, name), optional in known.items())


POD_PARTS: Kind[PodPartsRow] = Kind(
    pods.POD.resource, (name_column(),), JsonDecoder(_Pod, flatten, PodPartsRow), pod_fault, pods.POD.words
)
"""Pods for a tree of what hangs together; too heavy to hold for a whole large cluster."""
