"""By which column a list is ordered, as keys and the mouse change it."""

from collections.abc import Sequence
from dataclasses import replace

from state.query import Query


def ordered(query: Query, header: str) -> Query:
    """Return the query ordered by a column; again turns it round, a third time goes back to the kind's own order."""
    if query.sort != header:
        return replace(query, sort=header, descending=False)
    if not query.descending:
        return replace(query, descending=True)
    return replace(query, sort=None, descending=False)


def moved(query: Query, headers: Sequence[str], by: int) -> Query:
    """Return the query ordered by the column so many places to the right of the one that orders now.

    Beyond the last, and before the first, is the kind's own order; the direction begins anew.
    """
    places: list[str | None] = [None, *headers]
    now = places.index(query.sort) if query.sort in places else 0
    return replace(query, sort=places[(now + by) % len(places)], descending=False)
