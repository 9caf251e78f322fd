"""Which columns of a map are in sight, and how wide they are."""

from dataclasses import dataclass

LEAST = 21
"""Cells that a column needs for a card's number, points and the beginning of its title."""


@dataclass(frozen=True, slots=True)
class Window:
    """The columns in sight: the first of them, their widths, and how many columns there are in all."""

    first: int
    widths: tuple[int, ...]
    count: int

    @property
    def columns(self) -> range:
        """The indices of the columns in sight."""
        return range(self.first, self.first + len(self.widths))

    @property
    def after(self) -> int:
        """How many columns are out of sight on the right."""
        return self.count - self.first - len(self.widths)

    def at(self, x: int) -> int | None:
        """Return the index of the column at cell `x`, None outside of all."""
        end = 0
        for column, width in zip(self.columns, self.widths, strict=True):
            end += width
            if 0 <= x < end:
                return column
        return None


def window(count: int, first: int, cursor: int, width: int) -> Window:
    """Return the columns of `count` that are in sight in `width` cells.

    They begin with `first`, or as near to it as brings the column of the cursor into sight and leaves no room empty.
    """
    shown = max(1, min(count, width // LEAST))
    first = min(max(first, cursor - shown + 1), cursor)
    first = max(0, min(first, count - shown))
    each, rest = divmod(max(0, width), shown)
    return Window(first, tuple(each + (at < rest) for at in range(min(shown, count))), count)
