"""A card made smaller without losing a point: split in two, or thinned."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, ClassVar

from screens.dialogs.form import Form
from screens.dialogs.form_field import FormField, FormGroup
from state.board import field_text as text
from state.board import reference_text
from state.board.capture import points
from state.board.model import DROPPED, Card, Phase
from state.cell import Cell, Tone
from state.printable import printable
from widgets.cell_lines import Line


class SplitCard(Form[tuple[str, float, str]]):
    """What of a card becomes a card of its own; answers that one's title, points and phase."""

    WHOLE: ClassVar[bool] = True

    def __init__(self, card: Card, phases: Sequence[Phase]) -> None:
        """`phases` are those it may go to, in order; the card's own is suggested, else the first."""
        suggested = next((phase for phase in phases if phase.id == card.phase), phases[0])
        fields = (
            FormField("title", "new card", "", text.title, hint="the title of the card that is taken off"),
            FormField("points", "its points", "", points, unset="some of its points", hint=_of(card)),
            _phase("phase", "goes to", suggested, phases),
        )
        super().__init__(f"Split {card.label} {printable(card.title)}", (FormGroup("", fields),))
        self._card = card

    def refusals(self, values: Mapping[str, Any]) -> Mapping[str, str]:
        wrong = _wrong_points(self._card, values.get("points"))
        return {"points": wrong} if wrong else {}

    def remarks(self, values: Mapping[str, Any]) -> Mapping[str, Sequence[Line]]:
        left = _left(self._card, values.get("points"))
        return {"points": _told(f"{self._card.label} keeps {left:g}")} if left else {}

    def answer(self, values: Mapping[str, Any]) -> tuple[str, float, str]:
        return values["title"], values["points"], values["phase"]


class ThinCard(Form[tuple[float, str, str]]):
    """How small a card becomes; answers the points that stay, the phase of the rest, and the reason."""

    WHOLE: ClassVar[bool] = True

    def __init__(self, card: Card, phases: Sequence[Phase]) -> None:
        """`phases` are those that the rest may go to, in order; the first is suggested."""
        fields = (
            FormField("points", "keeps", "", points, unset="some of its points", hint=_of(card)),
            _phase("rest", "rest goes to", phases[0], phases),
            FormField("reason", "because", "", text.line, unset="no reason", hint="asked of what is dropped"),
        )
        super().__init__(f"Thin {card.label} {printable(card.title)}", (FormGroup("", fields),))
        self._card = card

    def refusals(self, values: Mapping[str, Any]) -> Mapping[str, str]:
        wrong: dict[str, str] = {}
        if sentence := _wrong_points(self._card, values.get("points")):
            wrong["points"] = sentence
        if values.get("rest") == DROPPED and not values.get("reason"):
            wrong["reason"] = "what is dropped needs a reason"
        return wrong

    def remarks(self, values: Mapping[str, Any]) -> Mapping[str, Sequence[Line]]:
        left = _left(self._card, values.get("points"))
        return {"points": _told(f"{left:g} go into a card of their own")} if left else {}

    def answer(self, values: Mapping[str, Any]) -> tuple[float, str, str]:
        return values["points"], values["rest"], values["reason"]


def _phase(name: str, label: str, suggested: Phase, phases: Sequence[Phase]) -> FormField:
    names = tuple(printable(phase.name) for phase in phases)
    return FormField(name, label, suggested.name, reference_text.phase_of(phases), choices=names, hint=", ".join(names))


def _of(card: Card) -> str:
    return f"less than the {card.points:g} that {card.label} has" if card.points else "it is not estimated"


def _left(card: Card, points: float | None) -> float | None:
    """What is left of a card's points, None when nothing can be taken off."""
    if card.points is None or points is None or points >= card.points:
        return None
    return float(Decimal(str(card.points)) - Decimal(str(points)))


def _wrong_points(card: Card, points: float | None) -> str:
    if card.points is None:
        return f"{card.label} is not estimated: give it points first"
    if points is not None and points >= card.points:
        return f"{card.label} has {card.points:g} points: fewer than that can be parted, not {points:g}"
    return ""


def _told(sentence: str) -> list[Line]:
    return [(Cell(sentence, Tone.QUIET),)]
