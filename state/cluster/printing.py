"""The columns that a server prints for a resource, and where in the objects their values stand."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import msgspec

from state.cluster.errors import Unreachable
from state.cluster.kinds.custom_resource_definitions import DEFINITION
from state.cluster.kinds.kind import Resource
from state.cluster.reflector import status_error
from state.cluster.table_decoding import TABLE
from state.cluster.transport import Request, Transport

AGE_PATH = ".metadata.creationTimestamp"
_TOLD = "Custom resource definition column (in JSONPath format): "
"""What a server writes where a definition describes a column by its path alone."""


@dataclass(frozen=True, slots=True)
class Printed:
    """One column of the server's table. `priority` above 0 is shown with `-o wide` only."""

    name: str
    type: str = "string"
    """string, integer, number, boolean or date."""
    format: str = ""
    """`quantity` and the like, mostly empty."""
    priority: int = 0
    path: str = ""
    """The JSONPath of its values, empty when it is not known."""


class _Defined(msgspec.Struct, gc=False):
    name: str = ""
    type: str = "string"
    format: str = ""
    priority: int = 0
    description: str = ""


class _Table(msgspec.Struct, gc=False, rename="camel"):
    kind: str
    column_definitions: list[_Defined] | None = None


class _PrinterColumn(msgspec.Struct, gc=False, rename="camel"):
    name: str = ""
    json_path: str = ""


class _Version(msgspec.Struct, gc=False, rename="camel"):
    name: str = ""
    additional_printer_columns: list[_PrinterColumn] | None = None


class _DefinitionSpec(msgspec.Struct, gc=False):
    versions: list[_Version] | None = None


class _Definition(msgspec.Struct, gc=False):
    spec: _DefinitionSpec


def read_printed(transport: Transport, resource: Resource, namespace: str = "") -> tuple[Printed, ...]:
    """Return the columns that the server prints behind the name, with the paths as far as they can be known.

    `namespace` is where to look when not all may be read. Empty for a server that prints no table. Raises ApiError,
    Unreachable or SignInFailed.
    """
    request = Request(resource.path(namespace), (("limit", "1"), ("includeObject", "None")), accept=TABLE)
    answer = transport.call(request)
    if answer.status == 406:
        return ()
    error = status_error(answer)
    if error is not None:
        raise error
    printed = columns_of(answer.body)
    if any(one.type == "date" and not one.path for one in printed) and "." in resource.group:
        return with_paths(printed, _definition(transport, resource), resource.version)
    return printed


def columns_of(table: bytes) -> tuple[Printed, ...]:
    """Return the columns of a server's table behind the name. Raises Unreachable for a body that is none."""
    try:
        found = msgspec.json.decode(table, type=_Table)
    except msgspec.MsgspecError as broken:
        raise Unreachable(f"the server's answer is no table: {broken}") from None
    columns = found.column_definitions or ()
    return tuple(
        Printed(one.name, one.type, one.format, one.priority, _path(one))
        for index, one in enumerate(columns)
        if index or one.format != "name"
    )


def _path(column: _Defined) -> str:
    told = column.description
    return told.removeprefix(_TOLD).strip() if told.startswith(_TOLD) else ""


def with_paths(printed: Sequence[Printed], definition: bytes | None, version: str) -> tuple[Printed, ...]:
    """Return columns with the paths that a CustomResourceDefinition says they have in a version."""
    if definition is None:
        return tuple(printed)
    try:
        versions = msgspec.json.decode(definition, type=_Definition).spec.versions or ()
    except msgspec.MsgspecError:
        return tuple(printed)
    columns = next((one.additional_printer_columns for one in versions if one.name == version), None) or ()
    paths = {column.name: column.json_path for column in columns}
    return tuple(replace(one, path=one.path or paths.get(one.name, "")) for one in printed)


def _definition(transport: Transport, resource: Resource) -> bytes | None:
    """Return the definition of a custom kind, None for a kind without one or when it may not be read."""
    path = DEFINITION.resource.path("", f"{resource.plural}.{resource.group}")
    answer = transport.call(Request(path))
    return answer.body if 200 <= answer.status < 300 else None
