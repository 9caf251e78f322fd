"""The fields of a card as a form asks for them, in groups."""

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

from screens.dialogs.card_sides import later_fields, needs_fields, proof_fields
from screens.dialogs.form_field import FormField, FormGroup
from state.board import field_text as text
from state.board import reference_text
from state.board.capture import points
from state.board.model import STEPS, Board, Card, CardKind, CardState, Moscow

COMMENT = "comments"
"""The field in which one new comment is written."""
VALUES = ("1", "2", "3", "5", "8")


def card_groups(board: Board, card: Card, today: date) -> tuple[FormGroup, ...]:
    """Return the fields of a card as they stand, in the order in which they are asked for."""
    return (
        FormGroup("card", _card(board, card)),
        FormGroup("plan", _plan(board, card, today)),
        FormGroup("worth", _worth(card)),
        FormGroup("needs", needs_fields(board, card, today)),
        FormGroup("later", later_fields(board, card)),
        FormGroup("proof", proof_fields(card, today)),
        FormGroup("notes", _notes(card)),
    )


def owners(board: Board) -> tuple[str, ...]:
    """Return who may own a card: the team, then whoever owns one."""
    return _known(board.settings.team, (card.owner for card in board.cards.values()))


def _card(board: Board, card: Card) -> tuple[FormField, ...]:
    return (
        FormField("title", "title", card.title, text.title),
        FormField(
            "points",
            "points",
            text.written_number(card.points),
            read_points,
            unset="not estimated",
            hint="relative effort, a number above 0; empty: not estimated",
        ),
        FormField(
            "owner", "owner", card.owner, text.line, choices=owners(board), unset="nobody", hint=_told(owners(board))
        ),
        FormField(
            "state",
            "state",
            card.state,
            _made(CardState, text.choice("the state", tuple(CardState))),
            choices=tuple(CardState),
            hint=_told(CardState),
        ),
        FormField(
            "moscow",
            "priority",
            card.moscow or "",
            _made(Moscow, text.choice("the priority", tuple(Moscow), empty=True)),
            choices=tuple(Moscow),
            unset="none: counts as must",
            hint=_told(Moscow),
        ),
        FormField(
            "tags",
            "tags",
            text.written_names(card.tags),
            text.tags,
            unset="none",
            hint="custom, complex, throwaway, no-regret, toil, interrupt … with a comma between them",
        ),
        FormField("description", "description", card.description, text.paragraphs, rows=4, hint="Markdown"),
        FormField(
            "acceptance",
            "done when",
            card.acceptance,
            text.paragraphs,
            rows=3,
            unset="what has to hold",
            hint="when it is done, in Markdown",
        ),
    )


def _plan(board: Board, card: Card, today: date) -> tuple[FormField, ...]:
    phases = tuple(phase.name for phase in board.phases)
    here = board.phase(card.phase) or board.phases[0]
    lanes = _known(other.lane for other in board.cards.values())
    return (
        FormField(
            "kind",
            "kind",
            card.kind,
            _made(CardKind, text.choice("the kind", tuple(CardKind))),
            choices=tuple(CardKind),
            hint=f"{_told(CardKind)}; only capabilities count in the share",
        ),
        FormField(
            "phase", "phase", here.name, reference_text.phase_of(board.phases), choices=phases, hint=_told(phases)
        ),
        FormField(
            "step",
            "step",
            card.step,
            _or_empty(text.choice("the step", STEPS, empty=True)),
            choices=STEPS,
            unset="none of the journey",
            hint=_told(STEPS),
        ),
        FormField("lane", "lane", card.lane, text.line, choices=lanes, unset="none", hint=_told(lanes)),
        FormField(
            "floor",
            "floor",
            "yes" if card.floor else "no",
            text.flag("the floor"),
            choices=("yes", "no"),
            hint="yes: production is unsafe without it, so it stays in the MVP",
        ),
        FormField(
            "due",
            "due",
            card.due.isoformat() if card.due else "",
            text.day("due", today),
            unset="no date",
            hint=f"a day: {today.isoformat()}, today, tomorrow, +3d, +2w",
        ),
    )


def _worth(card: Card) -> tuple[FormField, ...]:
    return (
        FormField(
            "value",
            "value",
            text.written_number(card.value),
            read_value,
            choices=VALUES,
            unset="no value yet",
            hint=_told(VALUES),
        ),
        FormField(
            "reach",
            "reach",
            text.written_number(card.reach),
            text.number("reach"),
            unset="not said",
            hint="how many teams or apps it reaches in a quarter",
        ),
        FormField(
            "impact",
            "impact",
            text.written_number(card.impact),
            text.impact,
            unset="not said",
            hint="minimal 0.25, low 0.5, medium 1, high 2, massive 3",
        ),
        FormField(
            "confidence",
            "confidence",
            text.written_number(card.confidence),
            text.number("confidence", most=100),
            unset="not said",
            hint="how sure that is, in percent",
        ),
        FormField(
            "urgency",
            "urgency",
            text.written_number(card.urgency),
            text.number("urgency"),
            unset="not said",
            hint="time criticality relative to other cards, like value: 1, 2, 3, 5, 8",
        ),
        FormField(
            "risk",
            "risk reduction",
            text.written_number(card.risk),
            text.number("risk reduction"),
            unset="not said",
            hint="risk reduced or opportunity enabled relative to other cards: 1, 2, 3, 5, 8",
        ),
    )


def _notes(card: Card) -> tuple[FormField, ...]:
    return (
        FormField(
            COMMENT,
            "new comment",
            "",
            text.paragraphs,
            rows=3,
            unset="what there is to say",
            hint="kept with your name and the time",
        ),
        FormField("source", "source", card.source, text.line, unset="not said", hint="where the card comes from"),
    )


def read_points(typed: str) -> int | float | None:
    """Return the points that a text says, None for an empty one. Raises CaptureError."""
    return points(typed) if typed.strip() else None


def read_value(typed: str) -> int | None:
    """Return the value that a text says, None for an empty one. Raises FieldError."""
    found = text.choice("the value", VALUES, empty=True)(typed)
    return int(found) if found else None


def _made(kind: type, read: Callable[[str], str | None]) -> Callable[[str], Any]:
    def made(typed: str) -> Any:
        found = read(typed)
        return None if found is None else kind(found)

    return made


def _or_empty(read: Callable[[str], str | None]) -> Callable[[str], str]:
    return lambda typed: read(typed) or ""


def _known(*sources: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text.line(name) for names in sources for name in names if name.strip()))


def _told(choices: Iterable[str]) -> str:
    return ", ".join(text.line(one) for one in choices)
