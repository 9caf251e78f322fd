"""What is served at the moment: the built-in kinds, and those that CustomResourceDefinitions add."""

from collections.abc import Iterator

from cockpit.simulator.api.builtin import BUILT_IN, REVIEWS, USAGE
from cockpit.simulator.api.resources import SCALE, STATUS, Resource, Subresource
from cockpit.simulator.store import Collection, Object, Store

CRDS = Collection("apiextensions.k8s.io", "customresourcedefinitions")
_Address = tuple[str, str, str]


class Catalogue:
    """The kinds by group, version and plural; follows the store's CustomResourceDefinitions."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._built_in = {_address(resource): resource for resource in (*BUILT_IN, *REVIEWS, *USAGE)}
        self._all = dict(self._built_in)
        store.listen(CRDS, self._read_definitions)
        self._read_definitions()

    def find(self, group: str, version: str, plural: str) -> Resource | None:
        """Return the kind served at an address, None when there is none."""
        return self._all.get((group, version, plural))

    def serves(self, group: str, version: str) -> bool:
        """Return whether anything is served in a version of a group."""
        return any((group, version) == address[:2] for address in self._all)

    def __iter__(self) -> Iterator[Resource]:
        return iter(self._all.values())

    def _read_definitions(self) -> None:
        before, self._all = self._all, dict(self._built_in)
        for stored in self._store.list(CRDS):
            for resource in _defined(stored.object):
                self._all.setdefault(_address(resource), resource)
        kept = {resource.collection for resource in self._all.values()}
        for collection in {resource.collection for resource in before.values()} - kept:
            # A definition takes the objects of its kind with it.
            for stored in tuple(self._store.list(collection)):
                metadata = stored.object["metadata"]
                self._store.remove(collection, metadata.get("namespace", ""), metadata["name"])


def _address(resource: Resource) -> _Address:
    return (resource.group, resource.version, resource.plural)


def _defined(definition: Object) -> Iterator[Resource]:
    spec = definition["spec"]
    names = spec["names"]
    for version in spec["versions"]:
        if not version.get("served", True):
            continue
        parts = version.get("subresources") or {}
        subresources: tuple[Subresource, ...] = (
            *((SCALE,) if "scale" in parts else ()),
            *((STATUS,) if "status" in parts else ()),
        )
        yield Resource(
            spec["group"],
            version["name"],
            names["kind"],
            names["plural"],
            tuple(names.get("shortNames") or ()),
            namespaced=spec.get("scope") != "Cluster",
            categories=tuple(names.get("categories") or ()),
            subresources=subresources,
            generation="all but status",
            definition=spec,
        )
