"""Kubernetes' protobuf, for reading: clients built on client-go send what they create in it.

An object comes in an envelope, the bytes `k8s\\0` and a message `Unknown` with its type and its encoding; see
`k8s.io/apimachinery/pkg/runtime/generated.proto`. The fields of the kinds are in `wire_types.txt`.
"""

import base64
import struct
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

from cockpit.simulator.api.encoding import decode
from cockpit.simulator.clock import micro_timestamp, timestamp
from cockpit.simulator.store import Object

MEDIA_TYPE = "application/vnd.kubernetes.protobuf"
_MAGIC = b"k8s\0"
_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5
_SIGN = 1 << 63
_GROUPS = {
    "": "core",
    "apps": "apps",
    "authentication.k8s.io": "authentication",
    "authorization.k8s.io": "authorization",
    "autoscaling": "autoscaling",
    "batch": "batch",
    "meta.k8s.io": "meta",
    "networking.k8s.io": "networking",
    "policy": "policy",
    "rbac.authorization.k8s.io": "rbac",
    "scheduling.k8s.io": "scheduling",
}


class ProtobufError(ValueError):
    """The bytes are no message of a known kind."""


class _Field(NamedTuple):
    name: str
    """Empty where the message's fields are its parent's."""
    type: str
    repeated: bool
    optional: bool


@cache
def _types() -> dict[str, dict[int, _Field]]:
    text = (files("cockpit.simulator.api") / "wire_types.txt").read_text(encoding="utf-8")
    lines = (line.split() for line in text.splitlines() if not line.startswith("#"))
    return {name: dict(map(_field, fields)) for name, *fields in lines}


def _field(text: str) -> tuple[int, _Field]:
    number, name, type_ = text.split(":", 2)
    repeated = type_.startswith("[]")
    plain = name.removesuffix("?")
    return int(number), _Field("" if plain == "<" else plain, type_.removeprefix("[]"), repeated, name.endswith("?"))


def read_protobuf(body: bytes) -> Object:
    """Return the object in an envelope, as its JSON would be read. Raises ProtobufError."""
    if not body.startswith(_MAGIC):
        raise ProtobufError("the body does not begin with k8s\\0")
    try:
        envelope = dict(_fields(body[len(_MAGIC) :]))
        named = {number: value.decode() for number, value in _fields(envelope[1])}
        api_version, kind = named.get(1, ""), named.get(2, "")
        group = api_version.rpartition("/")[0]
        # Options carry the version of the request they belong to.
        name = "meta.DeleteOptions" if kind == "DeleteOptions" else f"{_GROUPS.get(group, group)}.{kind}"
        if name not in _types():
            raise ProtobufError(f"{kind} of {api_version} is not read in protobuf here")
        return {"kind": kind, "apiVersion": api_version, **_message(envelope.get(2, b""), name)}
    except ProtobufError:
        raise
    except (IndexError, KeyError, TypeError, AttributeError, ValueError, struct.error) as error:
        raise ProtobufError(f"the body is cut short or garbled: {error}") from None


def _fields(data: bytes) -> Iterator[tuple[int, Any]]:
    """Yield the numbers and raw values of a message's fields."""
    at = 0
    while at < len(data):
        tag, at = _varint(data, at)
        number, wire = tag >> 3, tag & 7
        if wire == _VARINT:
            value, at = _varint(data, at)
            yield number, value
        elif wire == _BYTES:
            size, at = _varint(data, at)
            if at + size > len(data):
                raise IndexError("a field is longer than the message")
            yield number, data[at : at + size]
            at += size
        elif wire in (_FIXED64, _FIXED32):
            size = 8 if wire == _FIXED64 else 4
            yield number, struct.unpack_from("<d" if wire == _FIXED64 else "<f", data, at)[0]
            at += size
        else:
            raise IndexError(f"wire type {wire}")


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, at
        shift += 7
        if shift > 63:
            raise IndexError("a number is too long")


def _message(data: bytes, type_: str) -> Object:
    known = _types()[type_]
    found: Object = {}
    for number, raw in _fields(data):
        field = known.get(number)
        if field is None:
            continue
        if field.type.startswith("map<"):
            key, value = _entry(raw, field.type[4:-1])
            found.setdefault(field.name, {})[key] = value
            continue
        value = _value(raw, field.type)
        if not field.name:
            found.update(value)
        elif field.repeated:
            found.setdefault(field.name, []).append(value)
        elif value is not None and not (field.optional and _is_empty(value)):
            found[field.name] = value
    return found


def _is_empty(value: Any) -> bool:
    return value is False or (value == 0 and not isinstance(value, bool)) or value in ("", {}, [])


def _entry(raw: bytes, type_: str) -> tuple[str, Any]:
    parts = dict(_fields(raw))
    key = parts.get(1, b"").decode()
    return key, _value(parts.get(2, b""), type_)


def _value(raw: Any, type_: str) -> Any:
    match type_:
        case "string":
            return raw.decode()
        case "int":
            return raw - (1 << 64) if raw >= _SIGN else raw
        case "bool":
            return bool(raw)
        case "double":
            return raw
        case "bytes":
            return base64.b64encode(raw).decode()
        case "quantity":
            return dict(_fields(raw)).get(1, b"").decode()
        case "intorstring":
            parts = dict(_fields(raw))
            return _value(parts.get(3, b""), "string") if parts.get(1) else _value(parts.get(2, 0), "int")
        case "time" | "microtime":
            return _moment(dict(_fields(raw)), type_)
        case "fields" | "raw":
            inner = dict(_fields(raw)).get(1, b"")
            return decode(inner) if inner else None
        case _ if type_.startswith("items<"):
            return [item.decode() for _, item in _fields(raw)]
        case _:
            return _message(raw, type_)


def _moment(parts: dict[int, int], type_: str) -> str | None:
    seconds = _value(parts.get(1, 0), "int")
    # The time of nothing is the year 1, or a message without fields.
    if seconds <= 0:
        return None
    return timestamp(seconds) if type_ == "time" else micro_timestamp(seconds + parts.get(2, 0) / 1e9)
