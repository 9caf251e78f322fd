"""The overview's scope: the MVP's share of the whole, and the cards that need somebody."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType

from screens.commands import bindings
from screens.table import Table
from screens.wanted import CardWanted
from state.board.desk import Desk
from state.board.model import Board, Card, CardState
from state.board.needs import open_needs
from state.cell import Cell, Tone
from state.planning.scope import Scope, scope
from state.planning.share import Drift, Share, Verdict
from widgets import gauge
from widgets.cell_lines import CellLines, Line
from widgets.gauge import Gauge
from widgets.grid import Grid
from widgets.grid_model import GridColumn
from widgets.pane import Pane

COLUMNS = (
    GridColumn("", 1, importance=0),
    GridColumn("ID", 4, importance=0),
    GridColumn("TITLE", 24, grows=True, importance=0),
    GridColumn("WHY", 26, importance=1),
)


class ScopePane(Pane):
    """Share, floor and band, what is done, what is blocked, what comes next."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings("scope")]

    def __init__(self, desk: Desk) -> None:
        super().__init__(title="Scope", id="scope-pane")
        self._desk = desk
        self._seen: object = None

    def compose(self) -> ComposeResult:
        yield from super().compose()
        yield CellLines(id="share")
        yield Gauge(id="gauge")
        yield CellLines(id="scope-counts")
        yield Grid(COLUMNS, header=False, marking=False, letters_shift=False, focus_holds=False, id="cards")

    def update_at(self, now: float) -> None:
        """Take over what changed; `now` in seconds since the epoch."""
        desk = self._desk
        seen = (desk.revision, desk.error)
        if seen == self._seen:
            return
        self._seen = seen
        if desk.board is None:
            words = desk.error or "loading …"
            self.say_empty([(Cell(words, Tone.BAD if desk.error else Tone.QUIET),)])
            return
        if not desk.board.cards:
            self.name_it("Scope", "no cards")
            self.say_empty([(Cell("no cards yet: on the board (5) n writes one down", Tone.QUIET),)])
            return
        self.say_empty(None)
        found = scope(desk.board)
        points = found.share.points
        self.name_it("Scope", f"MVP {points.part:g} of {points.whole:g} points")
        self.query_one("#share", CellLines).show([share_words(found.share, found.drift)])
        low, high = found.share.band
        self.query_one("#gauge", Gauge).show_share(
            gauge.Share(found.share.percent, found.floor.percent or 0.0, low, high)
        )
        self.query_one("#scope-counts", CellLines).show([_counts(found), ()])
        self.query_one("#cards", Grid).show(Table.of(_rows(desk.board, found)), None)

    def on_grid_chosen(self, message: Grid.Chosen) -> None:
        message.stop()
        self.action_open()

    def action_open(self) -> None:
        """Go to the card under the cursor on the board."""
        self.post_message(CardWanted(str(self.query_one("#cards", Grid).cursor_key or "")))


def share_words(share: Share, drift: Drift | None) -> Line:
    """Return the share in words: how much, how far out of the band, how it came since the last baseline."""
    if share.percent is None:
        return (Cell("–", Tone.PLAN), Cell("  nothing is estimated yet", Tone.QUIET))
    words = [Cell(f"{share.percent:.1f} %", Tone.PLAN)]
    match share.verdict:
        case Verdict.MUCH:
            words.append(Cell(f"  {share.over:.1f} points over the band", Tone.WARN))
        case Verdict.THIN:
            words.append(Cell(f"  {share.under:.1f} points under the band", Tone.WARN))
        case Verdict.IN_BAND:
            words.append(Cell("  in the band", Tone.WELL))
        case None:
            words.append(Cell("  no verdict", Tone.WARN))
    missing = sum(share.unestimated)
    if missing:
        low, high = share.interval or (0.0, 0.0)
        words.append(Cell(f"  {missing} not estimated: {low:.1f}–{high:.1f} %", Tone.QUIET))
    if drift is not None and drift.change is not None:
        when = drift.baseline.when
        diluted = ", diluted" if drift.diluted else ""
        words.append(Cell(f"  {drift.change:+.1f} since {when.day} {when:%b}{diluted}", Tone.QUIET))
    return words


def _counts(found: Scope) -> Line:
    words = [Cell(f"{found.cards} cards"), Cell(f"  {found.done} done", Tone.QUIET)]
    if found.must_is_much:
        words.append(Cell(f"  must {found.must_left.percent:.0f} %", Tone.WARN))
    if found.blocked:
        words.append(Cell(f"  {len(found.blocked)} blocked", Tone.WARN))
    if found.holes:
        words.append(Cell(f"  nothing to {', '.join(found.holes)}", Tone.WARN))
    return words


def _rows(board: Board, found: Scope) -> dict[str, tuple[Cell, ...]]:
    rows: dict[str, tuple[Cell, ...]] = {}

    def put(card: Card, glyph: Cell, why: Cell) -> None:
        rows.setdefault(card.uid, (glyph, Cell(card.label, Tone.QUIET), Cell(card.title), why))

    for card in found.wont:
        put(card, Cell("✗", Tone.BAD), Cell("tagged won't, yet in the MVP", Tone.BAD))
    for card in found.floor_outside:
        put(card, Cell("✗", Tone.BAD), Cell("floor, but not in the MVP", Tone.BAD))
    if found.next is not None:
        doing = found.next.state is CardState.DOING
        words = f"{found.next.owner or 'no owner'}, {'doing' if doing else 'next'}"
        put(found.next, Cell("◐" if doing else "→", Tone.FOCUS), Cell(words, Tone.QUIET))
    for card in found.blocked:
        needs = ", ".join(need.label for need in open_needs(board, card))
        put(card, Cell("▲", Tone.WARN), Cell(f"needs {needs}", Tone.WARN))
    return rows
