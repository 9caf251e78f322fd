import msgspec
from hypothesis import given
from hypothesis import strategies as st

from state.board.lanes import LaneBy, in_lanes, lane_of, lanes
from state.board.model import Board, Card, Moscow, Settings, empty_board


def board_of(*cards: Card, team: tuple[str, ...] = ()) -> Board:
    numbered = {card.uid: card for card in cards}
    return msgspec.structs.replace(empty_board(), cards=numbered, settings=Settings(team=team))


def card(number: int, **fields: object) -> Card:
    return msgspec.structs.replace(Card(uid=str(number), number=number, title=f"Card {number}"), **fields)


def test_steps_come_in_the_order_of_the_journey_and_unknown_ones_after_them() -> None:
    board = board_of(card(1, step="recover"), card(2, step="audit"), card(3), card(4, step="learn"))
    assert lanes(board, LaneBy.STEP) == ("learn", "recover", "audit", "")


def test_owners_come_as_the_team_names_them() -> None:
    board = board_of(card(1, owner="zoe"), card(2, owner="ana"), card(3, owner="Ben"), team=("zoe", "ana"))
    assert lanes(board, LaneBy.OWNER) == ("zoe", "ana", "Ben")


def test_priorities_go_from_must_to_wont() -> None:
    board = board_of(card(1, moscow=Moscow.WONT), card(2), card(3, moscow=Moscow.MUST), card(4, moscow=Moscow.COULD))
    assert lanes(board, LaneBy.PRIORITY) == ("must", "could", "wont", "")


def test_cards_of_a_lane_stay_in_their_order() -> None:
    cards = (card(1, lane="Data"), card(2), card(3, lane="Data"), card(4, lane="Security"))
    board = board_of(*cards)
    found = in_lanes(cards, lanes(board, LaneBy.AREA), LaneBy.AREA)
    assert {name: [one.number for one in those] for name, those in found.items()} == {
        "Data": [1, 3],
        "Security": [4],
        "": [2],
    }


@given(st.lists(st.sampled_from(["ana", "ben", "chi", ""]), max_size=20), st.sampled_from(LaneBy))
def test_no_card_is_lost_between_lanes(owners: list[str], by: LaneBy) -> None:
    cards = [card(at, owner=owner) for at, owner in enumerate(owners)]
    found = in_lanes(cards, lanes(board_of(*cards), by), by)
    assert sorted(one.number for those in found.values() for one in those) == list(range(len(owners)))
    assert all(lane_of(one, by) == name for name, those in found.items() for one in those)
