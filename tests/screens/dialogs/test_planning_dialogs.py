"""What the board asks beside a card's fields, on narrow and wide screens, of kind and hostile boards."""

import unicodedata
from datetime import date

import msgspec
import pytest
from textual import events

from screens.dialogs.board_settings import BoardSettings
from screens.dialogs.capture import NewCards
from screens.dialogs.card_dialog import CardDialog
from screens.dialogs.clash import ClashDialog
from screens.dialogs.drop import DropCards
from screens.dialogs.form_row import LABEL_WIDTH, FieldRow
from screens.dialogs.history import CardHistory
from screens.dialogs.leave import LeaveForm
from screens.dialogs.needs import PickNeeds
from screens.dialogs.phase import EditPhase
from screens.dialogs.phases import Phases
from screens.dialogs.split import SplitCard, ThinCard
from screens.dialogs.torn import TornDialog
from screens.dialogs.value import AskOwner, AskValue
from state.board import edits
from state.board.changes import Clash, apply, step
from state.board.model import UNPLANNED, Settings
from state.board.needs import torn
from state.operation import Refused
from tests.screens.dialogs.boards import CLOCK, EVIL, FULL, LATER, NOW, PLAIN, TODAY, a_board


def changes(board):
    uid = next(iter(board.cards))
    fields = {"points": 21, "owner": EVIL, "tags": (EVIL,), "needs": (), "description": EVIL, "obstacle": None}
    return edits.set_fields(board, step(EVIL, NOW.timestamp() - 90000), (uid,), fields)


def clash(board):
    change = changes(board)[0]
    return Clash(change, [EVIL, {"what": EVIL}], f"somebody else has set it; yours was {EVIL}")


def first(board):
    return next(iter(board.cards.values()))


EVERY = {
    "card": lambda board: CardDialog(board, first(board), TODAY, changes=changes(board), clock=CLOCK),
    "split": lambda board: SplitCard(first(board), board.phases[1:]),
    "thin": lambda board: ThinCard(first(board), board.phases[2:]),
    "drop": lambda board: DropCards(list(board.cards.values()) * 6),
    "needs": lambda board: PickNeeds(board, first(board)),
    "torn": lambda board: TornDialog(board, torn(board, [first(board).uid], "dropped"), "mvp"),
    "value": lambda board: AskValue("Value of C01", 8),
    "owner": lambda board: AskOwner(board.settings.team, owner=first(board).owner),
    "new": lambda board: NewCards(board.phases[1].name, board.phases),
    "phase": lambda board: EditPhase(board.phases[1], TODAY),
    "phases": lambda board: Phases(board, lambda action: board, TODAY),
    "settings": lambda board: BoardSettings(board.settings, TODAY, board.planned),
    "clash": lambda board: ClashDialog(clash(board)),
    "history": lambda board: CardHistory(changes(board), board, clock=CLOCK),
    "card-history": lambda board: CardHistory(changes(board), board, first(board), clock=CLOCK),
    "leave": lambda board: LeaveForm([f"field {n}" for n in range(40)]),
}


@pytest.mark.parametrize("size", [(80, 24), (120, 36)], ids=["narrow", "wide"])
@pytest.mark.parametrize("make", EVERY.values(), ids=EVERY)
async def test_the_keys_are_in_sight_and_escape_leaves(asked, board, make, size):
    async with asked(make(board), size) as it:
        lines = [line.strip(" │") for line in it.lines if "esc " in line]
        assert len(lines) == 1
        assert not lines[0].endswith("…")
        assert all(len(line) <= size[0] for line in it.lines)
        await it.press("escape")
        assert it.answers == [None]


@pytest.mark.parametrize("make", EVERY.values(), ids=EVERY)
async def test_hostile_texts_are_only_text(asked, hostile, make):
    async with asked(make(hostile)) as it:
        for _ in range(8):
            assert not [letter for letter in it.text if letter != "\n" and unicodedata.category(letter) in ("Cc", "Cs")]
            assert not {"\u202e", "\u2066"} & set(it.text)
            await it.press("ctrl+pagedown")


async def test_a_card_is_split(asked, board):
    async with asked(SplitCard(FULL, board.phases[1:])) as it:
        await it.press("ctrl+s")
        assert "✗ a card needs a title" in it.words
        await it.type("Replicas")
        await it.press("tab")
        await it.type("2.5")
        await it.press("enter")
        assert "C01 has 2.5 points: fewer than that can be parted, not 2.5" in it.words
        await it.fill("0.7")
        assert "C01 keeps 1.8" in it.text
        await it.press("tab")
        await it.fill("Phase 3")
        await it.press("enter")
        assert it.answers == [("Replicas", 0.7, "phase-3")]


async def test_a_card_without_points_cannot_be_split(asked, board):
    async with asked(SplitCard(msgspec.structs.replace(FULL, points=None), board.phases)) as it:
        await it.type("a")
        await it.press("tab")
        await it.type("1")
        await it.press("enter")
        assert "✗ C01 is not estimated: give it points first" in it.words


async def test_a_card_is_thinned_and_what_is_dropped_needs_a_reason(asked, board):
    async with asked(ThinCard(PLAIN, board.phases[2:])) as it:
        await it.type("3")
        assert "2 go into a card of their own" in it.text
        await it.press("tab")
        await it.fill("drop")
        await it.press("enter")
        assert "✗ what is dropped needs a reason" in it.words
        assert it.field == "reason"
        await it.type("nobody asked")
        await it.press("enter")
        assert it.answers == [(3, "dropped", "nobody asked")]


async def test_a_value_is_one_of_five(asked):
    async with asked(AskValue("Value of C01", 8)) as it:
        await it.press("backspace", "4", "enter")
        assert "✗ the value is one of 1, 2, 3, 5, 8 or empty, not “4”" in it.words
        await it.press("backspace", "5", "enter")
        assert it.answers == ["5"]


async def test_an_owner_is_suggested(asked):
    async with asked(AskOwner(("ana", "ben"))) as it:
        await it.press("b")
        await it.pilot.pause()
        await it.press("right", "enter")
        assert it.answers == ["ben"]


async def test_dropping_names_the_cards_and_takes_a_reason(asked):
    async with asked(DropCards([FULL, PLAIN])) as it:
        assert "C01   2.5  Managed database" in it.text
        await it.type("too dear")
        await it.press("enter")
        assert it.answers == ["too dear"]


async def test_needs_are_picked(asked):
    board = a_board(PLAIN, LATER, FULL)
    async with asked(PickNeeds(board, PLAIN)) as it:
        await it.type("portal")
        assert "Managed database" not in it.text
        await it.press("enter")
        assert "✗ C02 would need itself: C02 → C03 → C01 → C02" in it.words
        await it.press("ctrl+s")
        assert it.answers == [()]


async def test_needs_are_added_after_those_there_are_and_taken_away(asked):
    other = PLAIN.__class__(uid="7", number=7, title="Registry")
    board = a_board(FULL, PLAIN, other)
    async with asked(PickNeeds(board, FULL)) as it:
        await it.type("c07")
        await it.press("enter")
        assert "needs C02 C07" in it.text
        await it.press("escape", "escape", "ctrl+s")
        assert it.answers == [("100000000002", "gone", "7")]
    async with asked(PickNeeds(board, FULL)) as it:
        await it.press("enter", "down", "escape", "y")
        assert it.answers == [None]
    async with asked(PickNeeds(board, FULL)) as it:
        await it.press("enter", "ctrl+s")
        assert it.answers == [("gone",)]


@pytest.mark.parametrize(("keys", "answer"), [(("enter",), "with"), (("down", "enter"), "break")])
async def test_a_torn_order_is_shown_and_answered(asked, board, keys, answer):
    async with asked(TornDialog(board, torn(board, [LATER.uid], "mvp"), "mvp")) as it:
        assert "Moving to MVP" in it.text
    after = torn(board, [FULL.uid], "dropped")
    async with asked(TornDialog(board, after, "dropped")) as it:
        assert "▲ these need what is dropped" in it.text
        assert "C03  todo  Phase 3    Portal" in it.text
        assert "1 card, 13 points" in it.text
        await it.press(*keys)
        assert it.answers == [answer]


@pytest.mark.parametrize("name", ["card", "split", "thin", "phase", "settings"])
async def test_a_label_leaves_room_before_what_stands_beside_it(asked, board, name: str):
    async with asked(EVERY[name](board)) as it:
        assert it.app.screen.query(FieldRow)
        assert all(len(row.field.label) < LABEL_WIDTH for row in it.app.screen.query(FieldRow))


@pytest.mark.parametrize("end", ["\n", "\r", "\r\n"])
async def test_pasted_lines_are_new_cards(asked, board, end: str):
    async with asked(NewCards("MVP", board.phases)) as it:
        it.app.post_message(events.Paste(f"- one *5{end}- two >nowhere"))
        await it.pilot.pause()
        assert "2 lines, a card each" in it.text
        await it.press("enter")
        assert "✗ line 2: “>nowhere” is no phase" in it.words
        await it.press("escape", "escape", *["backspace"] * 9, "enter")
        assert it.answers == ["- one *5\n- two"]


async def test_a_title_is_enough_and_lines_can_be_added(asked, board):
    async with asked(NewCards("MVP", board.phases)) as it:
        await it.type("one")
        await it.press("ctrl+j")
        await it.type("two")
        await it.press("enter")
        assert it.answers == ["one\ntwo"]


async def test_nothing_written_is_no_card(asked, board):
    async with asked(NewCards("MVP", board.phases)) as it:
        await it.press("enter")
        assert "✗ a card needs a title" in it.words
        assert it.answers == []


async def test_a_phase_is_changed(asked, board):
    async with asked(EditPhase(board.phases[2], TODAY)) as it:
        await it.go_to("appetite")
        await it.type("12")
        await it.go_to("ends")
        await it.fill("2025-01-01")
        await it.press("enter")
        assert "✗ it would end on 2025-01-01, before it starts on 2025-11-24" in it.words
        await it.fill("2026-12-01")
        await it.go_to("apps")
        await it.type("2-6")
        await it.press("enter")
        assert it.answers == [{"appetite": 12, "ends": date(2026, 12, 1), "apps": (2, 6)}]


async def test_ideas_have_only_a_name(asked, board):
    async with asked(EditPhase(board.phases[0], TODAY)) as it:
        assert "outcome" not in it.text
        await it.fill("")
        await it.press("enter")
        assert "✗ a phase needs a name" in it.words


class Desk:
    """Takes actions as a desk does."""

    def __init__(self, board):
        self.board = board
        self.read_only = False

    def take(self, action):
        if self.read_only:
            raise Refused("read-only: the board is not changed")
        self.board = apply(self.board, action.changes(self.board, step("ana", 1e9)))
        return self.board

    @property
    def names(self):
        return [phase.name for phase in self.board.phases]


async def test_phases_are_added_renamed_ordered_merged_removed_and_made_current(asked, board):
    desk = Desk(board)
    async with asked(Phases(board, desk.take, TODAY)) as it:
        await it.press("n")
        await it.type("Pilot")
        await it.press("enter")
        assert desk.names == ["Ideas", "MVP", "Pilot", "Phase 2", "Phase 3", "Dropped"]
        await it.press("shift+down", "shift+down")
        assert desk.names == ["Ideas", "MVP", "Phase 2", "Phase 3", "Pilot", "Dropped"]
        await it.press("e")
        await it.fill("Later")
        await it.press("enter")
        assert desk.names[-2] == "Later"
        await it.press("c")
        assert desk.board.settings.current == "pilot"
        await it.press("M", "enter")
        assert "Later" not in desk.names
        assert desk.board.settings.current == "mvp"
        await it.press("G", "k", "ctrl+d")
        assert "its 1 card goes to Ideas" in it.words
        await it.press("y")
        assert desk.names == ["Ideas", "MVP", "Phase 2", "Dropped"]
        assert desk.board.cards[LATER.uid].phase == UNPLANNED
        await it.press("escape")
        assert it.answers == [None]


async def test_what_cannot_be_done_to_a_phase_is_said(asked, board):
    desk = Desk(board)
    async with asked(Phases(board, desk.take, TODAY)) as it:
        for keys, phase in (("g", "ctrl+d"), "Ideas"), (("G", "M"), "Dropped"), (("g", "j", "ctrl+d"), "MVP"):
            await it.press(*keys)
            assert f"✗ {phase} always exists" in it.words
            assert isinstance(it.pilot.app.screen, Phases), "it was asked about all the same"
        assert desk.names == ["Ideas", "MVP", "Phase 2", "Phase 3", "Dropped"]
        for key in ("g", "ctrl+d"):
            it.pilot.app.simulate_key(key)
        await it.pilot.pause()
        assert "✗ Ideas always exists" in it.words, "keys that come together say the same"
        desk.read_only = True
        await it.press("g", "j", "c")
        assert "✗ read-only: the board is not changed" in it.words


async def test_settings_are_changed(asked, board):
    async with asked(BoardSettings(board.settings, TODAY, board.planned)) as it:
        await it.go_to("band")
        await it.fill("40-20")
        await it.press("enter")
        assert "✗ the band is two numbers, the smaller first, like 1–3, not “40-20”" in it.words
        await it.fill("15-35")
        await it.press("tab")
        await it.fill("sun")
        await it.go_to("days_off")
        await it.press("end")
        await it.type(" 2025-12-25")
        await it.go_to("wip")
        await it.fill("lane:Security 3")
        await it.press("enter")
        assert it.answers == [
            {
                "band": (15, 35),
                "week_starts": "sunday",
                "days_off": (TODAY, date(2025, 12, 25)),
                "wip": {"lane:Security": 3},
            }
        ]


def test_what_settings_show_reads_back():
    settings = Settings(kickoff=TODAY, team=("ana", "b, c"), wip={"owner:b, c": 1}, wip_owner=2, days_off=(TODAY,))
    for group in BoardSettings(settings, TODAY)._groups:
        for field in group.fields:
            assert field.read(field.text) == getattr(settings, field.name), field.name


@pytest.mark.parametrize(("keys", "answer"), [(("enter",), "theirs"), (("down", "enter"), "mine")])
async def test_a_clash_is_answered(asked, board, keys, answer):
    mine = step("ana", 1e9).change(FULL.uid, "owner", "ana", "ben")
    async with asked(ClashDialog(Clash(mine, "chi", "somebody else has set the owner of C01 to chi"))) as it:
        assert "somebody else has set the owner of C01 to chi" in it.text
        await it.press(*keys)
        assert it.answers == [answer]


async def test_a_clash_about_a_place_shows_no_rank(asked, board):
    mine = step("ana", 1e9).change(FULL.uid, "rank", "a1", "a9V")
    async with asked(ClashDialog(Clash(mine, "a8V", "somebody else has put C01 elsewhere"))) as it:
        assert "where it stands now" in it.text
        assert "where you put it" in it.text
        assert "a8V" not in it.text
        assert "a9V" not in it.text


async def test_the_history_of_a_board_leads_to_its_cards(asked, board):
    made = (
        *edits.set_fields(board, step("ana", NOW.timestamp() - 7200), (PLAIN.uid,), {"points": 8}),
        *edits.set_fields(board, step("ben", NOW.timestamp() - 60), (LATER.uid,), {"owner": "ben"}),
    )
    async with asked(CardHistory(made, board, clock=CLOCK), (120, 36)) as it:
        rows = [line for line in it.lines if "ana" in line or "ben" in line]
        assert ["owner ben" in rows[0], "points 5 → 8" in rows[1]] == [True, True]
        await it.press("down", "enter")
        assert it.answers == [PLAIN.uid]


async def test_the_history_of_a_card_is_its_own(asked, board):
    made = edits.set_fields(board, step("ana", NOW.timestamp()), (PLAIN.uid,), {"points": 8})
    async with asked(CardHistory(made, board, LATER, clock=CLOCK)) as it:
        assert "nothing was changed yet" in it.text
