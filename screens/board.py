"""The board: the backlog in phases, and above it the MVP's share, live while a card moves."""

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Horizontal

from screens.board_faces import (
    card_face,
    gauge_share,
    head_parts,
    lane_title,
    left_behind,
    needed_from_later,
    waiting_line,
)
from screens.commands import bindings
from screens.dialogs.ask import Ask
from screens.dialogs.card import AskPoints, EditCard, NewCard, read_points
from screens.dialogs.choose import Choose, Option
from screens.frame import Frame
from state.board import edits
from state.board.capture import capture
from state.board.changes import Change, Step
from state.board.desk import Desk
from state.board.errors import ChangeRefused
from state.board.filter import CardFilter, FilterError, read_filter
from state.board.model import DROPPED, UNPLANNED, Board, Card, CardState
from state.board.needs import floor, open_needs
from state.cell import Cell, Tone
from state.clock import SYSTEM, Clock
from state.operation import Refused
from state.planning.scope import scope
from widgets.card_face import CardFace
from widgets.gauge import Gauge
from widgets.lane import Lane
from widgets.lane_layout import lane_widths
from widgets.pane import Pane
from widgets.status_line import StatusLine

_EVERYTHING = CardFilter("")


@dataclass(frozen=True, slots=True)
class _Column:
    """A phase on the screen."""

    phase: str
    pane: Pane
    lane: Lane


class BoardScreen(Frame):
    """Cards in phases. Keys change the desk's board; what is shown is the board as the desk has it."""

    CSS = """
    BoardScreen #board-head { background: $background; }
    BoardScreen Gauge { padding: 0 1; }
    BoardScreen #board-lanes { height: 1fr; }
    """
    BINDINGS = [*bindings("board", "top")]
    NAME = "board"
    FILTERS = True

    def __init__(self, desk: Desk, clock: Clock = SYSTEM) -> None:
        super().__init__()
        self._desk = desk
        self._clock = clock
        self._columns: list[_Column] = []
        self._focused = 0
        self._marks: frozenset[str] = frozenset()
        self._filter = _EVERYTHING
        self._shown: tuple[Board | None, tuple[object, ...]] = (None, ())

    def compose_body(self) -> ComposeResult:
        yield StatusLine(id="board-head")
        yield Gauge()
        yield Horizontal(id="board-lanes")

    def on_mount(self) -> None:
        self.update()

    def on_resize(self) -> None:
        self._arrange()

    # What is shown

    def update(self) -> None:
        """Show the board as the desk has it, unless it is what is shown."""
        self._tell()
        desk = self._desk
        minute = int(self._clock.wall() // 60)
        rest = (desk.unsaved, desk.error, self._filter, self._marks, self._focused, minute)
        if desk.board is not self._shown[0] or rest != self._shown[1]:
            self._shown = (desk.board, rest)
            if desk.board is None:
                self.query_one("#board-head", StatusLine).show([waiting_line(desk.error)])
            else:
                self._show(desk.board)

    def _tell(self) -> None:
        """Say once what was found out of order, and which of my edits somebody else's kept out."""
        desk = self._desk
        for sentence in (*desk.notes, *(clash.words for clash in desk.clashes)):
            self.notify(sentence, severity="warning", markup=False)
        if desk.notes or desk.clashes:
            desk.acknowledge()

    def _show(self, board: Board) -> None:
        self._match_phases(board)
        self._marks &= board.cards.keys()
        now, locked = self._clock.wall(), floor(board)

        def face_of(uid: Hashable) -> CardFace | None:
            card = board.cards.get(str(uid))
            return None if card is None else card_face(board, card, locked, now)

        at_a_glance = scope(board)
        head = head_parts(board, at_a_glance, self._desk.unsaved, self._desk.error)
        self.query_one("#board-head", StatusLine).show(head)
        self.query_one(Gauge).show_share(gauge_share(at_a_glance))
        cards = board.columns()
        for at, (column, phase) in enumerate(zip(self._columns, board.phases, strict=True)):
            everything = cards[phase.id]
            shown = [card for card in everything if self._filter.matches(board, card)]
            column.lane.show([card.uid for card in shown], face_of, self._marks)
            column.pane.name_it(*lane_title(phase, shown, everything, wide=at == self._focused))
        self._arrange()

    def _match_phases(self, board: Board) -> None:
        """Have one column for each phase, and the focus in the one it was in, at first in the current phase."""
        wanted = [phase.id for phase in board.phases]
        if [column.phase for column in self._columns] == wanted:
            return
        here = self._here.phase if self._columns else board.settings.current
        for column in self._columns:
            column.pane.remove()
        lanes = [Lane() for _ in wanted]
        self._columns = [_Column(id, Pane(lane), lane) for id, lane in zip(wanted, lanes, strict=True)]
        self.query_one("#board-lanes", Horizontal).mount(*(column.pane for column in self._columns))
        self._focused = wanted.index(here) if here in wanted else 0
        self.call_after_refresh(self._focus)

    def _arrange(self) -> None:
        """Give each column its width; hide those that there is no room for, and say so."""
        if not self._columns:
            return
        minor = [column.phase in (UNPLANNED, DROPPED) for column in self._columns]
        widths = lane_widths(minor, self._focused, self.size.width)
        shown = [at for at, width in enumerate(widths) if width]
        for at, (column, width) in enumerate(zip(self._columns, widths, strict=True)):
            column.pane.display = width > 0
            column.pane.styles.width = max(1, width)
            before = at if at == shown[0] else 0
            after = len(widths) - 1 - at if at == shown[-1] else 0
            column.pane.point_to(f"‹ {before}" if before else "", f"{after} ›" if after else "")

    # Where the user is

    @property
    def _here(self) -> _Column:
        return self._columns[self._focused]

    @property
    def _card(self) -> Card | None:
        """The card under the cursor."""
        board = self._desk.board
        return board.cards.get(str(self._here.lane.cursor_key)) if board and self._columns else None

    @property
    def _targets(self) -> tuple[str, ...]:
        """The marked cards from left to right and top to bottom, or the one under the cursor."""
        board, card = self._desk.board, self._card
        if board is not None and self._marks:
            return tuple(c.uid for column in board.columns().values() for c in column if c.uid in self._marks)
        return () if card is None else (card.uid,)

    @on(events.DescendantFocus)
    def _entered(self, event: events.DescendantFocus) -> None:
        at = next((at for at, column in enumerate(self._columns) if column.lane is event.widget), None)
        if at is not None and at != self._focused:
            self._focused = at
            self.update()

    def _focus(self, at: int | None = None) -> None:
        """Put the focus into a column, or into the one where it belongs."""
        if at is not None:
            self._focused = max(0, min(at, len(self._columns) - 1))
        self.update()
        self.set_focus(self._here.lane)

    def go_to(self, uid: str) -> None:
        """Show the board as it is now with the cursor on a card, wherever it stands."""
        board = self._desk.board
        card = board.cards.get(uid) if board else None
        at = next((at for at, column in enumerate(self._columns) if card and column.phase == card.phase), None)
        self._focus(at)
        if self._here.lane.cursor_key != uid:
            self._here.lane.move_to(uid)

    def action_lane(self, by: int) -> None:
        if not self._columns:
            return
        lane = self._here.lane
        line = lane.cursor_index - lane.first_row
        self._focus(self._focused + by)
        there = self._here.lane
        if there is not lane:
            there.move_to_index(there.first_row + line)

    def action_go_to(self) -> None:
        def numbered(label: str) -> Card | None:
            return self._desk.board.numbered(label) if self._desk.board else None

        def go(label: str | None) -> None:
            card = numbered(label) if label else None
            if card is not None:
                if card.uid not in {uid for column in self._columns for uid in column.lane.keys}:
                    self._filter = _EVERYTHING
                self.go_to(card.uid)

        def check(label: str) -> str:
            return "" if numbered(label) else f"there is no card “{label}”"

        self.app.push_screen(Ask("Go to card", hint="its number", check=check), go)

    def action_mark(self) -> None:
        card = self._card
        if card is not None:
            self._marks ^= {card.uid}
            self._here.lane.action_move(1)
            self.update()

    def action_clear(self) -> None:
        if self._filter is not _EVERYTHING:
            self._filter = _EVERYTHING
        else:
            self._marks = frozenset()
        self.update()

    # Filter

    @property
    def filter_text(self) -> str:
        return self._filter.text

    def filter_by(self, text: str) -> str:
        """Show the cards that match; return what is wrong with the text."""
        try:
            self._filter = read_filter(text) if text.strip() else _EVERYTHING
        except FilterError as error:
            return str(error)
        self.update()
        return ""

    # Changes

    def _change(self, make: Callable[[Board, Step], Iterable[Change]]) -> tuple[Change, ...]:
        """Make and submit changes as one step; return them, none when they were refused, which is said."""
        board = self._desk.board
        if board is None:
            return ()
        try:
            changes = tuple(make(board, self._desk.step()))
            self._desk.submit(changes)
        except (ChangeRefused, Refused) as error:
            self.notify(str(error), severity="warning", markup=False)
            return ()
        return changes

    def action_phase(self, by: int) -> None:
        """Move the targets to the phase beside this one; what a move tears apart is named, and asked about."""
        board, uids = self._desk.board, self._targets
        at = self._focused + by
        if board is None or not uids or not 0 <= at < len(self._columns):
            return
        target = board.phases[at]
        needed, waiting = needed_from_later(board, uids, target.id), left_behind(board, uids, target.id)
        torn = needed or waiting
        if not torn:
            self._move(uids, target.id)
            return
        named = ", ".join(card.label for card in torn[:6]) + ("…" if len(torn) > 6 else "")
        points = sum(board.cards[uid].points or 0 for uid in (*uids, *(card.uid for card in torn)))
        count = Cell(f"{len(torn) + len(uids)} cards, {points:g} points to {target.name}", Tone.QUIET)
        if needed:
            title, along, alone = (
                f"Needs {named} from a later phase",
                "take along what it needs",
                "it will wait for them",
            )
        else:
            title, along, alone = f"{named} need it earlier", "take along what needs it", "they will wait for it"
        options = (
            Option("with", Cell(along), count),
            Option("alone", Cell("move it alone"), Cell(alone, Tone.QUIET)),
        )

        def move(answer: Hashable | None) -> None:
            if answer is not None:
                self._move((*uids, *(card.uid for card in torn)) if answer == "with" else uids, target.id)

        self.app.push_screen(Choose(title, options), move)

    def _move(self, uids: Sequence[str], phase: str) -> None:
        under_cursor = str(self._here.lane.cursor_key)
        if self._change(lambda board, step: edits.move(board, step, uids, phase)):
            self.go_to(under_cursor if under_cursor in uids else uids[0])

    def action_rank(self, by: int) -> None:
        def shifted(board: Board, step: Step) -> tuple[Change, ...]:
            here = {card.uid for card in board.columns()[self._here.phase]}
            return edits.shift(board, step, [uid for uid in self._targets if uid in here], by)

        if self._change(shifted):
            self.update()

    def action_points(self) -> None:
        board, uids = self._desk.board, self._targets
        if board is None or not uids:
            return
        card = board.cards[uids[0]]
        title = f"Points of {card.label}" if len(uids) == 1 else f"Points of {len(uids)} cards"

        def estimate(answer: str | None) -> None:
            if answer is not None:
                self._set(uids, {"points": read_points(answer)})

        self.app.push_screen(AskPoints(title, card.points), estimate)

    def action_new_card(self) -> None:
        board = self._desk.board
        if board is None:
            return
        phases, here = board.phases, self._here.phase

        def add(line: str | None) -> None:
            if line is None:
                return
            said = capture(line, phases)
            fields: dict[str, Any] = {"tags": said.tags, "owner": said.owner, "moscow": said.moscow}
            if said.points is not None:
                fields["points"] = said.points
            made = self._change(
                lambda board, step: [edits.new_card(board, step, said.title, phase=said.phase or here, **fields)]
            )
            if made:
                self.go_to(made[0].card)

        self.app.push_screen(NewCard(phases[self._focused].name, phases), add)

    def action_edit(self) -> None:
        board, card = self._desk.board, self._card
        if board is None or card is None:
            return
        waiting = open_needs(board, card)
        about = "needs " + ", ".join(f"{need.label} {need.title}" for need in waiting) if waiting else ""

        def change(answer: Mapping[str, Any] | None) -> None:
            if answer:
                self._set((card.uid,), answer)

        self.app.push_screen(EditCard(card, about), change)

    def on_lane_chosen(self, message: Lane.Chosen) -> None:
        self.action_edit()

    def _set(self, uids: Sequence[str], fields: Mapping[str, Any]) -> None:
        """Set fields of cards as one step."""

        def made(board: Board, step: Step) -> Iterable[Change]:
            for name, value in fields.items():
                if isinstance(value, CardState):
                    yield from edits.set_state(board, step, uids, value)
                else:
                    yield from edits.set_field(board, step, uids, name, value)

        if self._change(made):
            self.update()

    def action_undo(self) -> None:
        self._turn(self._desk.undo, "there is nothing to take back")

    def action_redo(self) -> None:
        self._turn(self._desk.redo, "there is nothing to do again")

    def _turn(self, turn: Callable[[], tuple[Change, ...]], nothing: str) -> None:
        try:
            changes = turn()
        except (ChangeRefused, Refused) as error:
            self.notify(str(error), severity="warning", markup=False)
            return
        if changes:
            self.go_to(changes[0].card)
        else:
            self.notify(nothing, markup=False)
