"""How wide the columns of a board are."""

from collections.abc import Sequence

LEAST, FOCUSED_LEAST = 22, 34
"""Cells that a column needs to be worth showing, and that the one with the focus needs to be worked in."""
MINOR_LEAST = 15
"""The same for a column at the edge, whose cards are seldom read."""


def lane_widths(minor: Sequence[bool], focused: int, width: int) -> list[int]:
    """Return a width for each column in `width` cells, 0 for those that are hidden.

    `minor` says which columns want half of what the others get. When not all of them fit, the farthest from the
    `focused` one go first, so that those shown stand beside each other with the focused one among them.
    """
    if not minor:
        return []

    def least(index: int) -> int:
        return min(width, FOCUSED_LEAST) if index == focused else MINOR_LEAST if minor[index] else LEAST

    first, last = 0, len(minor) - 1
    while sum(least(index) for index in range(first, last + 1)) > width and first < last:
        if last - focused >= focused - first:
            last -= 1
        else:
            first += 1
    shown = range(first, last + 1)
    widths = [least(index) if index in shown else 0 for index in range(len(minor))]
    spare = width - sum(widths)
    if len(shown) < len(minor):
        # Where room is short, it goes to where the work is.
        widths[focused] += spare
        return widths
    weights = [1 if one else 2 for one in minor]
    wanted = [max(widths[index], width * weights[index] // sum(weights)) for index in shown]
    while sum(wanted) > width:
        wanted[max(shown, key=lambda index: (wanted[index] - widths[index], index))] -= 1
    order = sorted(shown, key=lambda index: (index != focused, minor[index]))
    for n in range(width - sum(wanted)):
        wanted[order[n % len(order)]] += 1
    return wanted
