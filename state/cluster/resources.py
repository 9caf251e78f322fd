"""What a server serves, found by the words that kubectl understands."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from state.cluster.kinds.kind import Resource


@dataclass(frozen=True, slots=True)
class Served:
    """One resource in one version, with what can be done with it."""

    resource: Resource
    verbs: frozenset[str] = frozenset()
    categories: tuple[str, ...] = ()
    subresources: tuple[str, ...] = ()
    preferred: bool = True
    """Whether the server prefers this version among those of its group that have the resource."""

    @property
    def listed(self) -> bool:
        return "list" in self.verbs

    @property
    def watched(self) -> bool:
        return "watch" in self.verbs


class Missing(NamedTuple):
    """A version of a group whose server does not answer. Only its kinds are unknown or old."""

    group_version: str
    why: str

    def __str__(self) -> str:
        return f"{self.group_version}: {self.why}"


class Resources:
    """All that a server serves. Immutable; equal when the same is served."""

    def __init__(self, served: Iterable[Served] = (), missing: Iterable[Missing] = ()) -> None:
        """`served` are in the server's order: groups by priority, in each the preferred version first."""
        self.served = tuple(served)
        self.missing = tuple(missing)
        self._named: dict[str, list[Served]] = {}
        self._short: dict[str, list[Served]] = {}
        self._categories: dict[str, list[Served]] = {}
        for one in self.served:
            if not one.listed:
                continue
            resource = one.resource
            for name in dict.fromkeys((resource.plural, resource.singular, resource.kind.casefold())):
                self._named.setdefault(name, []).append(one)
            for name in resource.short_names:
                self._short.setdefault(name, []).append(one)
            if one.preferred:
                for category in one.categories:
                    self._categories.setdefault(category, []).append(one)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Resources):
            return NotImplemented
        return (self.served, self.missing) == (other.served, other.missing)

    def __hash__(self) -> int:
        return hash((self.served, self.missing))

    def __bool__(self) -> bool:
        return bool(self.served)

    def find(self, word: str) -> tuple[Served, ...]:
        """Return what can be listed under a word, as `kubectl get` takes it: several for a category, none for nothing.

        Names come as plural, singular, kind or short name, with `.group`, a beginning of the group, or
        `.version.group` behind it. The first group that has the name wins, and a name over a short name.
        """
        name, dot, rest = word.strip().casefold().partition(".")
        candidates = [*self._named.get(name, ()), *self._short.get(name, ())]
        if dot:
            found = _qualified(candidates, rest)
            return (found,) if found is not None else ()
        best = next((one for one in candidates if one.preferred), None)
        if best is not None:
            return (best,)
        return tuple(self._categories.get(name, ()))

    def versions(self, group: str, plural: str) -> tuple[Served, ...]:
        """Return a resource in all versions that are served, the preferred one first."""
        found = [one for one in self._named.get(plural, ()) if one.resource.group == group]
        return tuple(sorted(found, key=lambda one: not one.preferred))

    def words(self) -> tuple[str, ...]:
        """Return the plurals of all that can be listed, with the group behind those that another group has too."""
        found: dict[str, None] = {}
        for one in self.served:
            if one.listed and one.preferred:
                plural = one.resource.plural
                found[f"{plural}.{one.resource.group}" if plural in found else plural] = None
        return tuple(found)

    @property
    def categories(self) -> tuple[str, ...]:
        """The words that stand for several resources, such as `all`."""
        return tuple(sorted(self._categories))


def _qualified(candidates: list[Served], rest: str) -> Served | None:
    version, _, group = rest.partition(".")
    for one in candidates:
        if (one.resource.version, one.resource.group) == (version, group):
            return one
    preferred = [one for one in candidates if one.preferred]
    exact = next((one for one in preferred if one.resource.group == rest), None)
    return exact or next((one for one in preferred if rest and one.resource.group.startswith(rest)), None)
