import msgspec
import pytest
from textual import events

from screens.dialogs.card_dialog import CardDialog
from screens.dialogs.card_fields import COMMENT, card_groups
from screens.dialogs.card_words import questions
from state.board import edits
from state.board.changes import apply, step
from state.board.model import UNPLANNED, Card, CardState, Comment, Evidence, Moscow, Obstacle
from state.cell import Cell
from tests.screens.dialogs.boards import CLOCK, FULL, LATER, NOW, PLAIN, TODAY, a_board

# What the program itself keeps in step, and what is done by moving.
_NOT_ASKED = {"uid", "number", "rank", "broken", "started", "finished", "created", "split_from", "dropped_from"}


def fields(board, card):
    return [field for group in card_groups(board, card, TODAY) for field in group.fields]


def dialog(board, card=FULL, **options):
    return CardDialog(board, board.cards[card.uid], TODAY, who="ana", clock=CLOCK, **options)


def test_every_field_of_a_card_is_asked_for(board):
    assert {field.name for field in fields(board, FULL)} == {*Card.__struct_fields__} - _NOT_ASKED - {"unknown"}


@pytest.mark.parametrize("card", [FULL, PLAIN], ids=["full", "plain"])
def test_what_a_field_shows_reads_back_as_what_the_card_has(board, card):
    for field in fields(board, card):
        if field.name != COMMENT:
            assert field.read(field.text) == getattr(card, field.name), field.name


def test_a_card_of_a_phase_that_is_gone_is_shown_with_the_ideas(board):
    lost = msgspec.structs.replace(PLAIN, phase="gone")
    phase = next(field for field in fields(a_board(lost), lost) if field.name == "phase")
    assert phase.read(phase.text) == UNPLANNED


def test_every_hint_fits_two_lines_of_a_narrow_screen(board):
    assert [field.name for field in fields(board, FULL) if len(field.hint) > 140] == []


async def test_nothing_typed_is_nothing_answered(asked, board):
    async with asked(dialog(board)) as it:
        await it.press("ctrl+s")
        assert it.answers == [{}]


async def test_what_differs_is_answered_from_every_group(asked):
    board = a_board(PLAIN, msgspec.structs.replace(LATER, needs=()))
    async with asked(dialog(board, PLAIN)) as it:
        await it.fill("Secrets from one store")
        await it.press("tab")
        await it.fill("8")
        await it.go_to("moscow")
        await it.type("mu")
        await it.go_to("description")
        await it.type("one")
        await it.press("enter")
        await it.type("two")
        await it.go_to("phase")
        await it.fill("phase 2")
        await it.go_to("floor")
        await it.fill("y")
        await it.go_to("impact")
        await it.type("high")
        await it.go_to("needs")
        await it.type("C03")
        await it.go_to("extended_by")
        await it.type("another store")
        await it.go_to("evidence")
        await it.type("Rotated | by ana | on today")
        await it.press("ctrl+s")
        assert len(it.answers) == 1, it.text
        (answer,) = it.answers
    assert answer == {
        "title": "Secrets from one store",
        "points": 8,
        "moscow": Moscow.MUST,
        "description": "one\ntwo",
        "phase": "phase-2",
        "floor": True,
        "impact": 2,
        "needs": ("100000000003",),
        "extended_by": "another store",
        "evidence": (Evidence(what="Rotated", who="ana", when=TODAY),),
    }


async def test_an_answer_becomes_changes_that_the_board_takes(asked):
    board = a_board(PLAIN)
    async with asked(dialog(board, PLAIN)) as it:
        await it.go_to("state")
        await it.fill("doi")
        await it.go_to("due")
        await it.type("+2w")
        await it.go_to("obstacle")
        await it.type("no licence | on legal")
        await it.press("ctrl+s")
        (answer,) = it.answers
    after = apply(board, edits.set_fields(board, step("ana", 1e9), (PLAIN.uid,), answer)).cards[PLAIN.uid]
    assert (after.state, after.due.isoformat()) == (CardState.DOING, "2025-12-08")
    assert after.obstacle == Obstacle(why="no licence", whom="legal", since=TODAY)


async def test_enter_saves_from_a_line_and_breaks_a_line_in_a_text(asked, board):
    async with asked(dialog(board, PLAIN)) as it:
        await it.go_to("acceptance")
        await it.type("a")
        await it.press("enter")
        await it.type("b")
        assert it.answers == []
        await it.go_to("kind")
        await it.press("enter")
        assert it.answers == [{"acceptance": "a\nb"}]


async def test_what_is_wrong_is_said_where_it_is_and_nothing_typed_is_lost(asked, board):
    async with asked(dialog(board, PLAIN)) as it:
        await it.fill("Vault")
        await it.go_to("confidence")
        await it.type("101")
        await it.press("ctrl+pagedown", "ctrl+pagedown")
        assert "worth ✗" in it.text
        await it.press("ctrl+s")
        assert it.answers == []
        assert it.field == "confidence"
        assert "✗ confidence is a number, from 0 to 100, not “101”" in it.words
        await it.press("backspace")
        assert "✗" not in it.text
        await it.press("ctrl+s")
        assert it.answers == [{"title": "Vault", "confidence": 10}]


async def test_a_field_is_checked_when_it_is_left(asked, board):
    async with asked(dialog(board, PLAIN)) as it:
        await it.fill(" ")
        assert "needs a title" not in it.text
        await it.press("tab")
        assert "✗ a card needs a title" in it.words


async def test_leaving_with_nothing_typed_asks_nothing(asked, board):
    async with asked(dialog(board)) as it:
        await it.press("tab", "tab", "escape")
        assert it.answers == [None]


async def test_leaving_what_was_typed_asks(asked, board):
    async with asked(dialog(board, PLAIN)) as it:
        await it.type("!")
        await it.press("escape")
        assert "Leave without saving?" in it.text
        assert "not saved yet: title" in it.text
        await it.press("escape")
        assert "Secrets!" in it.text
        await it.press("escape", "y")
        assert it.answers == [None]


async def test_leaving_can_save_and_says_what_is_wrong(asked, board):
    async with asked(dialog(board, PLAIN)) as it:
        await it.press("tab")
        await it.type("x")
        await it.press("escape", "s")
        assert it.answers == []
        assert "✗ “5x” is no number of points" in it.words
        await it.press("backspace", "backspace")
        await it.type("3")
        await it.press("escape", "s")
        assert it.answers == [{"points": 3}]


async def test_the_plan_asks_and_is_answered(asked, board):
    async with asked(dialog(board, PLAIN)) as it:
        assert "later ?" in it.text
        await it.go_to("extended_by")
        assert "? how can it be extended? What is in the MVP has to be" in it.text
        await it.type("a second class")
        assert "how can it be extended?" not in it.text
        assert "later ?" not in it.text


def test_questions_follow_what_a_card_is():
    mine = Card(uid="1", number=1, title="a", tags=("complex", "throwaway"), phase="mvp", extended_by="so")
    there = a_board(mine)
    assert questions(there, mine, TODAY).keys() == {"alternative", "replaced_by"}
    named = msgspec.structs.replace(mine, alternative="none", replaced_by="the portal")
    assert questions(there, named, TODAY).keys() == {"replaced_when"}
    assert questions(there, msgspec.structs.replace(named, replaced_when="2026"), TODAY) == {}
    wrong = msgspec.structs.replace(PLAIN, state=CardState.TODO, extended_by="so", moscow=Moscow.WONT, due=NOW.date())
    assert questions(a_board(wrong), wrong, NOW.date()).keys() == {"moscow"}
    late = msgspec.structs.replace(wrong, moscow=None, floor=True, phase="phase-2")
    assert questions(a_board(late), late, TODAY.replace(year=2026)).keys() == {"phase", "due"}


async def test_needs_are_shown_as_they_are_typed_and_what_needs_it_below(asked, board):
    async with asked(dialog(board), size=(120, 36)) as it:
        await it.go_to("needs")
        assert "✓ C02  done  MVP        Secrets" in it.text
        assert "▲ gone is not on the board" in it.text
        assert "needed by\n" in "\n".join(line.strip("│ ") for line in it.lines)
        assert "○ C03  todo  Phase 3    Portal" in it.text


async def test_a_circle_is_refused_by_name(asked, board):
    async with asked(dialog(board)) as it:
        await it.go_to("needs")
        await it.type(" C03")
        await it.press("ctrl+s")
        assert it.answers == []
        assert "✗ C01 would need itself: C01 → C03 → C01" in it.words


async def test_scores_follow_what_is_typed(asked, board):
    async with asked(dialog(board)) as it:
        await it.go_to("reach")
        assert "RICE 0.32" in it.text
        assert "WSJF 6.4" in it.text
        await it.fill("8")
        assert "RICE 0.64" in it.text
        await it.press("end", "ctrl+u")
        assert "RICE – without reach" in it.text


async def test_a_comment_is_added_to_those_there_are(asked, board):
    async with asked(dialog(board)) as it:
        await it.go_to(COMMENT)
        assert "ben 0s  first" in it.text
        await it.type("mind the quota")
        await it.press("ctrl+s")
        assert it.answers == [{"comments": (*FULL.comments, Comment(text="mind the quota", who="ana", when=NOW))}]


async def test_the_last_changes_are_told(asked, board):
    made = edits.set_fields(board, step("ben", NOW.timestamp() - 7200), (FULL.uid,), {"points": 5, "phase": "phase-2"})
    async with asked(dialog(board, changes=made)) as it:
        await it.press("pageup")
        assert it.field == COMMENT
        assert "2h  ben  points 2.5 → 5, phase MVP → Phase 2" in it.text


async def test_keys_go_from_group_to_group_out_of_any_field(asked, board):
    async with asked(dialog(board, PLAIN)) as it:
        await it.press("pagedown")
        assert it.field == "kind"
        await it.press("shift+tab")
        assert it.field == "acceptance"
        await it.press("pagedown")
        assert it.field == "kind"
        await it.press("up", "down")
        assert it.field == "kind"
        await it.press("pageup", "pageup")
        assert it.field == COMMENT
        await it.press("tab", "tab")
        assert it.field == "title"


async def test_a_group_is_chosen_with_the_mouse(asked, board):
    async with asked(dialog(board, PLAIN)) as it:
        y, line = next((y, line) for y, line in enumerate(it.lines) if "worth" in line)
        await it.pilot.click(offset=(line.index("worth") + 1, y))
        await it.pilot.pause()
        assert it.field == "value"


async def test_a_paste_of_several_lines_becomes_one_line_or_stays_several(asked, board):
    async with asked(dialog(board, PLAIN)) as it:
        it.app.post_message(events.Paste(" one\n\x1b[31mtwo"))
        await it.pilot.pause()
        await it.go_to("description")
        it.app.post_message(events.Paste("one\r\ntwo\rthree\x07"))
        await it.pilot.pause()
        await it.press("ctrl+s")
        assert it.answers == [{"title": "Secrets one two", "description": "one\ntwo\nthree·"}]


async def test_a_hostile_card_that_is_looked_at_stays_as_it_is(asked, hostile):
    async with asked(CardDialog(hostile, hostile.cards["100000000009"], TODAY, clock=CLOCK)) as it:
        for _ in range(7):
            await it.press("ctrl+pagedown")
        await it.press("ctrl+s")
        assert it.answers == [{}]


async def test_what_became_of_the_alert_it_was_made_of_is_told(asked, board):
    async with asked(dialog(board, PLAIN, life=[(Cell("✗ Down fires since 3h"),)]), size=(100, 40)) as it:
        assert "✗ Down fires since 3h" in it.text
