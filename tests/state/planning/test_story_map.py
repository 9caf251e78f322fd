from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from state.board.model import DROPPED, MVP, STEPS, UNPLANNED, Board, CardKind
from state.planning.scope import scope
from state.planning.story_map import NO_STEP, story_map
from state.planning.sums import sum_up
from tests.state.planning.boards import PHASES, board, boards, card, numbers


def test_rows_are_the_phases_and_the_ideas_and_columns_the_steps() -> None:
    found = story_map(board())
    assert [phase.id for phase in found.rows] == [MVP, "later", "last", UNPLANNED]
    assert found.columns == (*STEPS, "")
    assert found.cells.keys() == {(phase.id, step) for phase in found.rows for step in found.columns}


def test_a_cell_has_its_cards_in_rank_order_their_points_and_how_many_have_none() -> None:
    made = board(
        replace(card(1, step="deploy", points=3), rank="b"),
        replace(card(2, step="deploy"), rank="a"),
        replace(card(3, step="deploy", points=8, kind=CardKind.SUPPORT), rank="c"),
        card(4, "later", step="deploy", points=5),
    )
    cell = story_map(made).cells[MVP, "deploy"]
    assert (numbers(cell.cards), cell.points, cell.unestimated) == ([2, 1, 3], 3, 1)


def test_a_card_without_a_step_of_the_journey_is_in_the_last_column() -> None:
    found = story_map(board(card(1), card(2, step="elsewhere"), card(3, "gone", step="learn")))
    assert numbers(found.cells[MVP, NO_STEP].cards) == [1, 2]
    assert numbers(found.cells[UNPLANNED, "learn"].cards) == [3]


def test_a_step_without_a_capability_of_the_mvp_is_a_hole_whatever_is_shown() -> None:
    made = board(
        *(card(n, step=step) for n, step in enumerate(STEPS[:-2], 1)),
        card(20, "later", step=STEPS[-2]),
        card(21, step=STEPS[-1], kind=CardKind.EXPERIMENT),
    )
    assert story_map(made).holes == ((MVP, STEPS[-2]), (MVP, STEPS[-1]))
    assert story_map(made, frozenset()).holes == story_map(made).holes


def test_a_board_without_an_mvp_has_no_holes() -> None:
    made = replace(board(card(1, "later")), phases=tuple(phase for phase in PHASES if phase.id != MVP))
    assert story_map(made).holes == ()


def test_rows_and_columns_come_to_the_sum_of_their_cells() -> None:
    made = board(card(1, step="learn", points=1), card(2, step="build"), card(3, "later", step="learn", points=4))
    found = story_map(made)
    assert found.row(MVP) == sum_up([made.cards["1"], made.cards["2"]])
    assert found.column("learn") == sum_up([made.cards["1"], made.cards["3"]])


@given(boards(), st.booleans())
def test_the_cells_part_the_cards_that_are_shown(made: Board, everything: bool) -> None:
    shown = None if everything else frozenset(list(made.cards)[::2])
    placed = [one.uid for cell in story_map(made, shown).cells.values() for one in cell.cards]
    wanted = {one.uid for one in made.cards.values() if one.phase != DROPPED and (shown is None or one.uid in shown)}
    assert len(placed) == len(set(placed))
    assert set(placed) == wanted


@given(boards())
def test_every_cell_sums_its_cards_in_rank_order(made: Board) -> None:
    for (phase, step), cell in story_map(made).cells.items():
        both = sum_up(cell.cards)
        assert (cell.points, cell.unestimated) == (both.points, both.unestimated)
        assert [one.order for one in cell.cards] == sorted(one.order for one in cell.cards)
        assert all(one.step == step or (step == NO_STEP and one.step not in STEPS) for one in cell.cards)
        assert all(one.phase in (phase, "gone") for one in cell.cards)


@given(boards())
def test_the_map_and_the_glance_see_the_same_holes(made: Board) -> None:
    assert tuple(step for _, step in story_map(made).holes) == scope(made).holes
