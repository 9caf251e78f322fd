"""The fields of a card beside its plan and worth: what it waits for, what it becomes, what proves it."""

from datetime import date

from screens.dialogs.form_field import FormField
from state.board import field_text as text
from state.board import reference_text
from state.board.line_forms import ASSUMPTION, EVIDENCE, FEEDBACK, OBSTACLE
from state.board.model import Board, Card, Obstacle

_NAMES = "names, with a comma between them"


def needs_fields(board: Board, card: Card, today: date) -> tuple[FormField, ...]:
    """Return what the card waits for, and who waits for it."""
    return (
        FormField(
            "needs",
            "needs",
            reference_text.written_needs(board, card.needs),
            reference_text.needed(board, card.uid),
            unset="nothing",
            hint="numbers of cards: C09 C12",
        ),
        FormField(
            "obstacle",
            "held up by",
            OBSTACLE.write(card.obstacle) if card.obstacle else "",
            lambda typed: _obstacle(card, typed, today),
            unset="nothing outside the board",
            hint=f"{OBSTACLE.hint}; without a day since today",
        ),
        FormField("apps", "apps", text.written_names(card.apps), text.names, unset="none needs it", hint=_NAMES),
        FormField("teams", "teams waiting", text.written_names(card.teams), text.names, unset="none", hint=_NAMES),
    )


def later_fields(board: Board, card: Card) -> tuple[FormField, ...]:
    """Return what becomes of the card when the platform grows."""
    return (
        FormField(
            "extended_by",
            "extended by",
            card.extended_by,
            text.paragraphs,
            rows=2,
            unset="not said",
            hint="how: an interface, a second implementation, a migration",
        ),
        FormField(
            "keeps_open",
            "keeps open",
            card.keeps_open,
            text.paragraphs,
            rows=2,
            unset="not said",
            hint="what it must not block",
        ),
        FormField(
            "alternative",
            "instead of",
            card.alternative,
            text.paragraphs,
            rows=2,
            unset="not said",
            hint="the off-the-shelf alternative that was refused, and why",
        ),
        FormField(
            "replaced_by",
            "replaced by",
            reference_text.written_card(board, card.replaced_by),
            reference_text.card_or_words(board),
            unset="nothing",
            hint="what replaces a throwaway card: a card's number, or words",
        ),
        FormField(
            "replaced_when", "replaced when", card.replaced_when, text.line, unset="not said", hint="a day, or words"
        ),
    )


def proof_fields(card: Card, today: date) -> tuple[FormField, ...]:
    """Return what shows that the card is there, and that it was the right one."""
    return (
        FormField(
            "evidence",
            "evidence",
            EVIDENCE.write_all(card.evidence),
            lambda typed: EVIDENCE.read_all(typed, card.evidence, today),
            rows=3,
            unset=f"Restore tested | by ana | on {today.isoformat()}",
            hint=f"one a line: {EVIDENCE.hint}",
        ),
        FormField(
            "assumptions",
            "assumptions",
            ASSUMPTION.write_all(card.assumptions),
            lambda typed: ASSUMPTION.read_all(typed, card.assumptions, today),
            rows=3,
            unset="Teams can write Helm charts | test two teams do it",
            hint=f"one a line: {ASSUMPTION.hint}",
        ),
        FormField(
            "feedback",
            "feedback",
            FEEDBACK.write_all(card.feedback),
            lambda typed: FEEDBACK.read_all(typed, card.feedback, today),
            rows=3,
            unset=f"Rollback takes too long | from payments | on {today.isoformat()}",
            hint=f"one a line: {FEEDBACK.hint}",
        ),
        FormField(
            "links", "links", "\n".join(card.links), text.entries, rows=2, unset="none", hint="one address a line"
        ),
    )


def _obstacle(card: Card, typed: str, today: date) -> Obstacle | None:
    if not typed.strip():
        return None
    (read,) = OBSTACLE.read_all(typed, (card.obstacle,) if card.obstacle else (), today)
    if card.obstacle is None and read.since is None:
        return Obstacle(why=read.why, whom=read.whom, since=today)
    return read
