"""What Argo CD, Flux and Helm say of the releases of an app, out of the histories that they keep. Pure.

Argo CD keeps its syncs in an Application's `status.history`, of which a newer one has the higher `id`. Flux keeps what
it applied in `status.history` of a Kustomization (since Flux 2.7), and revisions of Helm in that of a HelmRelease.
Helm keeps a secret for each revision. None of them keeps pod templates, and no value that was set is read.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from state.apps.releases import Json, Release, ReleaseKind, Tool
from state.cluster.kinds.helm_releases import ReleaseRow
from state.printable import printable
from state.ref import Ref
from state.rfc3339 import moment_of

_COMMIT = re.compile(r"[0-9a-f]{40,64}")
_FLUX_COMMIT = re.compile(r"(?:(?P<name>[^@]*)@)?(?:sha1|sha256):(?P<digest>[0-9a-f]{7,})")
_TAG = re.compile(r"v?\d+\.")
_SHORT = 7
_SUCCEEDED = "ReconciliationSucceeded"
_BROKEN = ("Failed", "Error")
_BACK = re.compile(r"Rollback to \d+")


class _Step(NamedTuple):
    """One entry of a history."""

    number: int
    when: float | None
    source: str
    """What was delivered; equal for what is the same."""
    version: str
    cause: str = ""
    by: str = ""
    failed: bool = False
    back: bool = False
    """Whether the history itself calls it a roll back."""


def of_application(ref: Ref, application: Json) -> tuple[Release, ...]:
    """Return the syncs of an Application of Argo CD, newest first; the last one too when it failed."""
    status = _map(application.get("status"))
    steps = [_synced(one) for one in _list(status.get("history"))]
    failed = _failed_sync(_map(status.get("operationState")), max((step.number for step in steps), default=-1) + 1)
    return _releases(ref, application, Tool.ARGO_CD, [*steps, *failed])


def of_kustomization(ref: Ref, kustomization: Json) -> tuple[Release, ...]:
    """Return what Flux applied of a Kustomization, newest first. What is older is not known to be the first."""
    steps = [_applied(one) for one in _list(_map(kustomization.get("status")).get("history"))]
    steps.sort(key=lambda step: step.when or 0.0)
    numbered = [step._replace(number=place) for place, step in enumerate(steps, start=1)]
    return _releases(ref, kustomization, Tool.FLUX, numbered)


def of_flux_release(ref: Ref, release: Json) -> tuple[Release, ...]:
    """Return the revisions of Helm that Flux made for a HelmRelease, newest first."""
    steps = [_installed(one) for one in _list(_map(release.get("status")).get("history"))]
    return _releases(ref, release, Tool.FLUX, steps)


def of_helm(ref: Ref, revisions: Iterable[ReleaseRow]) -> tuple[Release, ...]:
    """Return the revisions of a release of Helm, newest first."""
    steps = [
        _Step(
            row.revision,
            row.updated or None,
            f"{row.chart} {row.app_version}",
            row.app_version or row.chart,
            row.chart,
            failed=row.status == "failed",
            back=_BACK.match(row.description) is not None,
        )
        for row in revisions
        if row.revision > 0 and not row.status.startswith("uninstall")
    ]
    return _releases(ref, {}, Tool.HELM, steps)


def without_doubles(releases: Sequence[Release]) -> list[Release]:
    """Return releases without those of Helm that Flux tells of as well: it delivers by Helm."""
    told = {(one.workload.name, one.revision) for one in releases if one.tool is Tool.FLUX}
    return [one for one in releases if one.tool is not Tool.HELM or (one.workload.name, one.revision) not in told]


def _releases(ref: Ref, keeper: Json, tool: Tool, steps: Sequence[_Step]) -> tuple[Release, ...]:
    uid = str(_map(keeper.get("metadata")).get("uid", ""))
    ordered = sorted(steps, key=lambda step: step.number)
    stands = next((step.number for step in reversed(ordered) if not step.failed), None)
    found = [
        Release(
            ref,
            uid,
            step.number,
            step.when,
            _kind(step, ordered[:place]),
            printable(step.version),
            printable(step.cause),
            step.number == stands,
            kept=False,
            tool=tool,
            by=printable(step.by),
            failed=step.failed,
        )
        for place, step in enumerate(ordered)
    ]
    return tuple(reversed(found))


def _kind(step: _Step, before: Sequence[_Step]) -> ReleaseKind:
    if step.back:
        return ReleaseKind.ROLLBACK
    if not before:
        return ReleaseKind.FIRST if step.number <= 1 else ReleaseKind.RELEASE
    if step.source == before[-1].source:
        return ReleaseKind.CHANGE
    return ReleaseKind.ROLLBACK if any(step.source == one.source for one in before[:-1]) else ReleaseKind.RELEASE


# --- entries ---


def _synced(entry: Json) -> _Step:
    revisions = [str(one) for one in _list(entry.get("revisions"), of=str)] or [str(entry.get("revision", ""))]
    sources = _list(entry.get("sources")) or [_map(entry.get("source"))]
    images = [str(image) for source in sources for image in _list(_map(source.get("kustomize")).get("images"), of=str)]
    began = moment_of(str(entry.get("deployStartedAt") or entry.get("deployedAt") or ""))
    # A tag says more than the commit that it led to.
    tags = [tag for source in sources if _TAG.match(tag := str(source.get("targetRevision", "")))]
    return _Step(
        _number(entry.get("id")),
        began,
        " ".join([*revisions, *sorted(images)]),
        "+".join(tags or filter(None, map(_short, revisions))),
        ", ".join(image.rpartition("/")[2] for image in images),
        _initiator(_map(entry.get("initiatedBy"))),
    )


def _failed_sync(operation: Json, number: int) -> Iterator[_Step]:
    """A sync that failed is in no history: the application keeps its last operation only."""
    sync = _map(_map(operation.get("operation")).get("sync"))
    if operation.get("phase") in _BROKEN and sync:
        result = _map(operation.get("syncResult"))
        revision = str(result.get("revision") or sync.get("revision") or "")
        yield _Step(
            number,
            moment_of(str(operation.get("startedAt") or operation.get("finishedAt") or "")),
            f"failed {revision}",
            _short(revision),
            by=_initiator(_map(_map(operation.get("operation")).get("initiatedBy"))),
            failed=True,
        )


def _initiator(said: Json) -> str:
    return str(said.get("username") or "") or ("automatic" if said.get("automated") is True else "")


def _applied(entry: Json) -> _Step:
    said = _map(entry.get("metadata"))
    revision = str(said.get("revision") or entry.get("digest") or "")
    status = str(entry.get("lastReconciledStatus", ""))
    return _Step(
        0,
        moment_of(str(entry.get("firstReconciled", ""))),
        f"{revision} {entry.get('digest', '')}",
        _short(revision),
        _short(str(said.get("originRevision", ""))),
        failed=bool(status) and status != _SUCCEEDED,
    )


def _installed(entry: Json) -> _Step:
    chart = "-".join(filter(None, (str(entry.get("chartName", "")), str(entry.get("chartVersion", "")))))
    version = str(entry.get("appVersion") or entry.get("chartVersion") or "")
    return _Step(
        _number(entry.get("version")),
        moment_of(str(entry.get("lastDeployed") or entry.get("firstDeployed") or "")),
        f"{chart} {version} {entry.get('configDigest', '')}",
        version,
        chart,
        failed=entry.get("status") == "failed",
    )


def _short(revision: str) -> str:
    """Return a revision as it is said: `v1.8.1`, `4f2a1c9`, `main@4f2a1c9`."""
    if _COMMIT.fullmatch(revision):
        return revision[:_SHORT]
    flux = _FLUX_COMMIT.fullmatch(revision)
    if flux is None:
        return revision
    digest = flux["digest"][:_SHORT]
    return f"{flux['name']}@{digest}" if flux["name"] else digest


def _number(value: Any) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else 0


def _map(value: Any) -> Json:
    return value if isinstance(value, dict) else {}


def _list(value: Any, of: type = dict) -> list[Any]:
    return [one for one in value if isinstance(one, of)] if isinstance(value, list) else []
