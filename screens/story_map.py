"""The story map: a developer's journey across, the phases down, the holes of the MVP marked."""

from collections.abc import Hashable, Mapping

from textual.app import ComposeResult

from screens.board_faces import card_face, points
from screens.board_view import BoardView, Picture
from screens.story_sheet import story_sheet
from state.board.model import UNPLANNED
from state.cell import Cell, Tone
from state.planning.story_map import NO_STEP, StoryMap, story_map
from widgets.card_face import CardFace
from widgets.card_map import CardMap
from widgets.card_map_model import Spot
from widgets.cell_lines import Bold, Line
from widgets.status_line import StatusLine


class StoryMapView(BoardView):
    """Every card that is not dropped, in its phase and step, and below the map the one under the cursor in full."""

    DEFAULT_CSS = """
    StoryMapView { height: 1fr; width: 1fr; layout: vertical; }
    StoryMapView StatusLine { background: $background; }
    """

    PHASES_BELOW = True

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._cards = CardMap()
        self._about = StatusLine()
        self._picture: Picture | None = None
        self._map: StoryMap | None = None

    def compose(self) -> ComposeResult:
        yield self._cards
        yield self._about

    # What is shown

    def show(self, picture: Picture) -> None:
        first = self._picture is None
        board = picture.board
        whole = story_map(board)
        seen = whole if len(picture.shown) == len(board.cards) else story_map(board, picture.shown)
        self._picture, self._map = picture, seen
        self._cards.show(story_sheet(whole, seen), self._face_of, picture.marks)
        if first:
            self._begin(board.settings.current)
        self._tell()

    def _begin(self, current: str) -> None:
        """Stand on the first card of the current phase, or on its first step when it has none."""
        if self._map is None:
            return
        band = next((at for at, phase in enumerate(self._map.rows) if phase.id == current), 0)
        phase = self._map.rows[band].id
        column = next((at for at, step in enumerate(self._map.columns) if self._map.cells[phase, step].cards), 0)
        self._cards.move_to_spot(Spot(band, column))

    def _face_of(self, uid: Hashable) -> CardFace | None:
        picture = self._picture
        card = picture.board.cards.get(str(uid)) if picture else None
        if picture is None or card is None:
            return None
        return card_face(picture.board, card, picture.locked, picture.now, fresh=card.uid in picture.fresh)

    def _tell(self) -> None:
        """Say below the map what a slot has no room for."""
        self._about.show(self._about_card() or [self._about_slot()])

    def _about_card(self) -> list[Line]:
        picture, uid = self._picture, self.card
        face = self._face_of(uid)
        if picture is None or uid is None or face is None:
            return []
        size = points(picture.board.cards[uid].points)
        parts: list[Line] = [(Cell(f"{face.number} ", Tone.QUIET), Bold(face.title))]
        if size:
            parts.append((Cell(f"{size} {'point' if size == '1' else 'points'}", Tone.QUIET),))
        return [*parts, *((cell,) for cell in face.below)]

    def _about_slot(self) -> Line:
        here = (self.phase, self.step)
        if self._map is not None and here in self._map.holes:
            return (Cell(f"▲ The MVP has no capability in the step {self.step}.", Tone.WARN),)
        return (Cell("no card here", Tone.FAINT),)

    # Where the user is

    @property
    def card(self) -> str | None:
        key = self._cards.key
        return None if key is None else str(key)

    @property
    def phase(self) -> str:
        return self._map.rows[self._cards.spot.band].id if self._map else UNPLANNED

    @property
    def step(self) -> str:
        return self._map.columns[self._cards.spot.column] if self._map else NO_STEP

    def beside(self, right: int, down: int) -> tuple[str, str] | None:
        """Return the phase and the step so many places away, None beyond the edge of the map."""
        if self._map is None:
            return None
        band, column = self._cards.spot.band + down, self._cards.spot.column + right
        if 0 <= band < len(self._map.rows) and 0 <= column < len(self._map.columns):
            return self._map.rows[band].id, self._map.columns[column]
        return None

    def fields_beside(self, by: int) -> Mapping[str, str]:
        there = self.beside(by, 0)
        return {} if there is None else {"step": there[1]}

    def phase_below(self, by: int) -> str | None:
        there = self.beside(0, by)
        return None if there is None else there[0]

    @property
    def stack(self) -> tuple[str, ...]:
        return tuple(map(str, self._cards.keys))

    def go_to(self, uid: str) -> bool:
        if not self._cards.move_to(uid):
            return False
        self.enter()
        return True

    def go_beside(self, by: int) -> None:
        self._cards.go_beside(by)

    def go_on(self) -> None:
        self._cards.action_move(1)

    def enter(self) -> None:
        self.screen.set_focus(self._cards)

    def on_card_map_moved(self, message: CardMap.Moved) -> None:
        message.stop()
        self._tell()
        self.post_message(self.Entered())

    def on_card_map_carried(self, message: CardMap.Carried) -> None:
        message.stop()
        picture, shown, uid = self._picture, self._map, str(message.key)
        if picture is None or shown is None:
            return
        over = message.spot
        carried = picture.marks if uid in picture.marks else (uid,)
        self._cards.show_drag(() if message.ended else carried, None if message.ended else over)
        phase = None if over is None else shown.rows[over.band].id
        if message.ended and over is not None and phase is not None:
            self.post_message(self.LetGo(uid, phase, {"step": shown.columns[over.column]}))
        self.post_message(self.Held(uid, None if message.ended else phase))

    def on_card_map_chosen(self, message: CardMap.Chosen) -> None:
        message.stop()
        self.post_message(self.Chosen(str(message.key)))
