"""Whatever a file holds, reading ends with one printable sentence or with rows, and a board takes only what fits."""

from collections.abc import Callable

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from state.board import edits
from state.board.changes import apply, step
from state.board.exchange.contents import UnreadableFile
from state.board.exchange.files import FORMS, Read, read_file
from state.board.exchange.report import report_lines
from state.board.exchange.separated import harmless, original, separated, sheet, text_of
from state.board.exchange.taking import take
from state.board.model import STEPS, Board, Card, empty_board
from state.printable import printable

_HEADS = [
    "uid",
    "number",
    "Summary",
    "Status",
    "phase",
    "needs",
    "points",
    "Parent",
    "blocks",
    "unknown",
    "comments",
    "tags",
]
_CELLS = st.one_of(
    st.sampled_from(
        ["1", "C01", "C02", "uid:1", "One", "Two", "[]", "[1]", "{}", '{"title": 1}', "null", "mvp", "Done", "'=1"]
    ),
    st.text(max_size=6),
)  # fmt: skip
_NAMES = [*Card.__struct_fields__, "card"]
_JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-3, 10**20), st.floats(), st.sampled_from(["1", "C01", "mvp"])),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.sampled_from(_NAMES), inner)),
    max_leaves=12,
)  # fmt: skip


def _board() -> Board:
    board = empty_board()
    for title in ("One", "Two", "Two"):
        board = apply(board, [edits.new_card(board, step("ana", 0), title, phase="mvp", step=STEPS[0])])
    return board


def _read(data: bytes, form: str) -> Read | str:
    try:
        return read_file(data, form)
    except UnreadableFile as error:
        return str(error)


def _takes(data: bytes, form: str) -> None:
    board = _board()
    read = _read(data, form)
    if isinstance(read, str):
        assert read == printable(read)
        return
    for everything in (False, True):
        taken = take(board, step("ana", 60), read.contents, phases=everything, everything=everything)
        after = apply(board, taken.changes)
        assert after == taken.board
        assert board.cards.keys() <= after.cards.keys()
        assert len({card.number for card in after.cards.values()}) == len(after.cards)
        for line in report_lines(read.contents, taken):
            assert line == printable(line)


@given(st.lists(st.lists(_CELLS, max_size=len(_HEADS)), max_size=5), st.permutations(_HEADS))
def test_any_table_is_taken_or_told(rows: list[list[str]], heads: list[str]) -> None:
    _takes(separated(heads, rows).encode(), "csv")


@given(st.lists(st.dictionaries(st.sampled_from(_NAMES), _JSON), max_size=3))
def test_any_records_are_taken_or_told(records: list[dict[str, object]]) -> None:
    _takes(msgspec.json.encode(records), "json")


@given(
    st.dictionaries(st.sampled_from(["cards", "phases", "baselines", "newer", "board"]),
                    st.dictionaries(st.sampled_from(["1", "2", "x"]), _JSON, max_size=2))
)  # fmt: skip
def test_any_board_file_is_taken_or_told(tables: dict[str, dict[str, object]]) -> None:
    _takes(msgspec.json.encode({"board": {"1": {"schema": 1}}, **tables}), "json")


@given(st.lists(st.tuples(_CELLS, _JSON), max_size=4))
def test_any_markdown_is_taken_or_told(items: list[tuple[str, object]]) -> None:
    lines = [
        f"- [x] {text} <!-- {msgspec.json.encode({'uid': '1', 'needs': found}).decode()} -->" for text, found in items
    ]
    _takes(
        "\n".join(["# a", '## MVP <!-- {"id": 5} -->', *lines, '## b <!-- {"id": "b", "name": 3} -->']).encode(),
        "markdown",
    )


@pytest.mark.parametrize("form", FORMS)
@given(data=st.binary(max_size=60))
def test_any_bytes_are_taken_or_told(form: str, data: bytes) -> None:
    _takes(data, form)


# --- cells that spreadsheets would run ---


@given(st.text(st.characters(exclude_categories=("Cs",))))
def test_a_harmless_cell_is_the_original_again(text: str) -> None:
    assert original(harmless(text)) == text


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1", "'=1", "''+1"])
def test_no_cell_is_a_formula(cell: str) -> None:
    assert harmless(cell) == "'" + cell


@pytest.mark.parametrize("cell", ["", "a=1", "5", "it's", "'quoted'", "'"])
def test_other_cells_are_as_they_are(cell: str) -> None:
    assert harmless(cell) == cell == original(cell)


@given(
    st.lists(
        st.lists(st.text(st.characters(exclude_categories=("Cs",)), min_size=1), min_size=2, max_size=2), max_size=4
    )
)
def test_any_cells_come_back(rows: list[list[str]]) -> None:
    found = sheet(separated(["a", "b"], rows))
    kept = [tuple(row) for row in rows if any(cell.strip() for cell in row)]
    assert [row for _, row in found.rows] == kept


# --- what spreadsheets make of a table ---


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_separators_and_line_ends_are_found_out(delimiter: str, end: str) -> None:
    text = end.join([f'"a, b;c"{delimiter}d', f"1{delimiter}2", ""])
    found = sheet(text)
    assert (found.heads, found.rows) == (("a, b;c", "d"), ((2, ("1", "2")),))


def test_a_separator_may_be_named_in_front() -> None:
    assert sheet("sep=;\r\na;b,c\r\n1;2\r\n").rows == ((3, ("1", "2")),)


@pytest.mark.parametrize(
    ("data", "text", "said"),
    [
        ("Über".encode(), "Über", ""),
        (b"\xef\xbb\xbf" + "Über".encode(), "Über", ""),
        ("Über".encode("utf-16"), "Über", "utf-16"),
        ("Über €".encode("cp1252"), "Über €", "windows-1252 (latin-1)"),
        (b"\xdcber \x81", "Über \x81", "latin-1"),
    ],
)
def test_the_encoding_is_found_out_and_told(data: bytes, text: str, said: str) -> None:
    assert text_of(data) == (text, said)


def test_long_cells_and_nul_are_read() -> None:
    cell = "x" * 200_000 + "\0"
    found: Callable[[str], str] = lambda text: sheet(text).rows[0][1][0]  # noqa: E731
    assert found(separated(["a"], [[cell]])) == cell
