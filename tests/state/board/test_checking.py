import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from state.board import edits
from state.board.changes import Step, apply
from state.board.checking import Checked, check, flaws
from state.board.file_store import FileBoardStore
from state.board.model import Board


def _with(board: Board, which: int, /, **fields: Any) -> Board:
    card = board.numbered(str(which))
    assert card is not None
    return msgspec.structs.replace(board, cards={**board.cards, card.uid: msgspec.structs.replace(card, **fields)})


def _uid(board: Board, number: int) -> str:
    card = board.numbered(str(number))
    assert card is not None
    return card.uid


def test_a_board_that_is_all_right_has_no_flaw(stored: FileBoardStore, ana: Callable[[], Step]) -> None:
    assert check(stored.path) == Checked(())
    board, version = stored.load()
    stored.commit(version, edits.move(board, ana(), list(board.cards), "phase-2"))
    assert check(stored.path) == Checked(())


def test_needs_that_are_not_on_the_board(board: Board) -> None:
    assert flaws(_with(board, 2, needs=("404",))) == [
        "C02 “Card 2” needs the card 404, which is not on the board",
    ]
    assert flaws(_with(board, 2, broken=(_uid(board, 1),))) == [
        f"C02 “Card 2” marks an order as broken with the card {_uid(board, 1)}, which it does not need",
    ]


def test_each_circle_of_needs_is_named_once(board: Board) -> None:
    circle = _with(board, 2, needs=(_uid(board, 3), _uid(board, 5)))
    circle = _with(circle, 3, needs=(_uid(board, 4),))
    circle = _with(circle, 4, needs=(_uid(board, 2),))
    circle = _with(circle, 6, needs=(_uid(board, 2), _uid(board, 6)))
    assert flaws(circle) == [
        "these cards need each other in a circle: C02 → C03 → C04 → C02",
        "these cards need each other in a circle: C06 → C06",
    ]


def test_a_long_chain_of_needs_is_no_circle(board: Board) -> None:
    cards = list(board.cards.values())
    chain = {
        str(n): msgspec.structs.replace(
            cards[0], uid=str(n), number=n, rank=f"c{n:03}", needs=(str(n + 1),) if n < 5000 else ()
        )
        for n in range(1, 5001)
    }
    assert not [flaw for flaw in flaws(msgspec.structs.replace(board, cards=chain)) if "circle" in flaw]


def test_two_of_a_number_and_a_phase_that_is_gone(board: Board) -> None:
    assert flaws(_with(board, 2, number=1)) == [
        "C01 is the number of 2 cards: “Card 1”, “Card 2”; the next change gives each its own",
    ]
    lost = msgspec.structs.replace(
        _with(board, 2, phase="phase-9"), settings=msgspec.structs.replace(board.settings, current="phase-9")
    )
    assert flaws(lost) == [
        "C02 “Card 2” is in the phase phase-9, which is gone; it counts as unplanned",
        "the current phase is phase-9, which is gone",
    ]


def test_places_that_are_shared_or_none(board: Board) -> None:
    first = board.columns()["mvp"][0].rank
    shared = flaws(_with(board, 2, rank=first))
    assert len(shared) == 1
    assert shared[0].endswith(" have one place in mvp; moving one parts them")
    assert flaws(_with(board, 2, rank="")) == ["C02 “Card 2” has no place of its own in mvp; moving it gives it one"]
    assert flaws(_with(board, 5, rank=first)) == [], "places are those of a phase"


def test_what_is_written_there_is_shown_without_its_control_characters(board: Board) -> None:
    evil = _with(board, 2, title="a\x1b]0;x\x07b", needs=("\x1b[2J",), phase="\u202ex")
    assert all(flaw.isprintable() for flaw in flaws(evil))


def test_a_file_that_is_no_board_and_one_that_is_not_there(stored: FileBoardStore, tmp_path: Path) -> None:
    stored.path.write_text("oops")
    (said,) = check(stored.path).flaws
    assert "cannot be read as a board" in said
    assert check(tmp_path / "other.json").flaws == (f"{tmp_path / 'other.json'} is not there",)
    assert check(tmp_path).flaws == (f"{tmp_path}: is a directory",)


def test_an_edit_by_hand_is_told_until_the_next_change_notes_it(
    stored: FileBoardStore, ana: Callable[[], Step]
) -> None:
    documents = json.loads(stored.path.read_text())
    next(iter(documents["cards"].values()))["points"] = 40
    stored.path.write_text(json.dumps(documents, indent=2) + "\n")
    assert check(stored.path) == Checked(
        (),
        ("the file was changed outside, by hand or by git; the next change notes in the history what is different",),
    )
    board, version = stored.load()
    stored.commit(version, edits.set_field(board, ana(), list(board.cards)[:1], "owner", "ana"))
    assert check(stored.path) == Checked(())


def test_a_history_with_flaws(stored: FileBoardStore) -> None:
    history = stored.path.with_name("team.history.jsonl")
    whole = history.read_bytes()
    history.write_bytes(b"<<<<<<< ours\n" + whole + b'{"id": "ha')
    assert check(stored.path).flaws == (
        "team.history.jsonl, line 1: no change can be read there; it is left out",
        "team.history.jsonl, line 8: its write was interrupted; it is left out",
    )
    history.unlink()
    assert check(stored.path).flaws == ("there is no history of this board; the next change notes what is on it",)


def test_a_history_whose_last_change_made_the_file_and_that_tells_another_board_is_a_flaw(
    stored: FileBoardStore, ana: Callable[[], Step]
) -> None:
    board, version = stored.load()
    stored.commit(version, edits.set_field(board, ana(), list(board.cards)[:1], "owner", "ana"))
    history = stored.path.with_name("team.history.jsonl")
    history.write_bytes(b"".join(history.read_bytes().splitlines(keepends=True)[1:]))
    assert check(stored.path) == Checked(("the history tells another board than the one in the file",))


def test_what_only_the_history_has_is_told(stored: FileBoardStore, ana: Callable[[], Step]) -> None:
    before = stored.path.read_bytes()
    board, version = stored.load()
    stored.commit(version, edits.set_field(board, ana(), list(board.cards)[:2], "owner", "ana"))
    stored.path.write_bytes(before)
    assert "team.json: 2 changes had reached the history only; taken from there" in check(stored.path).flaws
    assert apply(board, ()) == board


@pytest.mark.parametrize("name", ["team.json", "team.history.jsonl"])
def test_checking_changes_nothing(stored: FileBoardStore, name: str) -> None:
    with stored.path.with_name(name).open("ab") as file:
        file.write(b"{")
    before = {path: path.read_bytes() for path in stored.path.parent.rglob("*") if path.is_file()}
    assert check(stored.path).flaws
    assert {path: path.read_bytes() for path in stored.path.parent.rglob("*") if path.is_file()} == before
