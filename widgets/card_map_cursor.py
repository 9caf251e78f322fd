"""Where the cursor of a map goes: by keys, and when the cards change under it."""

from widgets.card_map_model import Sheet, Spot


def nearest(shown: Sheet, spot: Spot) -> Spot:
    """Return a place, or the nearest there is on a map."""
    if not shown.bands or not shown.headings:
        return Spot()
    band = _within(spot.band, len(shown.bands))
    column = _within(spot.column, len(shown.headings))
    return Spot(band, column, _within(spot.index, len(shown.bands[band].slots[column].keys)))


def beside(shown: Sheet, spot: Spot, by: int) -> Spot:
    """Return the place so many columns to the right, in the same line when there is a card."""
    return nearest(shown, Spot(spot.band, spot.column + by, spot.index))


def below(shown: Sheet, spot: Spot, by: int) -> Spot:
    """Return the place so many cards down the column.

    It stops at the end of a slot; from there it goes on to the next band, be there a card or not.
    """
    if not shown.bands:
        return spot
    last = max(0, len(shown.slot(spot).keys) - 1)
    index = max(0, min(spot.index + by, last))
    band = spot.band + (1 if by > 0 else -1)
    if index != spot.index or not by or not 0 <= band < len(shown.bands):
        return Spot(spot.band, spot.column, index)
    return nearest(shown, Spot(band, spot.column, 0 if by > 0 else len(shown.bands[band].slots[spot.column].keys)))


def follow(before: Sheet, after: Sheet, spot: Spot) -> Spot:
    """Return a place on a map that has changed.

    It stays on its card wherever that went. Of a card that is gone it goes to the next one in its slot, and to the
    card that is fewest slots away when that has become empty. Where no card was, it stays in its slot.
    """
    key = before.key(spot)
    if key in after.spots:
        return after.spots[key]
    if not before.bands:
        return nearest(after, spot)
    id = before.bands[spot.band].id
    band = next((at for at, one in enumerate(after.bands) if one.id == id), spot.band)
    here = nearest(after, Spot(band, spot.column, spot.index))
    if key is None or after.key(here) is not None:
        return _next_of(before, after, spot) or here
    return min(
        after.spots.values(),
        key=lambda one: (abs(one.band - here.band) + abs(one.column - here.column), one.band, one.column, one.index),
        default=here,
    )


def _next_of(before: Sheet, after: Sheet, spot: Spot) -> Spot | None:
    """The nearest neighbour of a card that is gone, if it is still in the slot."""
    keys = before.slot(spot).keys
    id, column = before.bands[spot.band].id, spot.column
    for key in (*keys[spot.index + 1 :], *reversed(keys[: spot.index])):
        there = after.spots.get(key)
        if there is not None and after.bands[there.band].id == id and there.column == column:
            return there
    return None


def _within(index: int, count: int) -> int:
    return max(0, min(index, count - 1))
