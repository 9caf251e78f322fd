"""The flow of the current phase: what waits, what is being done, what is blocked, what is done."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal

from screens.board_view import BoardView, Picture
from screens.flow_faces import column_title, flow_face, flow_line, passed_limits
from state.board.model import Card, CardState
from state.planning.flow import Flow, flow
from widgets.card_face import CardFace
from widgets.lane import Lane
from widgets.lane_layout import lane_widths
from widgets.pane import Pane
from widgets.status_line import StatusLine

_STATES = tuple(CardState)
_FIRST = (1, 0, 2, 3)
"""Where the user begins: where there is a card in doing, else to do, else blocked, else done."""


@dataclass(frozen=True, slots=True)
class _Column:
    """Cards of one kind on the screen."""

    name: str
    state: CardState | None
    """The state that its cards have; None: they are held up in one or the other."""
    pane: Pane
    lane: Lane


def _column(name: str, state: CardState | None) -> _Column:
    lane = Lane()
    return _Column(name, state, Pane(lane), lane)


class FlowView(BoardView):
    """The current phase in four columns, and above them which limits on work in progress are passed."""

    # What is outside of it decides too: the class of the app that stands for ASCII.
    SCOPED_CSS = False
    DEFAULT_CSS = """
    FlowView { height: 1fr; width: 1fr; layout: vertical; }
    FlowView > StatusLine { background: $background; }
    FlowView > Horizontal { height: 1fr; }
    FlowView Pane.-target { border: round $border; }
    .-ascii FlowView Pane.-target { border: ascii $border; }
    """

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._head = StatusLine()
        self._columns = (
            _column("To do", CardState.TODO),
            _column("Doing", CardState.DOING),
            _column("Blocked", None),
            _column("Done", CardState.DONE),
        )
        self._focused = 0
        self._picture: Picture | None = None
        self._flow: Flow | None = None

    def compose(self) -> ComposeResult:
        yield self._head
        yield Horizontal(*(column.pane for column in self._columns))

    def on_resize(self) -> None:
        self._arrange()

    # What is shown

    def show(self, picture: Picture) -> None:
        first, uid = self._picture is None, self.card
        self._picture = picture
        self._flow = now = flow(picture.board, picture.now)
        passed = passed_limits(now)

        def face_of(uid: Hashable) -> CardFace | None:
            card = picture.board.cards.get(str(uid))
            return None if card is None else flow_face(picture, card, passed)

        for column, cards in zip(self._columns, self._cards, strict=True):
            shown = [card.uid for card in cards if card.uid in picture.shown]
            column.lane.show(shown, face_of, picture.marks)
        if first:
            self._focused = next((at for at in _FIRST if self._columns[at].lane.keys), 0)
        self._head.show(flow_line(picture.board, now))
        self._name_columns()
        self._arrange()
        if uid is not None and uid != self.card:
            self._stay(uid)

    def _stay(self, uid: str) -> None:
        """Go after a card to another column, or to the nearest with cards when there are none left in this one."""
        there = self._column_of(uid)
        if there is not None:
            self._go(there)
            self._columns[there].lane.move_to(uid)
        elif self.card is None:
            filled = [at for at, column in enumerate(self._columns) if column.lane.keys]
            self._go(min(filled, key=lambda at: abs(at - self._focused), default=self._focused))

    def _column_of(self, uid: str) -> int | None:
        return next((at for at, column in enumerate(self._columns) if uid in column.lane.keys), None)

    @property
    def _cards(self) -> tuple[tuple[Card, ...], ...]:
        now = self._flow
        return (now.todo, now.doing, now.blocked, now.done) if now else ((),) * len(self._columns)

    def _name_columns(self) -> None:
        picture = self._picture
        if picture is None:
            return
        for at, (column, cards) in enumerate(zip(self._columns, self._cards, strict=True)):
            shown = [card for card in cards if card.uid in picture.shown]
            column.pane.name_it(column.name, column_title(shown, cards, wide=at == self._focused))

    def _arrange(self) -> None:
        """Give each column its width; hide those that there is no room for, and say so."""
        # Before it has a size it counts on the screen's, so that its first frame is laid out as the next ones are.
        width = self.size.width or (self.app.size.width if self.is_attached else 0)
        if not width:
            return
        widths = lane_widths([False] * len(self._columns), self._focused, width)
        shown = [at for at, width in enumerate(widths) if width]
        for at, (column, width) in enumerate(zip(self._columns, widths, strict=True)):
            column.pane.display = width > 0
            column.pane.styles.width = max(1, width)
            before = at if at == shown[0] else 0
            after = len(widths) - 1 - at if at == shown[-1] else 0
            column.pane.point_to(f"‹ {before}" if before else "", f"{after} ›" if after else "")

    # Where the user is

    @property
    def card(self) -> str | None:
        key = self._columns[self._focused].lane.cursor_key
        return None if key is None else str(key)

    @property
    def phase(self) -> str:
        return self._picture.board.settings.current if self._picture else ""

    def beside(self, by: int) -> CardState | None:
        """Return the state that many before or after that of the card under the cursor, None beyond the last.

        Blocked is no state of its own: a blocked card is to do or being done, and stays blocked in either.
        """
        uid = self.card
        card = self._picture.board.cards.get(uid) if self._picture and uid else None
        if card is None:
            return None
        at = _STATES.index(card.state) + by
        return _STATES[at] if 0 <= at < len(_STATES) else None

    def fields_beside(self, by: int) -> Mapping[str, CardState]:
        state = self.beside(by)
        return {} if state is None else {"state": state}

    @property
    def stack(self) -> tuple[str, ...]:
        return tuple(map(str, self._columns[self._focused].lane.keys))

    def go_to(self, uid: str) -> bool:
        at = self._column_of(uid)
        if at is None:
            return False
        self._go(at)
        if self.card != uid:
            self._columns[at].lane.move_to(uid)
        self.enter()
        return True

    def go_beside(self, by: int) -> None:
        """Go to a column beside this one, to the card in the same line of the screen."""
        lane = self._columns[self._focused].lane
        line = lane.cursor_index - lane.first_row
        self._go(self._focused + by)
        there = self._columns[self._focused].lane
        if there is not lane:
            there.move_to_index(there.first_row + line)

    def go_on(self) -> None:
        self._columns[self._focused].lane.action_move(1)

    def enter(self) -> None:
        self.screen.set_focus(self._columns[self._focused].lane)

    def _go(self, at: int) -> None:
        had_keys = self.is_mounted and self.screen.focused in [column.lane for column in self._columns]
        at = max(0, min(at, len(self._columns) - 1))
        if at != self._focused:
            self._focused = at
            self._name_columns()
            self._arrange()
        if had_keys:
            self.enter()

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        at = next((at for at, column in enumerate(self._columns) if column.lane is event.widget), None)
        if at is not None and at != self._focused:
            self._go(at)
            self.post_message(self.Entered())

    def on_lane_highlighted(self, message: Lane.Highlighted) -> None:
        message.stop()
        if message.lane is self._columns[self._focused].lane:
            self.post_message(self.Entered())

    def on_lane_chosen(self, message: Lane.Chosen) -> None:
        message.stop()
        self.post_message(self.Chosen(str(message.key)))

    def on_lane_carried(self, message: Lane.Carried) -> None:
        """Show where a card is dragged to. Nobody can say that a card is blocked: its needs and obstacles do."""
        message.stop()
        drag, uid = message.drag, str(message.drag.key)
        marks = self._picture.marks if self._picture else frozenset()
        carried = marks if uid in marks else frozenset({uid})
        over = next(
            (
                column
                for column in self._columns
                if drag.at is not None and column.pane.display and column.pane.region.contains_point(drag.at)
            ),
            None,
        )
        for column in self._columns:
            target = column is over and column.state is not None and column.lane is not message.lane
            column.lane.show_drag(() if drag.ended else carried)
            column.pane.set_class(target and not drag.ended, "-target")
        if drag.ended and over is not None and over.state is not None and over.lane is not message.lane:
            self.post_message(self.LetGo(uid, None, {"state": over.state}))
