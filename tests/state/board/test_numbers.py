from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from state.board.model import Card
from state.board.numbers import in_words, renumbered, replaced

_CARDS = st.lists(st.tuples(st.integers(1, 4), st.none() | st.integers(0, 3)), max_size=8).map(
    lambda found: [_card(uid, number, created) for uid, (number, created) in enumerate(found, 1)]
)


def _card(uid: int, number: int, created: int | None = None, title: str = "x") -> Card:
    when = None if created is None else datetime.fromtimestamp(created, UTC)
    return Card(uid=str(uid), number=number, title=title, created=when)


@given(_CARDS, st.randoms(use_true_random=False))
def test_each_card_has_a_number_of_its_own_whatever_the_order(cards: list[Card], chance: object) -> None:
    new = renumbered(cards)
    numbers = [new.get(card.uid, card.number) for card in cards]
    assert len(set(numbers)) == len(numbers)
    assert {card.number for card in cards} <= set(numbers), "a number that was said names a card still"
    chance.shuffle(cards)  # type: ignore[attr-defined]
    assert renumbered(cards) == new


@given(_CARDS)
def test_numbers_that_are_one_card_s_stay(cards: list[Card]) -> None:
    numbers = [card.number for card in cards]
    assert all(numbers.count(card.number) > 1 for card in cards if card.uid in renumbered(cards))


def test_the_first_one_keeps_it_and_of_two_at_once_the_smaller_uid() -> None:
    assert renumbered([_card(1, 7, 200), _card(2, 7, 100), _card(3, 9)]) == {"1": 10}
    assert renumbered([_card(2, 7, 100), _card(1, 7, 100)]) == {"2": 8}
    assert renumbered([_card(1, 7, 100), _card(2, 7)]) == {"1": 8}, "a card without a date is an old one"


@given(_CARDS, st.sets(st.integers(1, 8).map(str)), st.data())
def test_new_cards_stand_in_places_of_their_own_and_known_ones_where_they_were(
    cards: list[Card], known: set[str], data: st.DataObject
) -> None:
    keys = data.draw(st.lists(st.sampled_from(["a0", "a1", "a1V"]), min_size=len(cards), max_size=len(cards)))
    cards = [structs.replace(card, rank=key) for card, key in zip(cards, keys, strict=True)]
    new = replaced(cards, known)
    assert not known & set(new)
    ranks = [new.get(card.uid, card.rank) for card in cards if card.uid not in known]
    assert len(set(ranks)) == len(ranks)
    assert not set(new.values()) & set(keys)
    assert all(new.get(card.uid, card.rank) >= card.rank for card in cards)
    assert replaced(list(reversed(cards)), known) == new


def test_it_is_said_in_words() -> None:
    cards = [_card(1, 7, 1), _card(2, 7, 2, title="Back\x1b[31mups")]
    assert in_words(cards, renumbered(cards)) == ("two cards had the number C07: “Backups” is C08 now",)
