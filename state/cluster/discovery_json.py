"""Discovery documents: the aggregated one, and the two levels that every server has."""

from collections.abc import Collection, Iterable, Iterator
from sys import intern

import msgspec

from state.cluster.kinds.kind import Resource
from state.cluster.resources import Missing, Served

AGGREGATED = ",".join(
    (
        "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList",
        "application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList",
        "application/json",
    )
)
"""What to accept for everything in one answer; an older server answers with the first of its two levels."""


class _Kind(msgspec.Struct, gc=False):
    kind: str = ""


class _Subresource(msgspec.Struct, gc=False):
    subresource: str = ""


class _Aggregated(msgspec.Struct, gc=False, rename="camel"):
    resource: str
    response_kind: _Kind | None = None
    scope: str = ""
    singular_resource: str = ""
    verbs: list[str] | None = None
    short_names: list[str] | None = None
    categories: list[str] | None = None
    subresources: list[_Subresource] | None = None


class _AggregatedVersion(msgspec.Struct, gc=False):
    version: str
    resources: list[_Aggregated] | None = None
    freshness: str = ""


class _Name(msgspec.Struct, gc=False):
    name: str = ""


class _AggregatedGroup(msgspec.Struct, gc=False):
    metadata: _Name = msgspec.field(default_factory=_Name)
    versions: list[_AggregatedVersion] | None = None


class _GroupVersion(msgspec.Struct, gc=False, rename="camel"):
    group_version: str = ""
    version: str = ""


class _Group(msgspec.Struct, gc=False, rename="camel"):
    name: str = ""
    versions: list[_GroupVersion] | None = None
    preferred_version: _GroupVersion | None = None


class Root(msgspec.Struct, gc=False):
    """What `/api` or `/apis` answers: everything, or the first level. Which of them, says `kind`."""

    kind: str = ""
    items: list[_AggregatedGroup] | None = None
    groups: list[_Group] | None = None
    versions: list[str] | None = None

    @property
    def whole(self) -> bool:
        """Whether it is the aggregated form."""
        return self.kind == "APIGroupDiscoveryList"


class _Listed(msgspec.Struct, gc=False, rename="camel"):
    name: str
    singular_name: str = ""
    namespaced: bool = False
    kind: str = ""
    verbs: list[str] | None = None
    short_names: list[str] | None = None
    categories: list[str] | None = None


class _List(msgspec.Struct, gc=False):
    resources: list[_Listed] | None = None


_roots = msgspec.json.Decoder(Root)
_lists = msgspec.json.Decoder(_List)


def read_root(body: bytes) -> Root:
    """Return what `/api` or `/apis` answered. Raises ValueError for a body that is neither form."""
    root = _roots.decode(body)
    if root.kind not in ("APIGroupDiscoveryList", "APIGroupList", "APIVersions"):
        raise ValueError(f"it is of kind {root.kind[:80]!r}")
    return root


def aggregated(root: Root) -> tuple[list[Served], list[Missing]]:
    """Return what an aggregated answer lists, and which versions it says are old because their server is away."""
    served: list[Served] = []
    missing: list[Missing] = []
    for group in root.items or ():
        name = intern(group.metadata.name)
        seen: set[str] = set()
        for version in group.versions or ():
            if version.freshness == "Stale":
                missing.append(Missing(group_version(name, version.version), "its server does not answer"))
            for one in version.resources or ():
                served.append(_served(name, version.version, one, one.resource not in seen))
                seen.add(one.resource)
    return served, missing


def _served(group: str, version: str, one: _Aggregated, preferred: bool) -> Served:
    kind = one.response_kind.kind if one.response_kind is not None else ""
    subresources = tuple(intern(part.subresource) for part in one.subresources or ())
    resource = _resource(
        group, version, one.resource, kind, one.scope != "Cluster", one.singular_resource, one.short_names, subresources
    )
    return Served(resource, frozenset(one.verbs or ()), tuple(one.categories or ()), subresources, preferred)


def versions_of(root: Root) -> Iterator[tuple[str, str]]:
    """Give group and version of all that the first level names, in each group the preferred version first."""
    for version in root.versions or ():
        yield "", version
    for group in root.groups or ():
        preferred = group.preferred_version.version if group.preferred_version is not None else ""
        versions = [one.version for one in group.versions or ()]
        for version in sorted(versions, key=lambda one: one != preferred):
            yield group.name, version


def listed(group: str, version: str, body: bytes, seen: Iterable[str]) -> list[Served]:
    """Return what the second level lists of a version. `seen` are plurals that a more preferred version has.

    Raises an error of msgspec for a body that is no list of resources.
    """
    entries = _lists.decode(body).resources or ()
    parts: dict[str, list[str]] = {}
    for one in entries:
        name, slash, part = one.name.partition("/")
        if slash:
            parts.setdefault(name, []).append(part)
    preferred = frozenset(seen)
    return [
        Served(
            _resource(
                group,
                version,
                one.name,
                one.kind,
                one.namespaced,
                one.singular_name,
                one.short_names,
                parts.get(one.name, ()),
            ),
            frozenset(one.verbs or ()),
            tuple(one.categories or ()),
            tuple(parts.get(one.name, ())),
            one.name not in preferred,
        )
        for one in entries
        if "/" not in one.name
    ]


def group_version(group: str, version: str) -> str:
    """Return a version of a group as `apiVersion` has it."""
    return f"{group}/{version}" if group else version


def _resource(
    group: str,
    version: str,
    plural: str,
    kind: str,
    namespaced: bool,
    singular: str,
    short: list[str] | None,
    subresources: Collection[str],
) -> Resource:
    return Resource(
        group,
        intern(version),
        plural,
        kind,
        namespaced,
        singular or kind.casefold(),
        tuple(name.casefold() for name in short or ()),
        "scale" in subresources,
    )
