"""Rows are counted as they are drawn, whatever comes, goes and however wide."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len, split_graphemes

from widgets.text_lines import Remark, TextLines, breaks, cells_of, rows_of

texts = st.text(st.sampled_from("ab é中文字\u0301👩☁я─…"), max_size=30)
widths = st.integers(2, 12)


def slow_rows(text: str, width: int) -> list[str]:
    """A text cut into rows, one joined character after the other."""
    rows, used = [""], 0
    for begin, end, cells in split_graphemes(text)[0]:
        if used + cells > width:
            rows.append("")
            used = 0
        rows[-1] += text[begin:end]
        used += cells
    return rows


@given(texts)
def test_cells_are_counted_as_the_terminal_takes_them(text: str) -> None:
    assert cells_of(text) == split_graphemes(text)[1] == cell_len(text)


@given(texts, widths)
def test_rows_are_counted_as_they_are_cut(text: str, width: int) -> None:
    rows = slow_rows(text, width)
    begins = breaks(text, width)
    assert rows_of(text, width) == len(begins) == len(rows)
    assert [text[a:b] for a, b in zip(begins, [*begins[1:], len(text)], strict=True)] == rows


steps = st.one_of(
    st.tuples(st.just("append"), st.lists(texts, max_size=8)),
    st.tuples(st.just("replace"), st.lists(texts, max_size=8)),
    st.tuples(st.just("wrap"), st.none() | widths),
    st.tuples(st.just("count"), st.integers(1, 60)),
)


@given(st.lists(steps, max_size=16), st.integers(1, 10))
def test_places_equal_those_counted_anew(story: list[tuple[str, Any]], limit: int) -> None:
    lines = TextLines(limit)
    held: list[str] = []
    came = 0
    for step, value in [*story, ("count", 10_000)]:
        match step:
            case "append":
                lines.append(value)
                came += len(value)
                held = [*held, *value][-limit:]
            case "replace":
                lines.replace(value)
                came, held = len(value), value[-limit:]
            case "wrap":
                lines.wrap_at(value)
            case "count":
                assert lines.count(value) or value < 10_000
        assert list(lines) == held
        assert (lines.first, lines.end) == (came - len(held), came)
        cut = [[text] if lines.width is None else slow_rows(text, lines.width) for text in held]
        expected = [(lines.first + n, row) for n, rows in enumerate(cut) for row in rows]
        places = [lines.place(row) for row in range(lines.first_row, lines.end_row)]
        assert [(at.line, lines[at.line][at.begin : at.end]) for at in places] == expected
        for row, place in enumerate(places, lines.first_row):
            assert lines.row_at(place.line, place.begin) == row or not lines[place.line]
            assert lines.row_of(place.line) <= row
        assert lines.width is not None or lines.widest >= max(map(cells_of, held), default=0)
    assert lines.width == lines.wanted


def test_tabs_and_joiners_do_not_make_widths_uncertain() -> None:
    lines = TextLines(10)
    lines.append(["a\tb", "👩\u200d👧 ☁\ufe0f", Remark("…\tc")])
    assert list(lines) == ["a       b", "👩👧 ☁", "…       c"]
    assert isinstance(lines[2], Remark)


def test_adding_measures_only_what_is_added(monkeypatch) -> None:
    measured: list[str] = []
    counted = rows_of
    monkeypatch.setattr("widgets.text_lines.rows_of", lambda text, width: measured.append(text) or counted(text, width))
    lines = TextLines(1000)
    lines.wrap_at(20)
    assert lines.count(1)
    lines.append(f"old {n}" for n in range(1000))
    measured.clear()
    lines.append(f"new {n}" for n in range(100))
    assert measured == [f"new {n}" for n in range(100)]
    assert len(lines) == 1000


def test_another_width_is_counted_in_pieces_and_each_line_once(monkeypatch) -> None:
    measured: list[str] = []
    counted = rows_of
    monkeypatch.setattr("widgets.text_lines.rows_of", lambda text, width: measured.append(text) or counted(text, width))
    lines = TextLines(1000)
    lines.append(f"{n:0100}" for n in range(1000))
    lines.wrap_at(30)
    pieces = []
    while not lines.count(1080):
        pieces.append(len(measured) - sum(pieces))
        assert (lines.width, lines.end_row) == (None, 1000)
    assert set(pieces) == {10}
    assert measured == list(lines)
    assert (lines.width, lines.end_row) == (30, 4000)
