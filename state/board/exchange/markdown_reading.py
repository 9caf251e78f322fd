"""Markdown read as a board: headings are phases, list items are cards, what is indented below one describes it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import msgspec

from state.board.documents import entry
from state.board.exchange import cells
from state.board.exchange.cells import FIELDS, CellError
from state.board.exchange.contents import Contents, Remark, Row, UnreadableFile
from state.board.exchange.references import is_reference
from state.board.model import Phase
from state.printable import printable

BOXES = {" ": "todo", "/": "doing", "x": "done", "X": "done"}
"""What stands in the box of an item, and the state that it means."""
SIGNS = "#@!*>"
INDENT = "  "
_HEADING = re.compile(r"(#{1,6})\s+(.*?)(?:\s+#+)?\s*")
_ITEM = re.compile(r"(?:[-*+]|\d{1,9}[.)])\s+(?:\[([ xX/])\]\s+)?(.*)")
# No note holds a `<` or `>`: they are escaped in it, as a `<` is everywhere else.
_NOTE = re.compile(r"(.*?)\s*(?<!\\)<!--\s*(\{[^<>]*\})\s*-->\s*")
_LABEL = re.compile(r"\**([cC]\d+)\**[:.]?")


def from_markdown(text: str) -> Contents:
    """Read Markdown. Raises UnreadableFile when no item of a list is in it.

    An item is a title with the signs of quick capture; `[x]` is done, `[/]` begun. The note in `<!-- -->` behind one
    that the cockpit wrote holds all the rest of the card.
    """
    reading = _Reading()
    for number, line in enumerate(text.replace("\r\n", "\n").split("\n"), 1):
        reading.line(number, line)
    contents = reading.contents()
    if not contents.rows and not contents.phases:
        raise UnreadableFile("no heading and no item of a list in it is a phase or a card")
    return contents


def is_structure(line: str) -> bool:
    """Return whether a line is a heading or an item, and so no text of its own."""
    return bool(_HEADING.fullmatch(line) or _ITEM.fullmatch(line) or _NOTE.fullmatch(line))


def heading_name(line: str) -> str:
    """Return the name that a heading without a note gives."""
    found = _HEADING.fullmatch(line)
    return unescaped(found[2]) if found else ""


def read_item(text: str) -> tuple[dict[str, Any], list[tuple[str, str]]]:
    """Return what an item says beside its box and its note, and what of it cannot be read: field and why."""
    words = unescaped(text).split()
    fields: dict[str, Any] = {}
    flaws: list[tuple[str, str]] = []
    if words and (label := _LABEL.fullmatch(words[0])):
        fields["number"] = int(label[1][1:])
        words = words[1:]
    title: list[str] = []
    for word in words:
        sign, rest = word[0], word[1:]
        if sign == "\\" and rest[:1] and rest[0] in SIGNS:
            title.append(rest)
        elif sign not in SIGNS or not rest or rest[0] == sign:
            title.append(word)
        elif sign == "#":
            fields.setdefault("tags", []).append(rest)
        else:
            name = {"@": "owner", "!": "moscow", "*": "points", ">": "phase"}[sign]
            try:
                fields[name] = cells.read(name, rest)
            except CellError as error:
                flaws.append((name, f"{error}; left out"))
    fields["title"] = " ".join(title)
    return fields, flaws


def unescaped(text: str) -> str:
    """Return text without what keeps HTML out of it."""
    return text.replace("\\<", "<")


def described(lines: list[str]) -> str:
    """Return the description that indented lines make."""
    while lines and not lines[-1].strip():
        lines = lines[:-1]
    while lines and not lines[0].strip():
        lines = lines[1:]
    return "\n".join(
        line[1:] if line.startswith("\t") else line.removeprefix(INDENT) if line.strip() else "" for line in lines
    )


@dataclass(slots=True)
class _Heading:
    """A heading that is being read, with the text below it."""

    number: int
    level: int
    name: str
    note: dict[str, Any] | None
    text: list[str] = field(default_factory=list)
    items: int = 0


@dataclass(slots=True)
class _Item:
    """An item that is being read, with what is indented below it."""

    number: int
    fields: dict[str, Any]
    note: dict[str, Any] | None
    phase: str
    text: list[str] = field(default_factory=list)


class _Reading:
    """A file being read, line by line."""

    def __init__(self) -> None:
        self._headings: list[_Heading] = []
        self._items: list[_Item] = []
        self._item: _Item | None = None
        self._remarks: list[Remark] = []

    def line(self, number: int, line: str) -> None:
        """Take over a line."""
        heading, item = _HEADING.fullmatch(line), _ITEM.fullmatch(line)
        if heading:
            name, note = self._noted(number, heading[2])
            self._item = None
            self._headings.append(_Heading(number, len(heading[1]), unescaped(name), note))
        elif item:
            self._begin(number, item[1], item[2])
        elif self._item is not None and (not line.strip() or line.startswith((INDENT, "\t"))):
            self._item.text.append(line)
        elif self._item is None and self._headings and not self._headings[-1].items:
            self._headings[-1].text.append(line)
        elif line.strip():
            self._item = None
            self._remark(number, "", line, "is text that belongs to no card; left out")

    def contents(self) -> Contents:
        """Return all of the file."""
        phases = tuple(self._phases())
        return Contents(tuple(self._row(item) for item in self._items), phases, remarks=tuple(self._remarks))

    def _begin(self, number: int, box: str | None, text: str) -> None:
        shown, note = self._noted(number, text)
        fields, flaws = read_item(shown)
        for name, why in flaws:
            self._remark(number, name, "", why)
        if box is not None:
            fields["state"] = BOXES[box]
        phase = ""
        if self._headings:
            self._headings[-1].items += 1
            above = self._headings[-1]
            phase = str((above.note or {}).get("id") or above.name)
        self._item = _Item(number, fields, note, phase)
        self._items.append(self._item)

    def _row(self, item: _Item) -> Row:
        fields = dict(item.fields)
        if item.phase and not self._is_title(item):
            fields.setdefault("phase", item.phase)
        description = described(item.text)
        if description:
            fields["description"] = description
        note = item.note or {}
        for name, value in note.items():
            if name in FIELDS[:-1] and cells.fits(name, value):
                fields[name] = value
            elif name in FIELDS[:-1]:
                self._remark(item.number, name, str(value), "is no value of that field; left out")
        unknown = {name: value for name, value in note.items() if name not in FIELDS[:-1]}
        return Row(f"line {item.number}", {**fields, "unknown": unknown} if unknown else fields, whole="uid" in note)

    def _is_title(self, item: _Item) -> bool:
        """Whether an item stands below the title of the whole and so in no phase."""
        first = self._headings[0]
        return self._titled() and first.number < item.number and item.phase == first.name and len(self._headings) > 1

    def _titled(self) -> bool:
        first = self._headings[0]
        return first.level == 1 and first.note is None and any(one.level > 1 for one in self._headings)

    def _phases(self) -> Iterator[Phase]:
        for heading in self._headings:
            if heading.note is None or "id" not in heading.note:
                if any(line.strip() for line in heading.text) and not (heading is self._headings[0] and self._titled()):
                    self._remark(heading.number, "", heading.name, "has text below it that no phase takes; left out")
                continue
            shown = {"name": heading.name, "outcome": described(heading.text)}
            try:
                yield entry(Phase, {**{name: text for name, text in shown.items() if text}, **heading.note})
            except msgspec.ValidationError as error:
                self._remark(heading.number, "", heading.name, f"is no phase: {printable(str(error))}")

    def _noted(self, number: int, text: str) -> tuple[str, dict[str, Any] | None]:
        """A line without its note, and the note."""
        found = _NOTE.fullmatch(text)
        if found is None:
            return text, None
        try:
            note = msgspec.json.decode(found[2], type=dict[str, Any])
        except (msgspec.DecodeError, msgspec.ValidationError) as error:
            self._remark(number, "", found[2], f"cannot be read: {printable(str(error))}")
            return found[1], None
        return found[1], {name: value for name, value in note.items() if not (name == "uid" and not is_uid(value))}

    def _remark(self, number: int, column: str, value: str, why: str) -> None:
        self._remarks.append(Remark(f"line {number}", column, value.strip(), why))


def is_uid(value: Any) -> bool:
    """Return whether a note's uid has the form of one."""
    return isinstance(value, str) and value.isdecimal() and not is_reference(value)
