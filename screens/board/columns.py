"""The board as columns: a phase each, its cards in rank order."""

from collections.abc import Hashable, Mapping

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal

from screens.board.carrying import Carrying, Column
from screens.board_faces import card_face, lane_heading, lane_title
from screens.board_view import Picture
from state.board.lanes import LaneBy, in_lanes, lanes
from state.board.model import DROPPED, UNPLANNED, Card
from widgets.card_face import CardFace
from widgets.cell_lines import Line
from widgets.lane import Lane
from widgets.lane_layout import lane_widths
from widgets.pane import Pane

_EDGE = 8
"""Cells of an edge that its title leaves free, the gap inside the title among them."""


class ColumnsView(Carrying):
    """Phases beside each other. One column has the keys; of those that do not fit the farthest from it are hidden."""

    # What is outside of it decides too: the class of the app that stands for ASCII.
    SCOPED_CSS = False

    DEFAULT_CSS = """
    ColumnsView { height: 1fr; width: 1fr; layout: vertical; }
    ColumnsView #columns { height: 1fr; }
    ColumnsView Pane.-target { border: round $border; }
    .-ascii ColumnsView Pane.-target { border: ascii $border; }
    """

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._focused = 0
        self._cards: Mapping[str, tuple[Card, ...]] = {}
        self._widths: list[int] = []

    def compose(self) -> ComposeResult:
        yield Horizontal(id="columns")

    def on_resize(self) -> None:
        self._arrange()
        self._name_columns()

    # What is shown

    def show(self, picture: Picture) -> None:
        self.picture = picture
        self._match_phases(picture)

        def face_of(uid: Hashable) -> CardFace | None:
            card = picture.board.cards.get(str(uid))
            return None if card is None else self._face(picture, card)

        self._cards = picture.board.columns()
        for column in self.columns:
            everything = self._cards[column.phase]
            shown, headings = self._in_lanes(picture, [card for card in everything if card.uid in picture.shown])
            column.lane.show([card.uid for card in shown], face_of, picture.marks, headings)
        self._arrange()
        self._name_columns()

    def _face(self, picture: Picture, card: Card) -> CardFace:
        return card_face(picture.board, card, picture.locked, picture.now, fresh=card.uid in picture.fresh)

    def group_by(self, by: LaneBy | None) -> None:
        """Put the cards of each column under headings: their step, area, owner or priority."""
        self.lanes_by = by
        if self.picture is not None:
            self.show(self.picture)

    def _in_lanes(self, picture: Picture, cards: list[Card]) -> tuple[list[Card], dict[Hashable, Line]]:
        """Return cards in the order of their lanes, and the heading over the first one of each."""
        by = self.lanes_by
        if by is None:
            return cards, {}
        grouped = in_lanes(cards, lanes(picture.board, by), by)
        headings: dict[Hashable, Line] = {
            those[0].uid: lane_heading(name, those, by) for name, those in grouped.items()
        }
        return [card for those in grouped.values() for card in those], headings

    def _match_phases(self, picture: Picture) -> None:
        """Have one column for each phase, and the focus in the one it was in, at first in the current phase."""
        wanted = [phase.id for phase in picture.board.phases]
        if [column.phase for column in self.columns] == wanted:
            return
        first, here = not self.columns, self.phase if self.columns else picture.board.settings.current
        had_keys = first or self.here.lane.has_focus
        for column in self.columns:
            column.pane.remove()
        lanes = [Lane() for _ in wanted]
        self.columns = [Column(id, Pane(lane), lane) for id, lane in zip(wanted, lanes, strict=True)]
        self.query_one("#columns", Horizontal).mount(*(column.pane for column in self.columns))
        self._widths = [0] * len(wanted)
        self._focused = wanted.index(here) if here in wanted else 0
        if had_keys:
            self.call_after_refresh(self.enter)

    def _name_columns(self) -> None:
        picture = self.picture
        if picture is None:
            return
        for at, (column, phase) in enumerate(zip(self.columns, picture.board.phases, strict=True)):
            everything = self._cards[phase.id]
            shown = [card for card in everything if card.uid in picture.shown]
            title, count = lane_title(phase, shown, everything, wide=at == self._focused)
            if 0 < self._widths[at] < len(title) + len(count) + _EDGE:
                title, count = f"{title} {count}", ""
            column.pane.name_it(title, count)

    def _arrange(self) -> None:
        """Give each column its width; hide those that there is no room for, and say so."""
        if not self.columns or not self.size.width:
            return
        minor = [column.phase in (UNPLANNED, DROPPED) for column in self.columns]
        widths = self._widths = lane_widths(minor, self._focused, self.size.width)
        shown = [at for at, width in enumerate(widths) if width]
        for at, (column, width) in enumerate(zip(self.columns, widths, strict=True)):
            column.pane.display = width > 0
            column.pane.styles.width = max(1, width)
            before = at if at == shown[0] else 0
            after = len(widths) - 1 - at if at == shown[-1] else 0
            column.pane.point_to(f"‹ {before}" if before else "", f"{after} ›" if after else "")

    # Where the user is

    @property
    def here(self) -> Column:
        """The column that has the keys."""
        return self.columns[self._focused]

    @property
    def card(self) -> str | None:
        key = self.here.lane.cursor_key if self.columns else None
        return None if key is None else str(key)

    @property
    def phase(self) -> str:
        return self.here.phase if self.columns else UNPLANNED

    def enter(self) -> None:
        if self.columns:
            self.screen.set_focus(self.here.lane)

    def go_to(self, uid: str) -> bool:
        at = next((at for at, column in enumerate(self.columns) if uid in column.lane.keys), None)
        if at is None:
            return False
        self._go(at)
        if self.here.lane.cursor_key != uid:
            self.here.lane.move_to(uid)
        return True

    @property
    def stack(self) -> tuple[str, ...]:
        if not self.columns:
            return ()
        every = tuple(map(str, self.here.lane.keys))
        here = self.lane_of(self.card)
        return every if here is None else tuple(uid for uid in every if self.lane_of(uid) == here)

    def go_beside(self, by: int) -> None:
        """Go to a column beside this one, to the card in the same line of the screen."""
        if not self.columns:
            return
        lane = self.here.lane
        line = lane.cursor_index - lane.first_row
        self._go(self._focused + by)
        there = self.here.lane
        if there is not lane:
            there.move_to_index(there.first_row + line)

    def go_on(self) -> None:
        self.here.lane.action_move(1)

    def _go(self, at: int) -> None:
        at = max(0, min(at, len(self.columns) - 1))
        if at != self._focused:
            self._focused = at
            self._arrange()
            self._name_columns()
        self.enter()

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        at = next((at for at, column in enumerate(self.columns) if column.lane is event.widget), None)
        # The message of a lane that had the keys may come after another one was given them.
        if at is not None and at != self._focused and self.columns[at].lane.has_focus:
            self._go(at)
            self.post_message(self.Entered())

    def on_lane_highlighted(self, message: Lane.Highlighted) -> None:
        message.stop()
        if self.columns and message.lane is self.here.lane:
            self.post_message(self.Entered())

    def on_lane_chosen(self, message: Lane.Chosen) -> None:
        message.stop()
        self.post_message(self.Chosen(str(message.key)))
