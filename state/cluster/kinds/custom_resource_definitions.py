"""Custom resource definitions."""

from sys import intern
from typing import Any

import msgspec

from state.cell import Tone
from state.cluster.kinds.columns import UNREADABLE, created_column, health_column, name_column, text, wide
from state.cluster.kinds.decoding import JsonDecoder
from state.cluster.kinds.kind import Fault, Kind, Resource, Row
from state.cluster.kinds.metadata import Shape, identity, shared_texts
from state.cluster.kinds.workload_json import Condition, condition
from state.printable import printable

YOUNG = 30.0
"""Seconds that the server may take to serve a new kind."""


class DefinitionRow(Row, frozen=True, kw_only=True, gc=False):
    """The definition of a custom kind."""

    scope: str = ""
    """Namespaced or Cluster."""
    group: str = ""
    kind: str = ""
    plural: str = ""
    short_names: tuple[str, ...] = ()
    versions: str = ""
    """The served ones, by name: `v1(storage),v1beta1`."""
    established: bool = False
    refused: str = ""
    """Why its names are not accepted or its kind is not served."""


class _Names(msgspec.Struct, gc=False, rename="camel"):
    kind: str = ""
    plural: str = ""
    short_names: list[str] | None = None


class _Version(msgspec.Struct, gc=False):
    name: str = ""
    served: bool = False
    storage: bool = False


class _Spec(msgspec.Struct, gc=False):
    scope: str = ""
    group: str = ""
    names: _Names = msgspec.field(default_factory=_Names)
    versions: list[_Version] | None = None


class _Status(msgspec.Struct, gc=False):
    conditions: list[Condition] | None = None


class _Definition(Shape):
    spec: _Spec = msgspec.field(default_factory=_Spec)
    status: _Status = msgspec.field(default_factory=_Status)


def flatten(found: _Definition, extra: tuple[Any, ...]) -> DefinitionRow:
    """Return a definition's row. Raises ValueError for one without a uid."""
    spec, conditions = found.spec, found.status.conditions
    established = condition(conditions, "Established")
    accepted = condition(conditions, "NamesAccepted")
    refused = next((one for one in (accepted, established) if one is not None and one.status == "False"), None)
    served = sorted(f"{one.name}(storage)" if one.storage else one.name for one in spec.versions or () if one.served)
    return DefinitionRow(
        **identity(found.metadata, extra),
        scope=intern(spec.scope),
        group=intern(spec.group),
        kind=spec.names.kind,
        plural=spec.names.plural,
        short_names=shared_texts(spec.names.short_names or ()),
        versions=intern(",".join(served)),
        established=established is not None and established.status == "True",
        refused=refused.message or refused.reason if refused is not None else "",
    )


def definition_fault(row: DefinitionRow, now: float) -> Fault | None:
    """Return what is wrong with a definition at a wall-clock moment, None when nothing is."""
    if row.unreadable:
        return UNREADABLE
    if row.refused:
        return Fault(printable(row.refused), Tone.BAD, 61)
    if not row.established and now - row.created > YOUNG:
        return Fault("not served", Tone.WARN, 36, row.created)
    return None


DEFINITION: Kind[DefinitionRow] = Kind(
    Resource(
        "apiextensions.k8s.io",
        "v1",
        "customresourcedefinitions",
        "CustomResourceDefinition",
        namespaced=False,
        singular="customresourcedefinition",
        short_names=("crd", "crds"),
    ),
    (
        health_column(definition_fault),
        name_column(),
        text("SCOPE", lambda row: row.scope, width=10, importance=2),
        text("VERSIONS", lambda row: row.versions, width=20),
        created_column(),
        wide("GROUP", lambda row: row.group, width=24, middle=True),
        wide("KIND", lambda row: row.kind, width=20),
        wide("SHORTNAMES", lambda row: ",".join(row.short_names), width=12),
        wide("ESTABLISHED", lambda row: str(row.established).lower(), width=11),
    ),
    JsonDecoder(_Definition, flatten, DefinitionRow),
    definition_fault,
    lambda row: f"{row.name} {row.kind} {' '.join(row.short_names)}",
)
