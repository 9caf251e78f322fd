"""Where a line is now, after the text around it has changed."""

from collections.abc import Callable

_MOVED_LINES = 200


def found_again(line_at: Callable[[int], str | None], text: str | None, near: int) -> int:
    """Return the number of the line next to `near` that says the same, else `near`.

    `line_at` gives the line of a number, None where there is none.
    """
    if text is None or not text.strip():
        return near
    for distance in range(_MOVED_LINES):
        for number in (near + distance, near - distance):
            if line_at(number) == text:
                return number
    return near
