"""Three versions of an object made one: what somebody changed, put on what others changed meanwhile."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from state.cluster.operations.template_diff import MISSING, key_of
from state.cluster.requests import Json


class Clash(NamedTuple):
    """A field that both changed, each otherwise; `MISSING` stands for no value."""

    path: str
    mine: Any
    theirs: Any


def rebased(base: Any, mine: Any, theirs: Any, known: Mapping[str, Any] | None = None) -> tuple[Any, tuple[Clash, ...]]:
    """Return what comes of my change to `base` on top of theirs, and the fields where the two do not agree.

    Mine wins where they do not agree. That is no clash any more where `known` has their value at the path: I have
    seen it and still want mine.
    """
    merge = _Merge(known or {})
    return merge.of(base, mine, theirs, ""), tuple(merge.clashes)


@dataclass(slots=True)
class _Merge:
    known: Mapping[str, Any]
    clashes: list[Clash] = field(default_factory=list)

    def of(self, base: Any, mine: Any, theirs: Any, path: str) -> Any:
        if _same(mine, base) or _same(mine, theirs):
            return theirs
        if _same(theirs, base):
            return mine
        if isinstance(mine, dict) and isinstance(theirs, dict):
            return self._fields(base if isinstance(base, dict) else {}, mine, theirs, path)
        if isinstance(mine, list) and isinstance(theirs, list):
            before: list[Any] = base if isinstance(base, list) else []
            key = key_of(before, mine, theirs)
            if key is not None:
                named = [{str(one[key]): one for one in part} for part in (before, mine, theirs)]
                return list(self._fields(named[0], named[1], named[2], path, mine_first=True).values())
        where = path.lstrip(".")
        if where not in self.known or not _same(self.known[where], theirs):
            self.clashes.append(Clash(where, mine, theirs))
        return mine

    def _fields(self, base: Json, mine: Json, theirs: Json, path: str, *, mine_first: bool = False) -> dict[str, Any]:
        first, second = (mine, theirs) if mine_first else (theirs, mine)
        merged = {
            name: self.of(
                base.get(name, MISSING),
                mine.get(name, MISSING),
                theirs.get(name, MISSING),
                f"{path}[{name}]" if mine_first else f"{path}.{name}",
            )
            for name in [*first, *(name for name in second if name not in first)]
        }
        return {name: value for name, value in merged.items() if value is not MISSING}


def _same(one: Any, other: Any) -> bool:
    return type(one) is type(other) and bool(one == other)
