from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from state.board.capture import Captured, CaptureError, add_captured, capture, capture_all, points
from state.board.changes import Step, apply
from state.board.errors import ChangeRefused
from state.board.model import Board, Moscow, empty_board

_PHASES = empty_board().phases


def test_a_line_says_all_of_a_card() -> None:
    assert capture("Renew certificates #tls @ana !must *5 >mvp #toil", _PHASES) == Captured(
        title="Renew certificates", tags=("tls", "toil"), owner="ana", moscow=Moscow.MUST, points=5, phase="mvp"
    )


@pytest.mark.parametrize(
    ("line", "title"),
    [
        ("just words", "just words"),
        ("what # means", "what # means"),
        ("5 * 3 > 2 !", "5 * 3 > 2 !"),
        (r"bug \#12 and \@all", "bug #12 and @all"),
        ("Stop! it's a->b mail a@b", "Stop! it's a->b mail a@b"),
        (r"\ backslash", r"\ backslash"),
    ],
)
def test_all_other_words_are_the_title(line: str, title: str) -> None:
    assert capture(line, _PHASES) == Captured(title=title)


@pytest.mark.parametrize(
    ("word", "phase"),
    [(">phase-2", "phase-2"), (">MVP", "mvp"), (">phase3", "phase-3"), (">d", "dropped"), (">id", "unplanned")],
)
def test_a_phase_is_named_by_a_beginning_that_only_it_has(word: str, phase: str) -> None:
    assert capture(f"x {word}", _PHASES).phase == phase


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("", "a card needs a title"),
        ("#tag *5", "a card needs a title"),
        ("x *many", "“many” is no number of points; write a number above 0"),
        ("x *0", "“0” is no number of points"),
        ("x *inf", "“inf” is no number of points"),
        ("x *nan", "“nan” is no number of points"),
        ("x *1e10", "“1e10” is too many points; write at most 1,000,000,000"),
        ("x !urgent", "“!urgent” is no priority; write one of must, should, could, wont, or"),
        ("x >phase", "“>phase” could be phase-2 or phase-3"),
        ("x >q9", "“>q9” is no phase; there are unplanned, mvp, phase-2, phase-3, dropped"),
        ("x *3 *5", r"\*5: the number of points is there twice"),
        ("x @ana @ben", "@ben: the owner is there twice"),
    ],
)
def test_what_cannot_be_read_is_named(line: str, words: str) -> None:
    with pytest.raises(CaptureError, match=words):
        capture(line, _PHASES)


def test_wont_is_written_as_people_write_it() -> None:
    assert capture("x !won't", _PHASES).moscow is Moscow.WONT


def test_points_stay_whole_where_they_are() -> None:
    assert repr(points("5")) == "5"
    assert repr(points("0,5")) == "0.5"
    assert repr(points("3.0")) == "3"


def test_an_error_shows_no_control_characters() -> None:
    with pytest.raises(CaptureError) as caught:
        capture("x !\x1b[31m", _PHASES)
    assert str(caught.value).isprintable()


def test_pasted_lines_become_a_card_each() -> None:
    pasted = """
- Renew certificates #tls *5
  * Tested restore @ben

3. Write the runbook >mvp
4) Page on-call
- [ ] Rotate keys
* [x] Patch nodes
•	Map of the network
+ 2 regions
-5 degrees
1.5 cores a team
- [draft] Portal
-
- [ ]
"""
    found = capture_all(pasted, _PHASES)
    assert [card.title for card in found] == [
        "Renew certificates",
        "Tested restore",
        "Write the runbook",
        "Page on-call",
        "Rotate keys",
        "Patch nodes",
        "Map of the network",
        "2 regions",
        "-5 degrees",
        "1.5 cores a team",
        "[draft] Portal",
    ]
    assert (found[0].tags, found[0].points, found[1].owner, found[2].phase) == (("tls",), 5, "ben", "mvp")


def test_nothing_pasted_is_no_card() -> None:
    assert capture_all(" \n\n- \n", _PHASES) == []


def test_the_line_that_cannot_become_a_card_is_named() -> None:
    with pytest.raises(CaptureError, match=r"^line 4: “many” is no number of points; write a number above 0$"):
        capture_all("one\n\ntwo\nthree *many\nfour !now", _PHASES)


@given(st.text(max_size=60))
def test_any_text_is_pasted_or_refused_in_words(text: str) -> None:
    try:
        found = capture_all(text, _PHASES)
    except CaptureError:
        return
    assert all(card.title.strip() for card in found)
    assert len(found) <= len(text.splitlines())


def test_captured_cards_are_added_in_order_each_to_its_phase(board: Board, ana: Callable[[], Step]) -> None:
    lines = capture_all("- one *2 @ana !must #x\n- two >phase-2\n- three", _PHASES)
    made = add_captured(board, ana(), lines, "mvp")
    assert len({change.step for change in made}) == 1
    after = apply(board, made)
    assert [(card.number, card.title) for card in after.columns()["mvp"][4:]] == [(7, "one"), (9, "three")]
    assert after.columns()["phase-2"][-1].number == 8
    one = after.cards[made[0].card]
    assert (one.points, one.owner, one.moscow, one.tags) == (2, "ana", Moscow.MUST, ("x",))
    with pytest.raises(ChangeRefused, match="there is no phase nowhere"):
        add_captured(board, ana(), lines, "nowhere")
