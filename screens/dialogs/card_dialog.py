"""A card with all that is known of it, to read and to change."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

import msgspec

from screens.dialogs.card_fields import COMMENT, card_groups
from screens.dialogs.card_words import (
    card_line,
    comment_lines,
    needed_by_lines,
    needs_lines,
    questions,
    score_lines,
)
from screens.dialogs.form import ASKED, Form
from screens.dialogs.said import sentence
from state.board.changes import Change
from state.board.documents import plain, with_value
from state.board.errors import ChangeRefused
from state.board.model import Board, Card, Comment
from state.board.needs import cycle
from state.board.telling import told_steps
from state.cell import Cell, Tone
from state.clock import SYSTEM, Clock
from state.printable import printable
from widgets.cell_lines import Line

_LAST_CHANGES = 12


class CardDialog(Form[Mapping[str, Any]]):
    """All fields of a card in groups; answers those that differ with their new values, as the model has them."""

    DEFAULT_CSS = """
    CardDialog > .dialog { width: 104; height: 34; }
    CardDialog .form--body { height: 1fr; max-height: 100%; }
    CardDialog #form-hint { margin-top: 0; }
    """

    def __init__(
        self,
        board: Board,
        card: Card,
        today: date,
        *,
        who: str = "",
        changes: Sequence[Change] = (),
        clock: Clock = SYSTEM,
        life: Sequence[Line] = (),
    ) -> None:
        """`who` signs a new comment; `changes` is the history that is known, oldest first, of which the card's last
        ones are shown; `life` says what became of the alert that it was made of."""
        super().__init__(f"{card.label} {printable(card.title)}", card_groups(board, card, today))
        self._board = board
        self._card = card
        self._today = today
        self._who = who
        self._clock = clock
        self._life = life
        self._changes = tuple(change for change in changes if change.card == card.uid)

    def _as_typed(self, values: Mapping[str, Any]) -> Card:
        """The card as it would be."""
        card = self._card
        for name, value in values.items():
            if name != COMMENT:
                try:
                    card = msgspec.structs.replace(card, **{name: value})
                except ValueError:
                    continue
        return card

    def refusals(self, values: Mapping[str, Any]) -> Mapping[str, str]:
        wrong: dict[str, str] = {}
        for name, value in values.items():
            try:
                if name != COMMENT:
                    with_value(self._card, name, plain(value))
            except ChangeRefused as refused:
                wrong[name] = str(refused)
        for need in values.get("needs", ()):
            circle = cycle(self._board, self._card.uid, need)
            if circle and "needs" not in wrong:
                around = " → ".join(card.label for card in (*circle, circle[0]))
                wrong["needs"] = f"{self._card.label} would need itself: {around}"
        return wrong

    def remarks(self, values: Mapping[str, Any]) -> Mapping[str, Sequence[Line]]:
        card = self._as_typed(values)
        said: dict[str, Sequence[Line]] = {"needs": needs_lines(self._board, card.needs)}
        if card.replaced_by in self._board.cards:
            said["replaced_by"] = [card_line(self._board, self._board.cards[card.replaced_by])]
        for name, question in questions(self._board, card, self._today).items():
            said[name] = [*said.get(name, ()), sentence(question, Tone.WARN, ASKED)]
        return said

    def asked(self, values: Mapping[str, Any]) -> frozenset[str]:
        return frozenset(questions(self._board, self._as_typed(values), self._today))

    def below(self, group: str, values: Mapping[str, Any]) -> Sequence[Line]:
        if group in ("card", "proof"):
            return self._life
        if group == "worth":
            return score_lines(self._as_typed(values))
        if group == "needs":
            return needed_by_lines(self._board, self._card)
        if group == "notes":
            return self._past()
        return ()

    def _past(self) -> list[Line]:
        lines = comment_lines(self._card, self._clock.wall())
        told = told_steps(self._changes, self._board, self._clock.wall())[:_LAST_CHANGES]
        if told:
            gap: list[Line] = [()] if lines else []
            lines += [*gap, (Cell("last changes", Tone.QUIET),)]
            lines += [
                (Cell(f"{one.age:>4} ", Tone.FAINT), Cell(f" {one.who} ", Tone.FOCUS), Cell(f" {one.what}"))
                for one in told
            ]
        return lines

    def answer(self, values: Mapping[str, Any]) -> Mapping[str, Any]:
        answer = dict(values)
        said = answer.pop(COMMENT, "").strip()
        if said:
            now = datetime.fromtimestamp(round(self._clock.wall(), 3), UTC)
            answer[COMMENT] = (*self._card.comments, Comment(text=said, who=self._who, when=now))
        return {name: value for name, value in answer.items() if value != getattr(self._card, name)}
