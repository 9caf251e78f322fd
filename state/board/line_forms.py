"""What a card holds several of, written one a line: `Restore tested | by ana | on 2026-01-12 | until 2026-04-12`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Generic, TypeVar

from state.board.field_text import FieldError, day, escape, split
from state.board.model import Assumption, Evidence, Feedback, Obstacle
from state.printable import printable, printable_lines

E = TypeVar("E", Evidence, Assumption, Feedback, Obstacle)


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a line that begins with a word of its own; `name` is the field that it sets."""

    word: str
    name: str
    example: str
    day: bool = False


@dataclass(frozen=True, slots=True)
class LineForm(Generic[E]):
    """How one entry is written: what it is, then pieces in any order, each begun by its word, between bars.

    A bar that belongs to a text is written `\\|`.
    """

    kind: type[E]
    first: str
    pieces: tuple[Piece, ...]

    @property
    def hint(self) -> str:
        """The form in words."""
        return " | ".join((self.first, *(f"{piece.word} {piece.example}" for piece in self.pieces)))

    def write(self, entry: E) -> str:
        """Write an entry in one line."""
        parts = [escape(getattr(entry, self.first), "|")]
        for piece in self.pieces:
            value = getattr(entry, piece.name)
            if value:
                parts.append(f"{piece.word} {value.isoformat() if piece.day else escape(value, '|')}")
        return " | ".join(parts)

    def read(self, text: str, today: date) -> E:
        """Read an entry from its line. Raises FieldError."""
        first, *rest = split(printable(text), "|")
        if not first:
            raise FieldError(f"a line begins with {self.first}: {self.hint}")
        found: dict[str, Any] = {self.first: first}
        for part in rest:
            word, _, value = part.partition(" ")
            piece = next((piece for piece in self.pieces if piece.word == word.lower()), None)
            if piece is None:
                known = ", ".join(piece.word for piece in self.pieces)
                raise FieldError(f"“{part}” begins with none of {known}")
            if piece.name in found:
                raise FieldError(f"“{piece.word}” is there twice; leave one")
            if not value.strip():
                raise FieldError(f"“{piece.word}” says nothing; write {piece.word} {piece.example}")
            found[piece.name] = day(f"“{piece.word}”", today)(value) if piece.day else value.strip()
        return self.kind(**found)

    def write_all(self, entries: Sequence[E]) -> str:
        """Write entries, one a line."""
        return "\n".join(self.write(entry) for entry in entries)

    def read_all(self, text: str, before: Sequence[E], today: date) -> tuple[E, ...]:
        """Read one entry a line; empty lines go. A line of `before` that was left alone is the entry that it was.

        Raises FieldError, which names the line when there are several.
        """
        left = list(before)
        written = [self.write(entry) for entry in before]
        lines = [line.strip() for line in printable_lines(text).splitlines()]
        found: list[E] = []
        for at, line in enumerate(lines, start=1):
            if not line:
                continue
            if line in written:
                same = written.index(line)
                found.append(left.pop(same))
                written.pop(same)
                continue
            try:
                found.append(self.read(line, today))
            except FieldError as error:
                raise FieldError(f"line {at}: {error}" if len(lines) > 1 else str(error)) from None
        return tuple(found)


EVIDENCE = LineForm(
    Evidence,
    "what",
    (
        Piece("by", "who", "name"),
        Piece("on", "when", "day", day=True),
        Piece("until", "until", "day", day=True),
        Piece("link", "link", "address"),
        Piece("check", "check", "name"),
    ),
)
ASSUMPTION = LineForm(Assumption, "what", (Piece("test", "test", "how"), Piece("result", "result", "words")))
FEEDBACK = LineForm(
    Feedback,
    "what",
    (
        Piece("from", "team", "team"),
        Piece("on", "when", "day", day=True),
        Piece("answered", "answered", "day", day=True),
        Piece("changed", "changed", "what"),
    ),
)
OBSTACLE = LineForm(Obstacle, "why", (Piece("on", "whom", "whom"), Piece("since", "since", "day", day=True)))
