"""Cards that the mouse carries from column to column, and from place to place within one."""

from dataclasses import dataclass

from textual.geometry import Offset
from textual.message import Message

from screens.board.spots import Spot, beside
from screens.board_view import BoardView, Picture
from state.board.lanes import LaneBy, lane_of
from widgets.lane import Lane
from widgets.lane_drag import Place
from widgets.pane import Pane


@dataclass(frozen=True, slots=True)
class Column:
    """A phase on the screen."""

    phase: str
    pane: Pane
    lane: Lane


class Carrying(BoardView):
    """Columns that cards are dragged between."""

    class Dropped(Message):
        """A card was let go somewhere."""

        def __init__(self, uid: str, spot: Spot) -> None:
            super().__init__()
            self.uid = uid
            self.spot = spot

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self.columns: list[Column] = []
        self.lanes_by: LaneBy | None = None
        self.picture: Picture | None = None

    def on_lane_carried(self, message: Lane.Carried) -> None:
        message.stop()
        drag, uid = message.drag, str(message.drag.key)
        carried = self._together(uid)
        over = None if drag.at is None else self._column_at(drag.at)
        if over is not None and drag.at is not None and not drag.ended:
            over.lane.scroll_towards(drag.at.y)
        place = over.lane.place_at(drag.at.y) if over is not None and drag.at is not None else None
        for column in self.columns:
            here = column is over and not drag.ended
            column.lane.show_drag(() if drag.ended else carried, place if here else None)
            column.pane.set_class(here and column.lane is not message.lane, "-target")
        if drag.ended and over is not None and place is not None:
            self.post_message(self.Dropped(uid, self._spot(over, place, carried, uid)))
        self.post_message(self.Held(uid, None if over is None or drag.ended else over.phase))

    def _together(self, uid: str) -> frozenset[str]:
        """What goes along with a card: all that is marked when it is."""
        marks = self.picture.marks if self.picture is not None else frozenset()
        return marks if uid in marks else frozenset({uid})

    def _column_at(self, at: Offset) -> Column | None:
        return next((c for c in self.columns if c.pane.display and c.pane.region.contains_point(at)), None)

    def _spot(self, over: Column, place: Place, moving: frozenset[str], uid: str) -> Spot:
        stack = [str(key) for key in over.lane.keys]
        card = None if place.beside is None else str(place.beside)
        spot = beside(over.phase, stack, moving, card, below=place.below)
        there = self.lane_of(card)
        if self.lanes_by is None or there is None or there == self.lane_of(uid):
            return spot
        value = there or (None if self.lanes_by is LaneBy.PRIORITY else "")
        return Spot(spot.phase, spot.before, spot.after, (self.lanes_by.value, value))

    def lane_of(self, uid: str | None) -> str | None:
        """The lane that a card is in; None: there are no lanes."""
        card = self.picture.board.cards.get(uid) if self.picture is not None and uid is not None else None
        return None if card is None or self.lanes_by is None else lane_of(card, self.lanes_by)
