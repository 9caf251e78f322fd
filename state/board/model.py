"""The board: cards in phases. Immutable values; `changes` turns one board into the next."""

import math
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from enum import StrEnum
from functools import cached_property
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
MOST = 1_000_000_000
"""The most points of one card and the most that it reaches: sums of them stay numbers."""
IMPACTS = (0.25, 0.5, 1, 2, 3)
"""Minimal, low, medium, high, massive: Intercom's scale for RICE."""

Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]


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


class Part(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a card is made of beside single values. `unknown` keeps the fields that a newer program wrote."""

    unknown: dict[str, Any] = field(default_factory=dict)


class Evidence(Part, frozen=True, kw_only=True, omit_defaults=True):
    """What shows that a card is really there: `check` is answered by the live platform, without one somebody attests.

    An attestation names who said so and when, and holds until `until`, for good when that is None.
    """

    what: str
    check: str = ""
    who: str = ""
    when: date | None = None
    until: date | None = None
    link: str = ""


class Assumption(Part, frozen=True, kw_only=True, omit_defaults=True):
    """What a capability takes for granted, how that is tested in real life, and what came of it."""

    what: str
    test: str = ""
    result: str = ""


class Feedback(Part, frozen=True, kw_only=True, omit_defaults=True):
    """What a development team said, when it was answered, and what changed because of it."""

    what: str
    team: str = ""
    when: date | None = None
    answered: date | None = None
    changed: str = ""


class Comment(Part, frozen=True, kw_only=True, omit_defaults=True):
    """What somebody of the team said about a card."""

    text: str
    who: str
    when: datetime


class Obstacle(Part, frozen=True, kw_only=True, omit_defaults=True):
    """What blocks a card from outside the board."""

    why: str
    whom: str = ""
    since: date | None = None


class Origin(Part, frozen=True, kw_only=True, omit_defaults=True):
    """Where a card stood before it was dropped, and why it was."""

    phase: str
    rank: str = ""
    reason: str = ""


class Card(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One entry of the board. Raises ValueError on points that are not above 0 and at most MOST.

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
    broken: tuple[str, ...] = ()
    """Those of `needs` that somebody has knowingly left in a later phase."""
    apps: tuple[str, ...] = ()
    teams: tuple[str, ...] = ()
    """The teams that wait for it."""
    state: CardState = CardState.TODO
    started: datetime | None = None
    finished: datetime | None = None
    owner: str = ""
    tags: tuple[str, ...] = ()
    source: str = ""
    created: datetime | None = None
    reach: int | float | None = None
    """How many teams or apps it reaches in a quarter (RICE)."""
    impact: int | float | None = None
    """How much it does for each of them, one of IMPACTS (RICE)."""
    confidence: int | float | None = None
    """How sure that is, in percent (RICE)."""
    urgency: int | float | None = None
    """Time criticality relative to other cards (WSJF)."""
    risk: int | float | None = None
    """Risk reduction or opportunity enablement relative to other cards (WSJF)."""
    replaced_by: str = ""
    """What replaces a throwaway card: the uid of a card, or words."""
    replaced_when: str = ""
    keeps_open: str = ""
    """What the card must not block."""
    extended_by: str = ""
    """How it can be extended later."""
    alternative: str = ""
    """The off-the-shelf alternative that was refused for a custom or complex one, and why."""
    acceptance: str = ""
    """When it is done, in Markdown."""
    due: date | None = None
    obstacle: Obstacle | None = None
    split_from: str = ""
    """The uid of the card that it is the remainder of."""
    dropped_from: Origin | None = None
    evidence: tuple[Evidence, ...] = ()
    assumptions: tuple[Assumption, ...] = ()
    feedback: tuple[Feedback, ...] = ()
    links: tuple[str, ...] = ()
    comments: tuple[Comment, ...] = ()
    unknown: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name, value in (("points", self.points), ("reach", self.reach)):
            if value is not None and MOST < value < math.inf:
                raise ValueError(f"{name} must be at most {MOST:,}")
        if self.points is not None and not 0 < self.points <= MOST:
            raise ValueError(f"points must be a number above 0, not {self.points}")
        if self.reach is not None and not 0 <= self.reach <= MOST:
            raise ValueError(f"reach must be a number, 0 or above, not {self.reach}")
        if self.impact is not None and self.impact not in IMPACTS:
            raise ValueError(f"impact is one of {', '.join(f'{one:g}' for one in IMPACTS)}, not {self.impact}")
        if self.confidence is not None and not 0 <= self.confidence <= 100:
            raise ValueError(f"confidence is in percent, 0 to 100, not {self.confidence}")

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
    apps: tuple[int, int] | None = None
    """How many apps are to run in production at its end, least and most."""
    teams: int | None = None
    """How many teams are to use the platform at its end."""
    load: str = ""
    """The load that it is to bear, in words: `200 req/s at p95 300 ms`."""
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
    team_size: int | None = None
    """How many work on the platform, when that is not the number of names in `team`."""
    days_off: tuple[date, ...] = ()
    """Days on which nobody of the team works, weekends apart."""
    week_starts: Weekday = "monday"
    wip_owner: int | None = None
    """How many cards one owner should be doing at most; None: no limit. Limits warn, they never forbid."""
    wip_lane: int | None = None
    """How many cards of one lane should be in doing at most."""
    wip: dict[str, int] = field(default_factory=dict)
    """Limits of their own: `owner:ana` or `lane:Security` and a number."""
    ageing: int = 10
    """Days after which a card in doing is ageing."""
    unknown: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        low, high = self.band
        if not 0 <= low <= high <= 100:
            raise ValueError(f"the band must be two percentages, the smaller first, not {low} and {high}")


class Board(Struct, frozen=True, kw_only=True, dict=True):
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
        return dict(self._columns)

    @cached_property
    def _columns(self) -> Mapping[str, tuple[Card, ...]]:
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
