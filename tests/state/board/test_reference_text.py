import pytest

from state.board import reference_text
from state.board.field_text import FieldError
from state.board.model import Board, Card, Phase, Settings, in_order
from state.printable import printable

PHASES = (Phase(id="mvp", name="MVP"), Phase(id="phase-2", name="Phase 2"), Phase(id="phase-3", name="Phase 3"))


def board(*cards: Card) -> Board:
    return Board(settings=Settings(), phases=in_order(PHASES), cards={card.uid: card for card in cards})


def refused(read, typed):
    with pytest.raises(FieldError) as caught:
        read(typed)
    sentence = str(caught.value)
    assert sentence == printable(sentence)
    return sentence


def test_phases_by_id_name_and_beginning():
    read = reference_text.phase_of(PHASES)
    assert [read(typed) for typed in ("mvp", "Phase 2", "phase-3", "m")] == ["mvp", "phase-2", "phase-3", "mvp"]
    assert refused(read, "phase") == "the phase is one of MVP, Phase 2, Phase 3, not “phase”"
    assert refused(read, "")


def test_two_phases_of_one_name_are_told_apart_by_id():
    twice = (Phase(id="a", name="Later"), Phase(id="b", name="Later"))
    assert refused(reference_text.phase_of(twice), "Later")
    assert reference_text.phase_of(twice)("b") == "b"


def test_needs_are_read_by_number():
    one, two = Card(uid="u1", number=1, title="a", needs=("u2", "gone")), Card(uid="u2", number=2, title="b")
    there = board(one, two)
    read = reference_text.needed(there, "u1")
    assert reference_text.written_needs(there, one.needs) == "C02 gone"
    assert read("C02, gone") == ("u2", "gone")
    assert read("c2 2") == ("u2",)
    assert refused(read, "C01") == "C01 cannot need itself"
    assert refused(read, "C99") == "there is no card “C99”"


def test_a_replacement_is_a_card_or_words():
    there = board(Card(uid="u7", number=7, title="a"))
    read = reference_text.card_or_words(there)
    assert read("C07") == "u7"
    assert read("7 small services") == "7 small services"
    assert refused(read, "C99") == "there is no card C99"
    assert reference_text.written_card(there, "u7") == "C07"
    assert reference_text.written_card(there, "the portal") == "the portal"
