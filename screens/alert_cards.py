"""A card from an alert: the open one first, a new one with its context, an ack in the same step."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from textual.screen import Screen

from screens.dialogs.ask import Ask
from screens.dialogs.choose import Choose, Option
from screens.wanted import CardWanted
from state.alerts.card import fields_of, open_cards, title_of
from state.alerts.model import Alert
from state.alerts.triage.about import About
from state.board.desk import Desk
from state.board.edits import comment, new_card
from state.board.errors import BoardError
from state.board.model import Card
from state.cell import Cell, Tone
from state.clock import SYSTEM, Clock
from state.operation import Refused
from state.printable import printable

_NEW, _BOTH, _SAY = "new", "both", "say"


@dataclass(frozen=True, slots=True)
class AlertCards:
    """Writes cards about alerts. `ack` acknowledges an alert, asking first."""

    desk: Desk
    ack: Callable[[Screen[None], Alert], Awaitable[None]]
    context: str
    """Where the alerts are."""
    clock: Clock = SYSTEM

    async def want(self, screen: Screen[None], alert: Alert, found: About) -> None:
        """Offer the open card of the alert, or a new one; say what came of it."""
        board = self.desk.board
        if board is None:
            why = f": {self.desk.error}" if self.desk.error else " yet"
            _say(screen, f"the board is not loaded{why}")
            return
        app = found.app.name if found.app is not None else ""
        there = open_cards(board, alert, app, self.context)
        answer = await screen.app.push_screen_wait(Choose(f"Card for {printable(alert.name)}", _options(there, alert)))
        if answer is None:
            return
        if answer in (_NEW, _BOTH):
            if await self._make(screen, alert, found) and answer == _BOTH:
                await self.ack(screen, alert)
        elif isinstance(answer, tuple):
            verb, uid = answer
            if verb == _SAY:
                await self._add(screen, alert, uid)
            else:
                screen.app.post_message(CardWanted(uid))

    async def _make(self, screen: Screen[None], alert: Alert, found: About) -> bool:
        app = found.app.name if found.app is not None else ""
        title = await screen.app.push_screen_wait(
            Ask(
                "New card, unplanned",
                title_of(alert, app),
                hint="rule, labels, links, app and evidence are filled in",
                check=lambda text: "" if text else "a card needs a title",
            )
        )
        board = self.desk.board
        if not title or board is None:
            return False
        ref = str(found.ref) if found.ref is not None else ""
        try:
            fields = fields_of(board, alert, app, self.clock.wall(), context=self.context, ref=ref)
            made = new_card(board, self.desk.step(), title, **fields)
            self.desk.submit([made])
        except (BoardError, Refused) as error:
            _say(screen, str(error))
            return False
        label = self.desk.board.cards[made.card].label if self.desk.board is not None else ""
        screen.app.notify(printable(f"{label} {title}, unplanned"), markup=False)
        return True

    async def _add(self, screen: Screen[None], alert: Alert, uid: str) -> None:
        board = self.desk.board
        if board is None or uid not in board.cards:
            _say(screen, "that card is not on the board any more")
            return
        text = await screen.app.push_screen_wait(
            Ask(f"Comment on {board.cards[uid].label}", f"{alert.name} {alert.where} fires again")
        )
        if not text:
            return
        try:
            self.desk.propose(comment(board, self.desk.step(), uid, text))
        except (BoardError, Refused) as error:
            _say(screen, str(error))
            return
        screen.app.notify(f"said on {board.cards[uid].label}", markup=False)


def _options(there: tuple[Card, ...], alert: Alert) -> list[Option]:
    options = []
    for card in there[:5]:
        about = Cell(f"{card.state.value}{f', {card.owner}' if card.owner else ''}", Tone.QUIET)
        options.append(Option(("open", card.uid), Cell(printable(f"{card.label} {card.title}")), about))
        options.append(Option((_SAY, card.uid), Cell(f"a comment on {card.label}"), Cell("it fires again", Tone.QUIET)))
    options.append(Option(_NEW, Cell("a new card"), Cell("unplanned, kind support", Tone.QUIET)))
    if alert.ack is None:
        options.append(Option(_BOTH, Cell("a new card and ack"), Cell("both in one step", Tone.QUIET)))
    return options


def _say(screen: Screen[None], text: str) -> None:
    screen.app.notify(printable(text), severity="warning", markup=False)
