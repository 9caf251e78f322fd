"""One field of one entry of a board, from what to what, by whom and when."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from msgspec import Struct

from state.board.documents import document, plain
from state.board.model import Baseline, Card, Phase

WHOLE: Final = ""
"""The field of a change that adds an entry (old is None) or takes one away (new is None)."""
CARDS: Final = "cards"
PHASES: Final = "phases"
BASELINES: Final = "baselines"
SETTINGS: Final = "board"
KINDS: Final[Mapping[str, type[Card] | type[Phase] | type[Baseline]]] = {
    CARDS: Card,
    PHASES: Phase,
    BASELINES: Baseline,
}
"""The tables whose entries this program knows."""
_UID_DIGITS = 12


class Change(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One field of one entry, from `old` to `new` as JSON has them, by whom and when (UTC).

    `card` is the entry's key: a card's uid, a phase's or a baseline's id, empty for the settings. Changes of one
    `step` were made by one action and are undone together; `reverts` names the step that this one takes back.
    """

    id: str
    card: str
    field: str
    old: Any
    new: Any
    who: str
    when: datetime
    step: str
    table: str = CARDS
    reverts: str = ""

    @property
    def place(self) -> tuple[str, str, str]:
        """What it sets: table, entry, field."""
        return self.table, self.card, self.field


@dataclass(frozen=True, slots=True)
class Step:
    """One action of one person; its changes share an id and a time."""

    id: str
    who: str
    when: datetime
    reverts: str = ""

    def change(self, card: str, field: str, old: Any, new: Any, table: str = CARDS) -> Change:
        """Return a change of this step; the values may be those of the model."""
        return Change(
            id=new_id(),
            card=card,
            field=field,
            old=plain(old),
            new=plain(new),
            who=self.who,
            when=self.when,
            step=self.id,
            table=table,
            reverts=self.reverts,
        )

    def add(self, entry: Card | Phase | Baseline) -> Change:
        """Return the change that adds an entry."""
        table = next(table for table, kind in KINDS.items() if isinstance(entry, kind))
        made = document(entry)
        return self.change(made.pop("uid", None) or made["id"], WHOLE, None, made, table)


def step(who: str, when: float, reverts: str = "") -> Step:
    """Return a new step at a moment in seconds since the epoch, kept to the millisecond."""
    return Step(new_id(), who, datetime.fromtimestamp(round(when, 3), UTC), reverts)


def new_id() -> str:
    """Return a random id for a change or a step."""
    return secrets.token_hex(8)


def new_uid() -> str:
    """Return a random uid for a card or a baseline: twelve digits, a document id that TinyDB takes."""
    return str(secrets.randbelow(9 * 10 ** (_UID_DIGITS - 1)) + 10 ** (_UID_DIGITS - 1))
