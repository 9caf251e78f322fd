"""A card from the page of an app: about the app, or about what a readiness check found of it."""

from dataclasses import dataclass
from typing import Any

from textual.screen import Screen

from screens.dialogs.ask import Ask
from screens.wanted import CardWanted
from state.apps.concerning import card_about, open_card
from state.apps.model import App
from state.apps.readiness.model import Result
from state.board.desk import Desk
from state.board.edits import new_card
from state.board.errors import BoardError
from state.operation import Refused
from state.printable import printable


@dataclass(frozen=True, slots=True)
class AppCards:
    """Writes cards about apps on a board."""

    desk: Desk

    async def want(self, screen: Screen[Any], app: App, finding: Result | None) -> None:
        """Ask for the title of a card, and put it on the board, unplanned. One that is open already is shown."""
        board = self.desk.board
        if board is None:
            why = f": {self.desk.error}" if self.desk.error else " yet"
            _say(screen, f"the board is not loaded{why}")
            return
        title, fields = card_about(app, finding)
        there = open_card(board, app, finding) if finding is not None else None
        if there is not None:
            _say(screen, f"{there.label} is about that already")
            screen.app.post_message(CardWanted(there.uid))
            screen.dismiss()
            return
        ask = Ask(
            "New card, unplanned",
            title,
            hint=_hint(finding),
            check=lambda text: "" if text.strip() else "a card needs a title",
        )
        answer = await screen.app.push_screen_wait(ask)
        board = self.desk.board
        if not answer or board is None:
            return
        try:
            made = new_card(board, self.desk.step(), answer, **fields)
            self.desk.submit([made])
        except (BoardError, Refused) as error:
            _say(screen, str(error))
            return
        label = self.desk.board.cards[made.card].label if self.desk.board is not None else ""
        screen.app.notify(printable(f"{label} {answer}, unplanned"), markup=False)


def _hint(finding: Result | None) -> str:
    return "app, what was found and what to do are filled in" if finding is not None else "the app is filled in"


def _say(screen: Screen[Any], text: str) -> None:
    screen.app.notify(printable(text), severity="warning", markup=False)
