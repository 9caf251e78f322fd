"""What was released of an app and when, out of the revisions that its workloads keep. Pure.

A deployment keeps its templates in replica sets. A rollback gives an old set a new number and leaves its creation
time; a restart makes a new set with the same image. So revisions are ordered by their number, when one began is its
set's creation only for the first number that the set had, and what had to be inferred is said.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, NamedTuple

from state.apps.grouping import tag_of
from state.printable import printable
from state.ref import Ref
from state.rfc3339 import moment_of

REVISIONS = ("deployment.kubernetes.io/revision", "rollout.argoproj.io/revision")
"""The annotations that number a deployment's and a rollout's revisions."""
EARLIER = ("deployment.kubernetes.io/revision-history", "rollout.argoproj.io/revision-history")
CAUSE = "kubernetes.io/change-cause"
RESTARTED = "kubectl.kubernetes.io/restartedAt"
HASHES = ("pod-template-hash", "rollouts-pod-template-hash")
Json = dict[str, Any]


class ReleaseKind(Enum):
    """What a revision was."""

    FIRST = "first"
    RELEASE = "release"
    CHANGE = "change"
    """Another template with the same images: settings, resources, probes."""
    RESTART = "restart"
    ROLLBACK = "roll back"


class Tool(Enum):
    """A tool that delivers apps and keeps a history of its own."""

    ARGO_CD = "Argo CD"
    FLUX = "Flux"
    HELM = "Helm"


@dataclass(frozen=True, slots=True)
class Release:
    """One revision of one workload, or of what a tool delivered. All its texts are printable.

    `when` is in seconds since the epoch, None where nothing says it; `inferred` says how it is known where it is not
    the revision's own. `template` is the pod template, `before` that of the revision before it, None when it is not
    kept. Of a tool's release `workload` is the object that keeps the history: no template is kept there.
    """

    workload: Ref
    uid: str
    revision: int
    when: float | None
    kind: ReleaseKind
    version: str
    cause: str
    current: bool
    kept: bool
    """Whether it can be rolled back to: a later revision may have taken its template over."""
    inferred: str = ""
    template: Json = field(default_factory=dict, compare=False)
    before: Json | None = field(default=None, compare=False)
    tool: Tool | None = None
    """Whose history it is from; None for the workload's own."""
    by: str = ""
    """Who did it, where the history says so."""
    failed: bool = False
    """Whether the tool says that it did not come to its end."""


class History(NamedTuple):
    """All that is known of an app's releases, newest first, and a sentence for each history that is not."""

    releases: tuple[Release, ...] = ()
    unread: tuple[str, ...] = ()
    alarms: tuple[float, ...] = ()
    """When critical alerts about the app began to fire, as far as the journal knows, in seconds since the epoch."""


@dataclass(frozen=True, slots=True)
class _Kept:
    """A template that is kept, with all the numbers that it had, the oldest first."""

    name: str
    created: float | None
    numbers: tuple[int, ...]
    cause: str
    template: Json


def of_deployment(
    workload: Ref, deployment: Json, sets: Sequence[Json], begun: Mapping[str, Sequence[float]] | None = None
) -> tuple[Release, ...]:
    """Return a deployment's releases, newest first, from its replica sets.

    `begun` are the moments at which events say that a set by its name began to grow.
    """
    metadata = _map(deployment.get("metadata"))
    uid = str(metadata.get("uid", ""))
    kept = [one for found in sets if _owned(found, uid) and (one := _of_set(found)) is not None]
    now = _number(deployment)
    return _releases(workload, uid, kept, now, begun or {}, _progressed(deployment))


def of_revisions(workload: Ref, whole: Json, revisions: Sequence[Json]) -> tuple[Release, ...]:
    """Return the releases of a stateful or daemon set, newest first, from its controller revisions."""
    uid = str(_map(whole.get("metadata")).get("uid", ""))
    kept = [one for found in revisions if _owned(found, uid) and (one := _of_revision(found)) is not None]
    newest = str(max((one.numbers[-1] for one in kept), default=""))
    return _releases(workload, uid, kept, newest, {}, None)


def _releases(
    workload: Ref,
    uid: str,
    kept: Sequence[_Kept],
    now: str,
    begun: Mapping[str, Sequence[float]],
    progressed: float | None,
) -> tuple[Release, ...]:
    by_number = sorted(((number, one) for one in kept for number in one.numbers), key=lambda pair: pair[0])
    latest_before = 0.0
    found: list[Release] = []
    for place, (number, one) in enumerate(by_number):
        earlier = by_number[place - 1] if place else None
        reused = number != one.numbers[0] or (one.created or 0.0) < latest_before
        when, inferred = one.created, ""
        if reused:
            after = [moment for moment in begun.get(one.name, ()) if moment > latest_before]
            when, inferred = (after[-1], "by an event") if after else (None, "after the revision before it")
            if when is None and str(number) == now and progressed is not None and progressed > latest_before:
                when, inferred = progressed, "when its rollout last moved"
        latest_before = max(latest_before, when or 0.0)
        before = earlier[1].template if earlier is not None and earlier[0] == number - 1 else None
        found.append(
            Release(
                workload,
                uid,
                number,
                when,
                _kind(one.template, before, number, reused=reused),
                version_in(one.template, workload.name),
                one.cause,
                str(number) == now,
                number == one.numbers[-1],
                inferred,
                one.template,
                before,
            )
        )
    return tuple(reversed(found))


def _kind(template: Json, before: Json | None, number: int, *, reused: bool) -> ReleaseKind:
    if reused:
        return ReleaseKind.ROLLBACK
    if before is None:
        return ReleaseKind.FIRST if number == 1 else ReleaseKind.RELEASE
    if _images(template) != _images(before):
        return ReleaseKind.RELEASE
    return ReleaseKind.RESTART if _plain(template) == _plain(before) else ReleaseKind.CHANGE


def version_in(template: Json, name: str) -> str:
    """Return the version in a template: the tag of the image that is called like the workload, else of the first."""
    images = _images(template)
    own = next((image for image in images if image.rpartition("/")[2].startswith(f"{name}:")), "")
    return printable(tag_of(own or next(iter(images), "")))


# --- reading objects ---


def _of_set(found: Json) -> _Kept | None:
    number = _number(found)
    if not number.isdecimal():
        return None
    said = ",".join(_annotation(found, key) for key in EARLIER)
    earlier = [int(one) for one in said.split(",") if one.strip().isdecimal()]
    template = _map(_map(found.get("spec")).get("template"))
    return _kept(found, tuple(sorted({*earlier, int(number)})), template)


def _of_revision(found: Json) -> _Kept | None:
    number = found.get("revision")
    template = _map(_map(_map(found.get("data")).get("spec")).get("template"))
    return _kept(found, (number,), template) if isinstance(number, int) and template else None


def _kept(found: Json, numbers: tuple[int, ...], template: Json) -> _Kept:
    metadata = _map(found.get("metadata"))
    labels = {
        key: value for key, value in _map(_map(template.get("metadata")).get("labels")).items() if key not in HASHES
    }
    return _Kept(
        str(metadata.get("name", "")),
        moment_of(str(metadata.get("creationTimestamp", ""))),
        numbers,
        printable(_annotation(found, CAUSE)),
        {**template, "metadata": {**_map(template.get("metadata")), "labels": labels}},
    )


def _progressed(deployment: Json) -> float | None:
    conditions = _map(deployment.get("status")).get("conditions") or ()
    found = next((one for one in conditions if isinstance(one, dict) and one.get("type") == "Progressing"), {})
    return moment_of(str(found.get("lastUpdateTime", "")))


def _plain(template: Json) -> Json:
    """Return a template without what a restart writes into it, and without fields that are null or empty."""
    metadata = _map(template.get("metadata"))
    annotations = {key: value for key, value in _map(metadata.get("annotations")).items() if key != RESTARTED}
    return {**template, "metadata": {"labels": metadata.get("labels"), "annotations": annotations}}


def _images(template: Json) -> list[str]:
    containers = _map(template.get("spec")).get("containers") or ()
    return [str(one.get("image", "")) for one in containers if isinstance(one, dict)]


def _owned(found: Json, uid: str) -> bool:
    owners = _map(found.get("metadata")).get("ownerReferences") or ()
    return any(isinstance(one, dict) and one.get("uid") == uid and one.get("controller") for one in owners)


def _number(found: Json) -> str:
    return next((number for key in REVISIONS if (number := _annotation(found, key))), "")


def _annotation(found: Json, key: str) -> str:
    return str(_map(_map(found.get("metadata")).get("annotations")).get(key, ""))


def _map(value: Any) -> Json:
    return value if isinstance(value, dict) else {}
