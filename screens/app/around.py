"""The cards of the board that concern an app, and what the journal says of it."""

from collections.abc import Sequence

from textual.app import ComposeResult

from screens.app.parts import AppParts
from screens.reading import Reading
from screens.table import Table
from screens.wanted import CardWanted
from state.age import short_age
from state.apps.concerning import cards_of, lacking
from state.apps.model import App
from state.board.model import Board, Card, CardState
from state.cell import Cell, Tone
from state.journal.entry import Entry
from state.journal.lives import alert_source
from state.printable import printable
from widgets.grid import Grid
from widgets.grid_model import GridColumn
from widgets.pane import Pane

EVERY = 3.0
COLUMNS = (
    GridColumn("", 1, importance=0),
    GridColumn("CARD", 5, importance=0),
    GridColumn("TITLE", 24, grows=True, importance=0),
    GridColumn("PHASE", 9, importance=2),
    GridColumn("WHO", 8, importance=3),
)
_STATES = {
    CardState.TODO: ("○", Tone.QUIET),
    CardState.DOING: ("◐", Tone.FOCUS),
    CardState.DONE: ("✓", Tone.WELL),
}
_EVENTS = {
    "done": ("✓", Tone.WELL),
    "failed": ("✗", Tone.BAD),
    "refused": ("▲", Tone.WARN),
    "firing": ("▲", Tone.BAD),
    "resolved": ("✓", Tone.WELL),
}


class AroundPane(Pane):
    """Cards first, then the journal, the newest first."""

    def __init__(self, parts: AppParts) -> None:
        super().__init__(title="Board and journal", id="app-around")
        self._parts = parts
        self._reading: Reading[Sequence[Entry]] = Reading(self, "journal of the app", EVERY, parts.clock)
        self._shown: object = None

    def compose(self) -> ComposeResult:
        yield from super().compose()
        yield Grid(COLUMNS, header=False, marking=False, letters_shift=False, focus_holds=False)

    def show(self, app: App, now: float) -> None:
        """Show what concerns the app; `now` in seconds since the epoch."""
        self._reading.look(app.workloads, lambda: self._parts.entries(app))
        board, entries = self._parts.board(), self._reading.value or ()
        seen = (board, app.name, entries, int(now / 10), self._reading.wrong)
        if seen == self._shown:
            return
        self._shown = seen
        cards = cards_of(board, app)
        left = lacking(board, cards)
        words = f"{len(left)} to do in {_phase(board, left[0])}" if left else f"{len(cards)} cards" if cards else ""
        self.name_it("Board and journal", words)
        rows = {f"card {card.uid}": _card_cells(card, board) for card in cards}
        rows |= {f"entry {number}": _entry_cells(entry, now) for number, entry in enumerate(entries)}
        if self._reading.wrong:
            rows["wrong"] = (Cell("▲", Tone.WARN), Cell(""), Cell(self._reading.wrong, Tone.WARN))
        self.say_empty(
            None if rows else [(Cell("no card names it, and nothing was done to it from here", Tone.QUIET),)]
        )
        self.query_one(Grid).show(Table.of(rows), None)

    def on_grid_chosen(self, message: Grid.Chosen) -> None:
        message.stop()
        kind, _, uid = str(message.key).partition(" ")
        if kind == "card":
            # The page goes, so its own messages would go with it.
            self.app.post_message(CardWanted(uid))
            self.screen.dismiss()


def _card_cells(card: Card, board: Board | None) -> tuple[Cell, ...]:
    glyph, tone = _STATES[card.state]
    done = card.state is CardState.DONE
    return (
        Cell(glyph, tone),
        Cell(card.label, Tone.FOCUS if not done else Tone.QUIET),
        Cell(printable(card.title), Tone.QUIET if done else Tone.TEXT),
        Cell(_phase(board, card), Tone.QUIET),
        Cell(printable(card.owner), Tone.QUIET),
    )


def _entry_cells(entry: Entry, now: float) -> tuple[Cell, ...]:
    glyph, tone = _EVENTS.get(entry.event, ("·", Tone.QUIET))
    return (
        Cell(glyph, tone),
        Cell(short_age(now - entry.at), Tone.FAINT),
        Cell(printable(_told(entry)), Tone.TEXT),
        Cell(printable(entry.operation or entry.source.partition("@")[0]), Tone.QUIET),
        Cell(printable(entry.who), Tone.QUIET),
    )


def _told(entry: Entry) -> str:
    """Return an entry in words: of an operation what came of it, of an alert what became of it."""
    if entry.source.startswith(alert_source("")):
        return " ".join(filter(None, (entry.subject, entry.event, entry.outcome)))
    return entry.outcome or entry.event


def _phase(board: Board | None, card: Card) -> str:
    phase = board.phase(card.phase) if board is not None else None
    return printable(phase.name if phase is not None else card.phase)
