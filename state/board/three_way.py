"""Two edits of one value, put together: lists as sets of additions and removals, objects by their keys.

What comes out does not depend on which side is `mine`, but for what `both` decides. A value that is not there is
GONE, so that adding and taking away are edits like any other.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import msgspec

GONE: Final = msgspec.UNSET
"""No value at all."""
Both = Callable[[Any, Any], Any]
"""Says what stands where both sides set one thing differently, mine and theirs; it may raise instead."""
LISTS: Final[Mapping[str, frozenset[str]]] = {
    "cards": frozenset(
        ("needs", "broken", "apps", "teams", "tags", "evidence", "assumptions", "feedback", "links", "comments")
    ),
    "board": frozenset(("team", "days_off")),
}
"""The fields of each table whose value is a list in which each item stands for itself."""
OBJECTS: Final[Mapping[str, frozenset[str]]] = {"board": frozenset(("wip",))}
"""The fields of each table whose value is an object in which each key stands for itself."""
_Key = tuple[str, int]


def merges(table: str, field: str) -> bool:
    """Return whether two edits of a field can both be in."""
    return field in LISTS.get(table, ()) or field in OBJECTS.get(table, ())


def merge_field(table: str, field: str, base: Any, mine: Any, theirs: Any, both: Both) -> Any:
    """Return a field after two edits of `base`, all as JSON has them."""
    if merges(table, field):
        empty: Any = [] if field in LISTS.get(table, ()) else {}
        base, mine, theirs = (empty if value in (GONE, None) else value for value in (base, mine, theirs))
    if mine == theirs or theirs == base:
        return mine
    if mine == base:
        return theirs
    if field in LISTS.get(table, ()) and all(isinstance(value, list) for value in (base, mine, theirs)):
        return _list(base, mine, theirs, both)
    if field in OBJECTS.get(table, ()) and all(isinstance(value, dict) for value in (base, mine, theirs)):
        return merge_objects(base, mine, theirs, lambda _, *sides: _one(both, *sides))
    return both(mine, theirs)


def merge_objects(
    base: Mapping[str, Any],
    mine: Mapping[str, Any],
    theirs: Mapping[str, Any],
    one: Callable[[str, Any, Any, Any], Any],
) -> dict[str, Any]:
    """Return an object after two edits; `one` merges the values of a key, GONE where a side has none."""
    made = {key: one(key, *(side.get(key, GONE) for side in (base, mine, theirs))) for key in {**mine, **theirs}}
    return {key: value for key, value in made.items() if value is not GONE}


def _one(both: Both, base: Any, mine: Any, theirs: Any) -> Any:
    if mine == theirs or theirs == base:
        return mine
    if mine == base:
        return theirs
    if all(isinstance(side, dict) for side in (base, mine, theirs)):
        return merge_objects(base, mine, theirs, lambda _, *sides: _one(both, *sides))
    return both(mine, theirs)


def _list(base: list[Any], mine: list[Any], theirs: list[Any], both: Both) -> list[Any]:
    olds, ours, others = _keyed(base), _keyed(mine), _keyed(theirs)
    items = {key: _one(both, *(side.get(key, GONE) for side in (olds, ours, others))) for key in {**ours, **others}}
    kept = {key: item for key, item in items.items() if item is not GONE}
    return [kept[key] for key in _order(list(olds), list(ours), list(others), kept)]


def _keyed(items: Sequence[Any]) -> dict[_Key, Any]:
    """Items by what makes each the one it is, and which of its equals it is."""
    found: dict[_Key, Any] = {}
    seen: Counter[str] = Counter()
    for item in items:
        same = _identity(item)
        found[same, seen[same]] = item
        seen[same] += 1
    return found


def _identity(item: Any) -> str:
    """`what` names an evidence, an assumption, a feedback; anything else is another one when it differs."""
    named = item.get("what") if isinstance(item, dict) else None
    return msgspec.json.encode(item if named is None else {"what": named}, order="deterministic").decode()


def _order(base: list[_Key], mine: list[_Key], theirs: list[_Key], kept: Mapping[_Key, Any]) -> list[_Key]:
    """The order of whoever has changed it; what was added stands after what it was added after."""
    at = {key: place for place, key in enumerate(_settled(base, mine, theirs, kept))}
    after: dict[_Key, int] = {}
    for side in (mine, theirs):
        last = -1
        for key in side:
            if key in at:
                last = at[key]
            elif key in kept:
                after[key] = min(last, after.get(key, last))
    ordered: list[_Key] = []
    for place, here in enumerate([None, *at], -1):
        ordered += [] if here is None else [here]
        ordered += _interleaved(kept, *([key for key in side if after.get(key) == place] for side in (mine, theirs)))
    return ordered


def _settled(base: list[_Key], mine: list[_Key], theirs: list[_Key], kept: Mapping[_Key, Any]) -> list[_Key]:
    """What was there before, in the order that stands."""
    known = set(base)
    old, ours, others = ([key for key in side if key in known and key in kept] for side in (base, mine, theirs))
    if ours == others or ours == [key for key in old if key in set(ours)]:
        return others
    return ours if others == [key for key in old if key in set(others)] else old


def _interleaved(kept: Mapping[_Key, Any], *sides: list[_Key]) -> list[_Key]:
    """All sides, each in its own order: whenever there is a choice the earlier by its time, then by its text."""

    def rank(side: list[_Key]) -> tuple[str, _Key]:
        item = kept[side[0]]
        return (str(item.get("when", "")) if isinstance(item, dict) else ""), side[0]

    made: list[_Key] = []
    while waiting := [side for side in sides if side]:
        first = min(waiting, key=rank)[0]
        made.append(first)
        sides = tuple([key for key in side if key != first] for side in waiting)
    return made
