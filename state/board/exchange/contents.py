"""What a file holds for a board, before anybody asked whether the board takes it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from state.board.model import Baseline, Phase, Settings
from state.printable import printable, shorten


class UnreadableFile(ValueError):
    """The file cannot be read as what it is said to be. The text is one printable sentence."""


@dataclass(frozen=True, slots=True)
class Row:
    """A card as a file says it: fields as JSON has them, cards that it names as references.

    The phase is the name that the file has for it. A `whole` row says all of a card: what it leaves out is at its
    default, while of others it is left as it is. `keys` are another tracker's names for the card, the best first;
    `parent` and `blocks` are such names too.
    """

    place: str
    """Where it stands in the file: `row 12`."""
    fields: Mapping[str, Any]
    whole: bool = False
    keys: tuple[str, ...] = ()
    parent: str = ""
    blocks: tuple[str, ...] = ()
    foreign: bool = False
    """Whether another tracker says it: its lists add to those of a card, and it does not know when a card came."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a file and the field that it becomes; none when it is not taken. `how` says what else there is."""

    name: str
    field: str = ""
    how: str = ""


@dataclass(frozen=True, slots=True)
class Remark:
    """Something of a file that was not understood or not taken: where, which column, what stood there, and why."""

    place: str
    column: str
    value: str
    why: str

    @property
    def words(self) -> str:
        """The remark as one printable line."""
        where = ", ".join(part for part in (self.place, printable(self.column)) if part)
        said = f"“{shorten(printable(self.value), 40)}” " if self.value else ""
        return f"{where}: {said}{self.why}"


@dataclass(frozen=True, slots=True)
class Rest:
    """What a board file holds beside cards and phases; `unknown` are the tables of newer programs."""

    settings: Settings
    baselines: tuple[Baseline, ...] = ()
    unknown: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Contents:
    """All of a file."""

    rows: tuple[Row, ...]
    phases: tuple[Phase, ...] = ()
    rest: Rest | None = None
    columns: tuple[Column, ...] = ()
    remarks: tuple[Remark, ...] = ()
