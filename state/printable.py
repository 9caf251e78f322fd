"""Text from outside, made safe to show: no control characters, no direction overrides."""

import re

# C0 and C1 controls, the bidirectional overrides and isolates, the invisible tags, line and paragraph separators.
_UNSAFE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb\U000e0000-\U000e007f\ud800-\udfff]"
)
_LAYOUT = re.compile("[\t\n]")
_ESCAPES = re.compile("\x1b(?:\\[[0-?]*[ -/]*[@-~]|\\][^\x07\x1b]*(?:\x07|\x1b\\\\)?|[@-Z\\\\-_])")


def printable(text: str) -> str:
    """Return `text` as one safe line: escape sequences go, controls become `·`, tabs and newlines a space."""
    if text.isascii() and text.isprintable():
        return text
    return _LAYOUT.sub(" ", printable_lines(text))


def printable_lines(text: str) -> str:
    """Return `text` safe to show on several lines: newlines and tabs stay, all other controls become `·`."""
    if text.isascii() and text.isprintable():
        return text
    text = text.replace("\r\n", "\n")
    if "\x1b" in text:
        text = _ESCAPES.sub("", text)
    return _UNSAFE.sub("·", text)


def pasted_lines(text: str) -> str:
    """Return what was pasted, safe to show on several lines. Most terminals send a return where a line ends."""
    return printable_lines(text.replace("\r\n", "\n").replace("\r", "\n"))


def shorten(text: str, width: int) -> str:
    """Cut `text` to `width` characters with `…` at its end."""
    if len(text) <= width:
        return text
    return text[: width - 1] + "…" if width > 0 else ""


def shorten_middle(text: str, width: int) -> str:
    """Cut `text` to `width` characters with `…` in its middle, for names whose end tells them apart."""
    if len(text) <= width:
        return text
    if width < 3:
        return shorten(text, width)
    tail = (width - 1) // 2
    return f"{text[: width - 1 - tail]}…{text[-tail:]}"
