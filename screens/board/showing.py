"""The board as the desk has it, in one of its views: the gauge over it, the filter, the marks, the cursor."""

from collections.abc import Callable, Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical

from screens.board.columns import ColumnsView
from screens.board.finding import EVERYTHING, Finding
from screens.board.head import WAITING, gauge_share, head
from screens.board_view import BoardView, Picture
from screens.commands import bindings
from screens.dialogs.ask import Ask
from screens.dialogs.said import Said, refusal
from state.board.desk import Desk
from state.board.looked import Looked
from state.board.model import Board, Card
from state.board.needs import floor
from state.clock import SYSTEM, Clock
from state.planning.gauge_words import picked_parts
from state.planning.scope import Scope, proven_points, scope
from state.planning.share import Points
from state.printable import printable
from widgets.cell_lines import Line
from widgets.gauge import Gauge
from widgets.status_line import StatusLine

COLUMNS = "columns"


class Showing(Finding):
    """Shows the board and says where the user is on it. It changes nothing."""

    CSS = """
    #board-head { background: $background; }
    #board-trouble { padding: 0 1; }
    Gauge { padding: 0 1; }
    #board-view { height: 1fr; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("board", "top")]
    NAME = "board"

    def __init__(
        self,
        desk: Desk,
        clock: Clock = SYSTEM,
        looked: Looked | None = None,
        alert_life: Callable[[Card], Sequence[Line]] = lambda card: (),
    ) -> None:
        """`looked` remembers when I last looked at what others had changed; without it that begins now.

        `alert_life` says what became of the alert that a card was made of.
        """
        super().__init__(desk, clock, looked or Looked(clock))
        self.alert_life = alert_life
        self.marks: frozenset[str] = frozenset()
        self.view: BoardView = ColumnsView()
        self._views: dict[str, BoardView] = {COLUMNS: self.view}
        self._told = 0
        self._shown: tuple[Board | None, tuple[object, ...]] = (None, ())
        self._unsaved = 0
        self._glance: tuple[Scope, Points | None] | None = None
        self._aside: Sequence[Line] = ()

    def compose_body(self) -> ComposeResult:
        yield StatusLine(id="board-head")
        yield Said(id="board-trouble")
        yield Gauge()
        with Vertical(id="board-view"):
            yield self.view

    def on_mount(self) -> None:
        self.update()

    def on_resize(self) -> None:
        self.update()

    # What is shown

    def update(self) -> None:
        """Show the board as the desk has it, unless it is what is shown."""
        self._tell()
        desk = self.desk
        minute = int(self.clock.wall() // 60)
        rest = (desk.error, self.filter, self.marks, self.view, minute, self.size, self.looked.since)
        if desk.board is not self._shown[0] or rest != self._shown[1]:
            self._shown = (desk.board, rest)
            self.query_one("#board-trouble", Said).show(refusal(printable(desk.error)))
            if desk.board is None:
                self._glance = None
                self.query_one("#board-head", StatusLine).show([] if desk.error else [WAITING])
            else:
                self._show(desk.board)
        elif desk.unsaved != self._unsaved:
            self._show_head()

    def _tell(self) -> None:
        """Say once what was found out of order."""
        desk = self.desk
        for sentence in desk.notes[self._told :]:
            self.notify(sentence, severity="warning", markup=False)
        self._told = len(desk.notes)
        if desk.notes and not desk.clashes:
            # What clashes is asked, and stays until it is answered.
            desk.acknowledge()
            self._told = 0

    def _show(self, board: Board) -> None:
        self.marks &= board.cards.keys()
        at_a_glance = scope(board)
        self._glance = at_a_glance, proven_points(board, self.today)
        shown = self.found(board)
        self._aside = self._picked(board, shown)
        self.query_one(Gauge).show_share(gauge_share(at_a_glance.share, at_a_glance.floor.percent))
        self._show_head()
        self.view.show(
            Picture(
                board=board,
                shown=shown,
                marks=self.marks,
                fresh=self.fresh,
                locked=floor(board),
                now=self.clock.wall(),
            )
        )

    def _show_head(self) -> None:
        """Say what is to be said over the cards; it alone is different when a step has become durable."""
        self._unsaved = self.desk.unsaved
        if self._glance is None:
            return
        line = self.query_one("#board-head", StatusLine)
        # While the screen is being resized, its lines still have their widths of before.
        said = head(*self._glance, self._unsaved, len(self.fresh), self.size.width - line.gutter.width)
        line.show(said.line)
        self.query_one(Gauge).say_aside(self._aside or said.rest, firm=bool(self._aside))

    def _picked(self, board: Board, shown: frozenset[str]) -> Sequence[Line]:
        """Return what is to be said of the cards that are marked, else of those that match the filter."""
        if self.marks:
            return picked_parts(board, self.marks, "marked")
        return picked_parts(board, shown, "shown") if self.filter is not EVERYTHING else ()

    def show_again(self) -> None:
        """Show everything as it is, whatever was shown for a moment in its place."""
        self._shown = (None, ())
        self.update()

    # Views

    def _view_named(self, name: str) -> BoardView:
        view = self._views.get(name)
        if view is None:
            view = self._views[name] = _OTHERS[name]()
            self.query_one("#board-view", Vertical).mount(view)
        return view

    def action_view(self, name: str) -> None:
        """Look at the cards another way, or as columns again; the cursor stays on its card."""
        card = self.card
        view = self._view_named(name)
        view = self._views[COLUMNS] if view is self.view else view
        self.view.display, view.display = False, True
        self.view = view
        self.update()

        def enter() -> None:
            if view is self.view:
                if card is not None:
                    view.go_to(card.uid)
                view.enter()

        self.call_after_refresh(enter)

    # Where the user is

    @property
    def card(self) -> Card | None:
        """The card under the cursor."""
        board, uid = self.desk.board, self.view.card
        return board.cards.get(uid) if board and uid else None

    @property
    def targets(self) -> tuple[str, ...]:
        """The marked cards from left to right and top to bottom, or the one under the cursor."""
        board, card = self.desk.board, self.card
        if board is not None and self.marks:
            return tuple(c.uid for column in board.columns().values() for c in column if c.uid in self.marks)
        return () if card is None else (card.uid,)

    def go_to(self, uid: str) -> None:
        """Show the board as it is now with the cursor on a card, wherever it stands."""
        self.update()
        if not self.view.go_to(uid):
            self.view.enter()

    def action_lane(self, by: int) -> None:
        self.view.go_beside(by)

    def action_go_to(self) -> None:
        def numbered(label: str) -> Card | None:
            return self.desk.board.numbered(label) if self.desk.board else None

        def go(label: str | None) -> None:
            card = numbered(label) if label else None
            if card is not None:
                if self.desk.board and not self.filter.matches(self.desk.board, card):
                    self.filter = EVERYTHING
                self.go_to(card.uid)

        def check(label: str) -> str:
            return "" if numbered(label) else f"there is no card “{label}”"

        self.app.push_screen(Ask("Go to card", hint="its number", check=check), go)

    def action_mark(self) -> None:
        card = self.card
        if card is not None:
            self.marks ^= {card.uid}
            self.view.go_on()
            self.update()

    def action_clear(self) -> None:
        if self.filter is not EVERYTHING:
            self.filter = EVERYTHING
        else:
            self.marks = frozenset()
        self.update()


def _story_map() -> BoardView:
    from screens.story_map import StoryMapView

    return StoryMapView()


def _flow() -> BoardView:
    from screens.flow import FlowView

    return FlowView()


_OTHERS: dict[str, Callable[[], BoardView]] = {"map": _story_map, "flow": _flow}
"""The views beside the columns, imported and made when they are first wanted."""
