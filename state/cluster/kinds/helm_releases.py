"""Helm's releases, read from the secrets that Helm keeps them in."""

import base64
import binascii
import zlib
from dataclasses import replace
from sys import intern
from typing import Any

import msgspec

from state.cell import Tone
from state.cluster.kinds.columns import (
    UNREADABLE,
    ages,
    health_column,
    name_column,
    namespace_column,
    number,
    text,
)
from state.cluster.kinds.decoding import JsonDecoder
from state.cluster.kinds.kind import Fault, Kind, Resource, Row
from state.cluster.kinds.metadata import Shape, identity
from state.cluster.kinds.moments import moment
from state.cluster.kinds.secrets import SECRET, SECRET_FIELDS
from state.printable import printable

SLOW = 600.0
"""Seconds that an installation or upgrade may be under way before it is a fault; Helm itself waits for five minutes."""
LARGEST = 32 * 2**20
"""Bytes of a release's JSON that are read at most."""
_LONGEST = 1024
_GZIP = b"\x1f\x8b"


class ReleaseRow(Row, frozen=True, kw_only=True, gc=False):
    """One revision of a release. `name` is the release's."""

    revision: int = 0
    status: str = ""
    """deployed, failed, superseded, uninstalled, uninstalling or pending-install, -upgrade, -rollback."""
    chart: str = ""
    """The chart's name and version: `redis-18.1.0`; empty when the release could not be read."""
    app_version: str = ""
    updated: float = 0.0
    """When it was installed or upgraded, in seconds since the epoch."""
    description: str = ""


class _Data(msgspec.Struct, gc=False):
    release: str = ""


class _Secret(Shape):
    data: _Data = msgspec.field(default_factory=_Data)


class _Info(msgspec.Struct, gc=False):
    status: str = ""
    description: str = ""
    last_deployed: str | None = None


class _ChartMetadata(msgspec.Struct, gc=False, rename="camel"):
    name: str = ""
    version: str = ""
    app_version: str = ""


class _Chart(msgspec.Struct, gc=False):
    metadata: _ChartMetadata | None = None


class _Release(msgspec.Struct, gc=False):
    name: str = ""
    version: int = 0
    info: _Info = msgspec.field(default_factory=_Info)
    chart: _Chart | None = None


_releases = msgspec.json.Decoder(_Release)


def flatten(found: _Secret, extra: tuple[Any, ...]) -> ReleaseRow:
    """Return a release's row; of one that cannot be read, what its labels say. Raises ValueError without a uid."""
    base = identity(found.metadata, extra)
    labels = dict(base["labels"])
    release = _release(found.data.release)
    revision = labels.get("version", "")
    if release is None:
        base["name"] = labels.get("name", base["name"])
        return ReleaseRow(
            **base,
            revision=int(revision) if revision.isdecimal() else 0,
            status=labels.get("status", ""),
            updated=base["created"],
        )
    base["name"] = release.name
    chart = (release.chart.metadata if release.chart is not None else None) or _ChartMetadata()
    return ReleaseRow(
        **base,
        revision=release.version,
        status=intern(release.info.status),
        chart=intern("-".join(filter(None, (chart.name, chart.version)))),
        app_version=intern(chart.app_version),
        updated=moment(release.info.last_deployed) or base["created"],
        description=release.info.description[:_LONGEST],
    )


def release_json(text: str) -> bytes | None:
    """Return the JSON of the release that a secret holds: mostly packed by gzip, in base64, and as a secret's value
    again; None when it is no such thing."""
    try:
        packed = base64.b64decode(base64.b64decode(text))
        return _unpacked(packed) if packed.startswith(_GZIP) else packed
    except (ValueError, binascii.Error, zlib.error):
        return None


def _release(text: str) -> _Release | None:
    found = release_json(text)
    try:
        return _releases.decode(found) if found is not None else None
    except (msgspec.MsgspecError, RecursionError):
        return None


def _unpacked(packed: bytes) -> bytes:
    unpacking = zlib.decompressobj(zlib.MAX_WBITS | 16)
    found = unpacking.decompress(packed, LARGEST)
    if unpacking.unconsumed_tail:
        raise ValueError("too large")
    return found


def release_fault(row: ReleaseRow, now: float) -> Fault | None:
    """Return what is wrong with a release at a wall-clock moment, None when nothing is."""
    if row.unreadable:
        return UNREADABLE
    if row.status == "failed":
        return Fault(printable(row.description) or "failed", Tone.BAD, 65, row.updated)
    if row.status.startswith(("pending", "uninstalling")) and now - row.updated > SLOW:
        return Fault(printable(f"stuck in {row.status}"), Tone.WARN, 54, row.updated)
    return None


def _tone(row: ReleaseRow) -> Tone:
    if row.status.startswith("pending"):
        return Tone.FOCUS
    return {"deployed": Tone.TEXT, "failed": Tone.BAD}.get(row.status, Tone.QUIET)


HELM_RELEASE: Kind[ReleaseRow] = Kind(
    Resource("helm.sh", "v1", "releases", "Release", singular="release", short_names=("helm", "hm", "chart", "charts")),
    (
        health_column(release_fault),
        namespace_column(),
        name_column(),
        number("REVISION", lambda row: row.revision, width=8, importance=1),
        ages("UPDATED", lambda row: row.updated),
        text("STATUS", lambda row: row.status, width=16, importance=0, tone=_tone),
        text("CHART", lambda row: row.chart, width=28, middle=True),
        text("APP VERSION", lambda row: row.app_version, width=12, importance=2),
    ),
    JsonDecoder(_Secret, flatten, ReleaseRow, quotes=False),
    release_fault,
    lambda row: f"{row.namespace}/{row.name} {row.status} {row.chart} {row.app_version}",
    source=SECRET.resource,
    query=(("labelSelector", "owner=helm,status!=superseded"),),
    concealed=SECRET_FIELDS,
)
"""Each release as it stands: what a later revision has replaced is left out. A revision that failed stays, for Helm
keeps it as failed behind newer ones too."""


def history(name: str) -> Kind[ReleaseRow]:
    """Return the kind of all revisions of the releases of a name."""
    return replace(HELM_RELEASE, query=(("labelSelector", f"owner=helm,name={name}"),), order="REVISION")
