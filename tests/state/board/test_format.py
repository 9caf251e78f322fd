import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from state.board import edits
from state.board.changes import Step, apply, step
from state.board.errors import NewerSchema, Unreadable
from state.board.format import board as read_board
from state.board.format import decode, encode, tables
from state.board.model import Board, Card, empty_board

_PATH = Path("team.json")
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=6,
)
_UNKNOWN = st.dictionaries(st.sampled_from(["colour", "hill", "évidence", "unknown"]), _JSON, max_size=3)


def _read(data: bytes) -> Board:
    return read_board(decode(data, _PATH), _PATH)


def test_a_board_survives_its_file(board: Board, ana: Callable[[], Step]) -> None:
    by = ana()
    full = apply(board, edits.set_setting(board, by, "team", ["ana", "ben"]))
    full = apply(full, [edits.take_baseline(full, by, "first")])
    assert _read(encode(tables(full))) == full


@given(_UNKNOWN, _UNKNOWN, _UNKNOWN, st.dictionaries(st.integers(1).map(str), st.dictionaries(st.text(), _JSON)))
def test_fields_and_tables_of_a_newer_program_survive(
    card: dict[str, Any], phase: dict[str, Any], settings: dict[str, Any], table: dict[str, Any]
) -> None:
    documents = {
        "board": {"1": {"schema": 1, "title": "x", **settings}},
        "phases": {"7": {"id": "mvp", "name": "MVP", **phase}},
        "cards": {"5": {"number": 1, "title": "a", "phase": "mvp", **card}},
        "experiments": table,
    }
    first = encode(documents)
    read = _read(first)
    edited = apply(read, edits.set_field(read, step("ana", 0), ["5"], "points", 3))
    again = json.loads(encode(tables(edited)))
    assert again["cards"]["5"] == {"number": 1, "title": "a", "phase": "mvp", "points": 3, **card}
    assert again["board"]["1"] == documents["board"]["1"]
    assert {"id": "mvp", "name": "MVP", **phase} in again["phases"].values()
    assert again["experiments"] == table


def test_one_field_changed_is_one_line_changed(board: Board, ana: Callable[[], Step]) -> None:
    uid = board.columns()["mvp"][1].uid
    after = apply(board, edits.move(board, ana(), [uid], "phase-2"))
    before_lines, after_lines = (encode(tables(b)).decode().splitlines() for b in (board, after))
    assert len(before_lines) == len(after_lines)
    different = [(a, b) for a, b in zip(before_lines, after_lines, strict=True) if a != b]
    assert different == [('      "phase": "mvp",', '      "phase": "phase-2",')]


def test_cards_stand_in_the_order_of_their_numbers(board: Board) -> None:
    turned = msgspec.structs.replace(board, cards=dict(reversed(board.cards.items())))
    assert encode(tables(turned)) == encode(tables(board))
    numbers = [card["number"] for card in json.loads(encode(tables(board)))["cards"].values()]
    assert numbers == sorted(numbers)


def test_what_a_default_equals_is_left_out_wherever_it_came_from(board: Board, ana: Callable[[], Step]) -> None:
    uid = board.columns()["mvp"][0].uid
    away = apply(board, edits.set_field(board, ana(), [uid], "moscow", "must"))
    back = apply(away, edits.set_field(away, ana(), [uid], "moscow", None))
    assert encode(tables(back)) == encode(tables(board))


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", r"^team.json cannot be read as a board: it is empty$"),
        (b'{"board": {', "cannot be read as a board"),
        (b'{\n"board": {},\n<<<<<<< ours\n', "in line 3"),
        (b"[]", "cannot be read as a board"),
        (b"{}", "is no board: it names no schema"),
        (b"\xff\xfe", "cannot be read as a board"),
        (b'{"board": {"1": {"schema": "two"}}}', "names no schema"),
        (b'{"board": {"1": {"schema": 1}}, "cards": {"x": {}}}', "cards x: its id must be digits"),
        (b'{"board": {"1": {"schema": 1}}, "cards": {"5": []}}', "cards 5: it must be an object"),
        (b'{"board": {"1": {"schema": 1}}, "cards": {"5": {"number": 1}}}', "cards 5: .*`title`"),
        (
            b'{"board": {"1": {"schema": 1}}, "cards": {"5": {"number": 1, "title": "Backups", "points": 0}}}',
            "cards 5 “Backups”: points must be a number above 0, not 0",
        ),
        (
            b'{"board": {"1": {"schema": 1}}, "cards": {"5": {"number": 1, "title": "Backups", "moscow": "maybe"}}}',
            r"cards 5 “Backups”: Invalid enum value 'maybe' - at `\$.moscow`",
        ),
        (b'{"board": {"1": {"schema": 1, "band": [40, 20]}}}', "board 1: the band must be"),
    ],
)
def test_a_file_that_is_no_board_is_named_with_the_place(data: bytes, words: str) -> None:
    with pytest.raises(Unreadable, match=words) as caught:
        _read(data)
    assert str(caught.value).isprintable()


def test_a_newer_schema_is_refused() -> None:
    with pytest.raises(NewerSchema, match=r"written by a newer cockpit \(schema 2, this one knows 1\)"):
        decode(b'{"board": {"1": {"schema": 2}}}', _PATH)


def test_a_thousand_cards_are_read_and_written_alike() -> None:
    cards = {str(n): Card(uid=str(n), number=n, title=f"Card {n}", rank=f"b{n:02}") for n in range(1, 1000)}
    board = msgspec.structs.replace(empty_board(), cards=cards)
    data = encode(tables(board))
    assert encode(tables(_read(data))) == data
