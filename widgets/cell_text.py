"""Text measured and cut in terminal cells, where a wide character takes two."""

from rich.cells import cell_len, set_cell_size


def width_of(text: str) -> int:
    """Return how many cells `text` takes."""
    return len(text) if text.isascii() else cell_len(text)


def head(text: str, width: int) -> str:
    """Return the longest beginning of `text` within `width` cells."""
    if text.isascii():
        return text[: max(0, width)]
    return set_cell_size(text, max(0, width)).rstrip() if cell_len(text) > width else text


def tail(text: str, width: int) -> str:
    """Return the longest end of `text` within `width` cells."""
    if text.isascii():
        return text[len(text) - width :] if 0 < width < len(text) else text if width > 0 else ""
    start = len(text)
    room = width
    while start and (room := room - cell_len(text[start - 1])) >= 0:
        start -= 1
    return text[start:]


def cut(text: str, width: int, *, middle: bool = False, mark: str = "…") -> str:
    """Return `text` within `width` cells, with `mark` at its end or in its middle where something went."""
    if width_of(text) <= width:
        return text
    room = width - width_of(mark)
    if room < 0:
        return ""
    if not middle or room < 2:
        return head(text, room) + mark
    end = room // 2
    return head(text, room - end) + mark + tail(text, end)


def place(text: str, width: int, *, right: bool = False, middle: bool = False, mark: str = "…") -> str:
    """Return `text` cut and padded to exactly `width` cells."""
    fitted = cut(text, width, middle=middle, mark=mark)
    if width_of(fitted) > width:
        # A joined character that was cut in two can come out wider than its parts.
        fitted = set_cell_size(fitted, width)
    padding = " " * (width - width_of(fitted))
    return padding + fitted if right else fitted + padding
