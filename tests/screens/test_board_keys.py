"""What one key does to a card, to all that are marked, and to the board."""

import time
from datetime import UTC, datetime, timedelta

import msgspec

from screens.dialogs.board_settings import BoardSettings
from screens.dialogs.clash import ClashDialog
from screens.dialogs.confirm import Confirm
from screens.dialogs.drop import DropCards
from screens.dialogs.history import CardHistory
from screens.dialogs.needs import PickNeeds
from screens.dialogs.phases import Phases
from screens.dialogs.split import SplitCard, ThinCard
from state.board import edits
from state.board.changes import Change, Clash, step
from state.board.model import CardState, Evidence, Obstacle
from state.clock import SYSTEM, Clock
from tests.screens.boards import CARDS, Table, table


def said(it: Table) -> str:
    return "\n".join(toast.message for toast in it.app._notifications)


async def test_value_and_owner_are_one_key_each_for_all_that_is_marked() -> None:
    async with table() as it:
        await it.press("space", "space", "V", "8", "enter")
        assert [it.board.cards[uid].value for uid in ("101", "102", "103")] == [8, 8, None]
        await it.press("o", "end", "ctrl+u", *"eli", "enter")
        assert [it.board.cards[uid].owner for uid in ("101", "102", "103")] == ["eli", "eli", "chi"]
        await it.press("u", "u")
        assert [it.board.cards[uid].value for uid in ("101", "102")] == [None, None]
        assert [it.board.cards[uid].owner for uid in ("101", "102")] == ["", "dara"]


async def test_a_value_that_is_none_of_the_scale_is_refused_in_place() -> None:
    async with table() as it:
        await it.press("V", "4", "enter")
        assert "✗" in it.shown
        await it.press("backspace", "5", "enter")
        assert it.board.cards["101"].value == 5


async def test_the_state_goes_round() -> None:
    async with table() as it:
        await it.press("j")
        states = []
        for _ in CardState:
            await it.press("s")
            states.append(it.board.cards["102"].state)
        assert states == [CardState.DOING, CardState.DONE, CardState.TODO]
        assert it.board.cards["102"].started is None


async def test_needs_are_picked_and_shown() -> None:
    async with table() as it:
        await it.press("j", "b")
        assert isinstance(it.app.screen, PickNeeds)
        await it.press(*"C03", "enter", "ctrl+s")
        assert it.board.cards["102"].needs == ("103",)
        assert "needs C03" in it.shown


async def test_a_note_is_kept_with_the_card() -> None:
    async with table() as it:
        await it.press("N", *"asked the net team", "enter")
        (comment,) = it.board.cards["101"].comments
        assert (comment.text, comment.who) == ("asked the net team", "ana")


async def test_pasted_lines_become_a_card_each_as_one_step() -> None:
    async with table() as it:
        await it.paste("- Chat bot *3 @eli\n\n* Status page #web\nLater >phase-3\n")
        assert it.column("mvp") == [1, 2, 3, 8, 9]
        assert it.column("phase-3") == [5, 10]
        assert (it.board.cards[_uid(it, 8)].points, it.board.cards[_uid(it, 8)].owner) == (3, "eli")
        assert it.board.cards[_uid(it, 9)].tags == ("web",)
        assert "3 cards added" in said(it)
        await it.press("u")
        assert len(it.board.cards) == len(CARDS)


async def test_a_line_that_cannot_become_a_card_keeps_all_of_them_out() -> None:
    async with table() as it:
        await it.paste("Chat bot\nStatus page *many\n")
        assert len(it.board.cards) == len(CARDS)
        assert "line 2" in said(it)


async def test_a_long_paste_is_shown_first() -> None:
    async with table() as it:
        await it.paste("\n".join(f"Line {n}" for n in range(30)))
        assert isinstance(it.app.screen, Confirm)
        assert "Add 30 cards to MVP" in it.shown
        await it.press("n")
        assert len(it.board.cards) == len(CARDS)
        await it.paste("\n".join(f"Line {n}" for n in range(30)))
        await it.press("y")
        assert len(it.board.cards) == len(CARDS) + 30


async def test_dropping_asks_why_and_can_be_taken_back() -> None:
    async with table() as it:
        await it.press("j", "j", "D")
        assert isinstance(it.app.screen, DropCards)
        await it.press(*"bought instead", "enter")
        card = it.board.cards["103"]
        assert (card.phase, card.dropped_from.phase, card.dropped_from.reason) == ("dropped", "mvp", "bought instead")
        assert it.cursor == 3
        await it.press("D")
        card = it.board.cards["103"]
        assert (card.phase, card.dropped_from) == ("mvp", None)
        assert it.column("mvp") == [1, 2, 3]
        assert it.cursor == 3


async def test_a_card_that_is_moved_to_what_is_dropped_is_asked_about_too() -> None:
    async with table() as it:
        await it.press("l", "l", "L")
        assert isinstance(it.app.screen, DropCards)
        await it.press("escape")
        assert it.board.cards["105"].phase == "phase-3"
        await it.press("L", "enter")
        assert it.board.cards["105"].phase == "dropped"


async def test_dropping_what_others_need_asks_what_becomes_of_them() -> None:
    async with table() as it:
        await it.press("l", "D")
        assert "C05" in it.shown
        await it.press("enter")
        assert isinstance(it.app.screen, DropCards)
        await it.press("enter")
        assert it.column("dropped") == [4, 5, 7]


async def test_splitting_and_thinning_keep_the_points() -> None:
    async with table() as it:
        before = sum(card.points or 0 for card in it.board.cards.values())
        await it.press("j", "j", "S")
        assert isinstance(it.app.screen, SplitCard)
        await it.press(*"Sampling", "tab", "3", "ctrl+s")
        split = it.board.cards[_uid(it, 8)]
        assert (split.title, split.points, split.split_from, it.board.cards["103"].points) == ("Sampling", 3, "103", 5)
        assert it.cursor == 3
        await it.press("T")
        assert isinstance(it.app.screen, ThinCard)
        await it.press("2", "ctrl+s")
        rest = it.board.cards[_uid(it, 9)]
        assert (rest.phase, rest.points, it.board.cards["103"].points) == ("phase-2", 3, 2)
        assert sum(card.points or 0 for card in it.board.cards.values()) == before
        await it.press("u", "u")
        assert it.board.cards["103"].points == 8
        assert len(it.board.cards) == len(CARDS)


async def test_phases_are_changed_where_the_board_is_seen() -> None:
    async with table() as it:
        await it.press("P")
        assert isinstance(it.app.screen, Phases)
        await it.press("n", *"Hardening", "enter", "escape")
        assert [phase.name for phase in it.board.planned] == ["MVP", "Hardening", "Phase 2", "Phase 3"]
        assert "Hardening  0" in it.shown
        assert it.cursor == 1


async def test_settings_of_the_board() -> None:
    async with table() as it:
        await it.press("comma")
        assert isinstance(it.app.screen, BoardSettings)
        await it.press("end", "ctrl+u", *"Shop platform", "ctrl+s")
        assert it.board.settings.title == "Shop platform"


async def test_the_history_of_the_board_leads_to_the_card() -> None:
    async with table() as it:
        await it.press("j", "s", "k", "I")
        assert isinstance(it.app.screen, CardHistory)
        assert "C02" in it.shown
        await it.press("enter")
        assert it.cursor == 2
        await it.press("i")
        assert "History of C02" in it.shown


def _told(it: Table, change: Change) -> None:
    """Have somebody else's change come in, with its history."""
    it.app.desk._past.told((change,), time.time() + 1)
    it.app.desk._show(msgspec.structs.replace(it.board))
    it.app.board.update()


async def test_what_others_changed_is_marked_shown_and_seen() -> None:
    async with table() as it:
        await it.press("a")
        assert "nobody else has changed anything" in said(it)
        it.app.desk._past.told((), time.time())
        _told(it, edits.set_field(it.board, step("ben", time.time() + 1), ["103"], "owner", "ben")[0])
        await it.pilot.pause()
        assert "1 changed" in it.shown
        assert "chi  changed" in it.shown
        await it.press("a")
        assert it.columns.stack == ("103",)
        it.app.board.looked._clock = Clock(lambda: SYSTEM.wall() + 60)
        await it.press("a")
        assert "1 changed" not in it.shown
        assert "Cluster as code" in it.shown


async def test_a_field_that_two_have_set_is_asked_about_once_and_theirs_stands_until_then() -> None:
    async with table() as it:
        mine = edits.set_field(it.board, it.app.desk.step(), ["103"], "points", 13)[0]
        it.app.desk.clashes = (Clash(mine, 8, "somebody else has set the points of C03 to 8; yours was 13"),)
        it.app.board.update()
        await it.pilot.pause()
        assert isinstance(it.app.screen, ClashDialog)
        assert it.board.cards["103"].points == 8
        await it.press("down", "enter")
        assert it.board.cards["103"].points == 13
        assert it.app.screen is it.app.board
        assert it.app.desk.clashes == ()


async def test_the_sums_of_what_is_marked_or_filtered_stand_beside_the_gauge() -> None:
    async with table() as it:
        await it.press("j", "space", "space")
        assert "2 marked 13 points" in it.shown
        assert "MVP 24.1 % without them" in it.shown
        await it.press("escape", "slash", *"state:todo", "enter")
        assert "shown" in it.shown.splitlines()[3]


async def test_a_card_says_what_holds_it_up() -> None:
    yesterday = datetime.now(UTC).astimezone().date() - timedelta(days=1)
    cards = {card.uid: card for card in CARDS}
    change = msgspec.structs.replace
    odd = (
        cards["101"],
        change(cards["102"], needs=("107",)),
        change(cards["103"], obstacle=Obstacle(why="a firewall rule", whom="net team"), due=yesterday),
        change(cards["104"], state=CardState.DOING, started=datetime.now(UTC) - timedelta(days=20)),
        cards["105"],
        change(cards["106"], state=CardState.DONE, evidence=(Evidence(what="seen", who="ana", when=yesterday),)),
        cards["107"],
    )
    async with table(*odd, size=(240, 30)) as it:
        assert "not proven" in it.shown
        assert "needs C07, dropped" in it.shown
        assert "waits for net team  due 1d ago" in it.shown
        assert "▲ doing 20d" in it.shown
        assert it.shown.count("not proven") == 1


def _uid(it: Table, number: int) -> str:
    card = it.board.numbered(str(number))
    assert card is not None
    return card.uid
