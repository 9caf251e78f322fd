"""The board: cards in phases. Immutable values; `changes` turns one board into the next."""

import math
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Literal

from msgspec import Struct, field

SCHEMA = 1
"""The newest schema of the board file that this program reads and writes."""
UNPLANNED = "unplanned"
"""The phase of ideas. It always exists."""
DROPPED = "dropped"
"""The phase of what will not be done. It always exists."""
MVP = "mvp"
"""The phase whose share of the whole is planned."""
STEPS = ("learn", "access", "place", "build", "deploy", "expose", "connect", "observe", "operate", "recover")
"""The steps of a developer's journey on the platform, in order."""


class CardKind(StrEnum):
    """What a card is. Only capabilities count in the share."""

    CAPABILITY = "capability"
    SUPPORT = "support"
    EXPERIMENT = "experiment"


class CardState(StrEnum):
    """How far a card is."""

    TODO = "todo"
    DOING = "doing"
    DONE = "done"


class Moscow(StrEnum):
    """A card's priority inside its phase."""

    MUST = "must"
    SHOULD = "should"
    COULD = "could"
    WONT = "wont"


class Card(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One entry of the board. Raises ValueError on points that are not finite and above 0.

    `uid` is random and stays, `number` is the one people say. `rank` orders the cards of a phase, `uid`
    breaks ties. `points` is relative effort, None while nobody has estimated it. `started` and `finished` are when
    it last began and ended. `unknown` keeps the fields that a newer program wrote.
    """

    uid: str
    number: int
    title: str
    kind: CardKind = CardKind.CAPABILITY
    description: str = ""
    step: str = ""
    lane: str = ""
    phase: str = UNPLANNED
    rank: str = ""
    points: int | float | None = None
    value: Literal[1, 2, 3, 5, 8] | None = None
    moscow: Moscow | None = None
    floor: bool = False
    needs: tuple[str, ...] = ()
    """The uids of the cards that must be there first."""
    apps: tuple[str, ...] = ()
    state: CardState = CardState.TODO
    started: datetime | None = None
    finished: datetime | None = None
    owner: str = ""
    tags: tuple[str, ...] = ()
    source: str = ""
    created: datetime | None = None
    unknown: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.points is not None and not (math.isfinite(self.points) and self.points > 0):
            raise ValueError(f"points must be a number above 0, not {self.points}")

    @property
    def label(self) -> str:
        """The number as it is shown and typed: `C07`, `C112`."""
        return f"C{self.number:02d}"

    @property
    def order(self) -> tuple[str, str]:
        """What sorts the cards of a phase."""
        return self.rank, self.uid


class Phase(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A slice of the platform's way. `appetite` is the weeks the team is willing to spend; the window is two dates."""

    id: str
    name: str
    rank: str = ""
    outcome: str = ""
    appetite: int | None = None
    starts: date | None = None
    ends: date | None = None
    unknown: dict[str, Any] = field(default_factory=dict)


class Baseline(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A named picture of the scope: for each phase the capabilities in it, by uid, with their points."""

    id: str
    name: str
    when: datetime
    who: str = ""
    scope: dict[str, dict[str, int | float | None]] = field(default_factory=dict)
    unknown: dict[str, Any] = field(default_factory=dict)


class Settings(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What the whole team shares about its board. `band` is in percent, both ends inside."""

    schema: int = SCHEMA
    title: str = "Platform"
    kickoff: date | None = None
    current: str = MVP
    """The id of the phase that is being built."""
    band: tuple[int | float, int | float] = (20, 40)
    team: tuple[str, ...] = ()
    unknown: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        low, high = self.band
        if not 0 <= low <= high <= 100:
            raise ValueError(f"the band must be two percentages, the smaller first, not {low} and {high}")


class Board(Struct, frozen=True, kw_only=True):
    """All of it. `phases` is in order, `unplanned` first and `dropped` last.

    `unknown` holds tables of the file that this program does not know, as they were read.
    """

    settings: Settings
    phases: tuple[Phase, ...]
    cards: Mapping[str, Card]
    baselines: tuple[Baseline, ...] = ()
    unknown: Mapping[str, Any] = field(default_factory=dict)

    @property
    def planned(self) -> tuple[Phase, ...]:
        """The phases whose cards make the whole."""
        return self.phases[1:-1]

    def phase(self, id: str) -> Phase | None:
        """Return the phase, or None when there is none of that id."""
        return next((phase for phase in self.phases if phase.id == id), None)

    def columns(self) -> dict[str, tuple[Card, ...]]:
        """Return the cards of each phase by its id, in rank order. Cards of a phase that went are unplanned."""
        found: dict[str, list[Card]] = {phase.id: [] for phase in self.phases}
        ideas = found[UNPLANNED]
        for card in self.cards.values():
            found.get(card.phase, ideas).append(card)
        return {id: tuple(sorted(cards, key=lambda card: card.order)) for id, cards in found.items()}

    def numbered(self, label: str) -> Card | None:
        """Return the card of a number as people type it (`C12`, `c12`, `12`), or None."""
        digits = label.strip().lstrip("cC#")
        if not digits.isdecimal():
            return None
        number = int(digits)
        return next((card for card in self.cards.values() if card.number == number), None)

    def next_number(self) -> int:
        """Return a number that no card has."""
        return 1 + max((card.number for card in self.cards.values()), default=0)


def in_order(phases: Iterable[Phase]) -> tuple[Phase, ...]:
    """Return phases as a board holds them; `unplanned` and `dropped` are added when they are missing."""
    by_id = {phase.id: phase for phase in phases}
    first = by_id.pop(UNPLANNED, None) or Phase(id=UNPLANNED, name="Ideas")
    last = by_id.pop(DROPPED, None) or Phase(id=DROPPED, name="Dropped")
    return first, *sorted(by_id.values(), key=lambda phase: (phase.rank, phase.id)), last


def empty_board() -> Board:
    """Return the board that a team starts from: no cards, the MVP and two phases after it."""
    return Board(
        settings=Settings(),
        phases=in_order(
            (
                Phase(id=MVP, name="MVP", rank="a0"),
                Phase(id="phase-2", name="Phase 2", rank="a1"),
                Phase(id="phase-3", name="Phase 3", rank="a2"),
            )
        ),
        cards={},
    )
