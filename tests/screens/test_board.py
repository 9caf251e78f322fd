import threading

import msgspec
import pytest

from screens.board import BoardScreen
from screens.dialogs.card_dialog import CardDialog
from screens.dialogs.torn import TornDialog
from state.board.model import Card, CardState
from state.printable import printable
from tests.screens.boards import CARDS, table


async def test_columns_are_the_phases_with_ideas_first_and_dropped_last() -> None:
    async with table() as it:
        edge = next(line for line in it.shown.splitlines() if "Ideas" in line)
        places = [edge.index(title) for title in ("Ideas 1", "MVP  3 cards · 26", "Phase 2  1 · 8", "Dropped 1")]
        assert places == sorted(places)
        assert "MVP 48.1 % 26 of 54 points" in it.shown
        assert "4.4 over the band" in it.shown
        assert it.cursor == 1


async def test_a_narrower_screen_says_beside_the_gauge_what_the_line_has_no_room_for() -> None:
    async with table(size=(80, 24)) as it:
        narrow = it.shown.splitlines()[:4]
    assert any("floor" in line for line in narrow[2:])
    async with table() as it:
        await it.pilot.resize_terminal(80, 24)
        await it.until(lambda: it.shown.splitlines()[:4] == narrow)


async def test_a_moved_card_takes_the_cursor_and_the_gauge_along() -> None:
    async with table() as it:
        await it.press("j", "j", "shift+right")
        assert it.column("mvp") == [1, 2]
        assert it.column("phase-2") == [3, 4]
        assert it.cursor == 3
        assert "MVP 33.3 %" in it.shown
        assert "in the band" in it.shown
        await it.press("L", "H", "H")
        assert it.column("mvp") == [1, 2, 3]
        assert it.cursor == 3


async def test_undo_and_redo() -> None:
    async with table() as it:
        await it.press("j", "j", "shift+right", "u")
        assert it.column("mvp") == [1, 2, 3]
        assert it.cursor == 3
        await it.press("ctrl+r")
        assert it.column("phase-2") == [3, 4]
        await it.press("u", "u")
        assert it.column("mvp") == [1, 2, 3]


async def test_ranks_move_a_card_within_its_column() -> None:
    async with table() as it:
        await it.press("shift+down", "J")
        assert it.column("mvp") == [2, 3, 1]
        assert it.cursor == 1
        await it.press("shift+up", "K", "K")
        assert it.column("mvp") == [1, 2, 3]


async def test_marked_cards_move_together() -> None:
    async with table() as it:
        await it.press("j", "space", "space", "shift+right")
        assert it.column("phase-2") == [2, 3, 4]
        await it.press("escape")
        assert it.app.board.marks == frozenset()


async def test_points_of_one_and_of_several() -> None:
    async with table() as it:
        await it.press("p", "end", "backspace", "backspace", *"21", "enter")
        assert it.board.cards["101"].points == 21
        await it.press("space", "space", "p", "end", "backspace", "backspace", "enter")
        assert [it.board.cards[uid].points for uid in ("101", "102")] == [None, None]
        assert "2 not estimated" in it.shown
        await it.press("u")
        assert it.board.cards["102"].points == 5


async def test_a_card_is_written_down_in_one_line() -> None:
    async with table() as it:
        await it.press("n", *"Chat bot *3 @eli", "enter")
        card = it.board.numbered("8")
        assert card is not None
        assert (card.title, card.points, card.owner, card.phase) == ("Chat bot", 3, "eli", "mvp")
        assert it.cursor == 8
        await it.press("n", *"Later >phase-3", "enter")
        assert it.column("phase-3") == [5, 9]
        assert it.cursor == 9


async def test_editing_sets_the_fields_as_one_step() -> None:
    async with table() as it:
        await it.press("j", "enter")
        assert isinstance(it.app.screen, CardDialog)
        await it.press("end", *" store", "tab", "tab", "tab", "end", "ctrl+u", *"doing", "ctrl+s")
        card = it.board.cards["102"]
        assert (card.title, card.state) == ("Secrets store", CardState.DOING)
        assert card.started is not None
        await it.press("u")
        assert it.board.cards["102"].title == "Secrets"
        assert it.board.cards["102"].state is CardState.TODO


async def test_needs_from_a_later_phase_are_named_and_asked_for() -> None:
    async with table() as it:
        await it.press("l", "l")
        assert it.cursor == 5
        await it.press("h", "h", "l", "l", "H")
        assert it.column("phase-2") == [4, 5]
        await it.press("H")
        assert isinstance(it.app.screen, TornDialog)
        assert "needed for it, but after MVP" in it.shown
        assert "C04" in it.shown
        await it.press("enter")
        assert it.column("mvp") == [1, 2, 3, 4, 5]
        await it.press("u")
        assert it.column("phase-2") == [4, 5]


async def test_what_needs_a_card_earlier_is_named_and_asked_about() -> None:
    async with table() as it:
        await it.press("l", "l", "H")
        assert it.column("phase-2") == [4, 5], "the fourth waits for nothing and moves"
        await it.press("g", "L")
        assert isinstance(it.app.screen, TornDialog)
        assert "these need " in it.shown
        assert "C05" in it.shown
        assert "1 card, 20 points" in it.shown
        await it.press("down", "enter")
        assert it.column("phase-3") == [4]
        assert it.column("phase-2") == [5]
        await it.press("u")
        assert it.column("phase-2") == [4, 5]


async def test_leaving_the_question_moves_nothing() -> None:
    async with table() as it:
        await it.press("l", "l", "H", "H", "escape")
        assert it.column("phase-2") == [4, 5]


async def test_the_filter_narrows_in_place_and_escape_takes_it_away() -> None:
    async with table() as it:
        await it.press("slash", *"owner:chi")
        assert "MVP  1 of 3 cards" in it.shown
        assert "Cluster as code" not in it.shown
        await it.press("enter")
        assert it.cursor == 3
        await it.press("escape")
        assert "Cluster as code" in it.shown


async def test_a_filter_that_cannot_be_read_says_so() -> None:
    async with table() as it:
        await it.press("slash", *"state:gone", "enter")
        assert "“gone” is no state" in it.shown


async def test_going_to_a_card_by_its_number() -> None:
    async with table() as it:
        await it.press("number_sign", *"c5", "enter")
        assert it.cursor == 5
        await it.press("number_sign", *"99", "enter")
        assert "there is no card “99”" in it.shown


async def test_unsaved_until_durable() -> None:
    async with table() as it:
        it.store.gate.clear()
        await it.press("shift+right")
        assert "unsaved 1" in it.shown
        it.store.gate.set()
        await it.until(lambda: "unsaved" not in it.shown)
        assert it.store.board.cards["101"].phase == "phase-2"


async def test_read_only_says_why_nothing_moves() -> None:
    async with table(read_only=True) as it:
        await it.press("shift+right")
        assert it.column("mvp") == [1, 2, 3]
        assert any("read-only" in toast.message for toast in it.app._notifications)


async def test_the_cursor_stays_when_another_board_comes_in() -> None:
    async with table() as it:
        await it.press("j")
        more = msgspec.structs.replace(CARDS[0], uid="999", number=99, title="Came in", rank="Zz")
        it.app.desk._show(msgspec.structs.replace(it.board, cards={**it.board.cards, "999": more}))
        it.app.board.update()
        await it.pilot.pause()
        assert it.cursor == 2
        assert "Came in" in it.shown


async def test_a_new_phase_gets_its_column() -> None:
    async with table() as it:
        phases = it.board.phases
        extra = msgspec.structs.replace(phases[3], id="phase-4", name="Phase 4", rank="a9")
        it.app.desk._show(msgspec.structs.replace(it.board, phases=(*phases[:4], extra, phases[4])))
        it.app.board.update()
        await it.pilot.pause()
        assert "Phase 4" in it.shown
        await it.press("j")
        assert it.cursor == 2


@pytest.mark.parametrize("size", [(80, 24), (120, 36), (200, 60)])
async def test_every_size_keeps_the_focused_column_readable(size: tuple[int, int]) -> None:
    async with table(size=size) as it:
        for _ in range(6):
            assert it.columns.here.pane.size.width >= 32
            await it.press("l")
        for _ in range(6):
            await it.press("h")
            assert it.columns.here.pane.size.width >= 32
        assert it.cursor == 6


async def test_eighty_columns_say_what_lies_beyond() -> None:
    async with table(size=(80, 24)) as it:
        assert "2 ›" in it.shown
        await it.press("l", "l", "l")
        assert "‹ 2" in it.shown


async def test_a_narrow_column_s_title_is_not_cut() -> None:
    cards = [msgspec.structs.replace(CARDS[3], uid=str(n), number=n, points=13) for n in range(10, 22)]
    async with table(*CARDS, *cards, size=(80, 24)) as it:
        assert "Phase 2 13 · 164" in it.shown


async def test_titles_from_outside_are_shown_as_text() -> None:
    hostile = Card(uid="101", number=1, title=printable("[red]x[/] \x1b]0;own\x07"), phase="mvp", rank="a0", points=1)
    async with table(hostile) as it:
        assert "[red]x[/]" in it.shown
        assert "\x1b" not in it.shown


async def test_a_click_selects_a_card_in_another_column() -> None:
    async with table() as it:
        lane = it.columns.columns[2].lane
        await it.pilot.click(lane, offset=(6, 0))
        await it.pilot.pause()
        assert it.cursor == 4


async def test_opened_and_closed_again_it_leaves_nothing_behind() -> None:
    async with table() as it:
        before = threading.active_count()
        for _ in range(5):
            await it.app.push_screen(BoardScreen(it.app.desk))
            await it.pilot.pause()
            await it.app.pop_screen()
        assert threading.active_count() == before
