"""What the edge of the list says: where one is, how much is shown, by what it is narrowed, and what is not live."""

from collections.abc import Sequence

from screens.cluster.stops import Way
from screens.emptiness import stale_note
from state.freshness import Freshness, Health
from state.printable import printable, shorten_middle
from state.query import Query

_SEPARATOR = " ▸ "
_LONGEST_NAME = 40


def crumbs(way: Way, room: int = 1000) -> str:
    """Return the way to the list that is shown: `Deployments ▸ shop/api ▸ Pods`.

    What does not fit in so many cells goes from its beginning; the last two parts stay.
    """
    parts: list[str] = []
    for stop in way:
        within = stop.query.within
        if within is not None:
            how = f" {within.how}" if within.how else ""
            parts.append(f"{shorten_middle(printable(within.of.path), _LONGEST_NAME)}{how}")
        parts.append(stop.kind.resource.plural.capitalize())
    left = 0
    while left < len(parts) - 2 and _width(parts, left) > room:
        left += 1
    return _SEPARATOR.join(parts if not left else ["…", *parts[left:]])


def _width(parts: Sequence[str], left: int) -> int:
    return len(_SEPARATOR.join(parts[left:])) + (4 if left else 0)


def narrowing(query: Query, contexts: Sequence[str]) -> list[str]:
    """Return the words for what is left out: contexts, namespaces, filter, what is well."""
    words = []
    if len(contexts) > 1:
        words.append(printable(" + ".join(contexts)))
    if query.namespaces and query.within is None:
        words.append(f"in {_listed(sorted(query.namespaces))}")
    if query.text:
        words.append(f"/{query.text}")
    if query.faults_only:
        words.append("faults only")
    return words


def notes(sources: Sequence[tuple[str, Freshness]], now: float) -> list[str]:
    """Return what is to be said of sources that are not all there: stale and since when, or denied in part."""
    said = []
    for name, freshness in sources:
        note = stale_note(freshness, now)
        if not note and freshness.health is Health.LIVE:
            note = freshness.reason
        if note:
            said.append(f"{printable(name)}: {note}" if len(sources) > 1 else note)
    return said


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - 3} more" if len(names) > 3 else ""
    return f"{', '.join(names[:3])}{more}"
