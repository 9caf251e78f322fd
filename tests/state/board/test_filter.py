import re
from datetime import date
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from state.board.filter import FilterError, read_filter
from state.board.model import Board, Card, CardKind, CardState, Evidence, Moscow, Obstacle, empty_board

_DEPLOY = Card(
    uid="1",
    number=12,
    title="GitOps deployment",
    owner="Ana",
    tags=("ci",),
    phase="mvp",
    needs=("2",),
    points=8,
    moscow=Moscow.MUST,
)
_CLUSTER = Card(uid="2", number=2, title="Cluster as code", description="rebuildable from Git", phase="mvp", floor=True)
_DONE = Card(uid="3", number=3, title="Registry", state=CardState.DONE, apps=("payments",), points=1, needs=("2",))
_BOARD = msgspec.structs.replace(empty_board(), cards={card.uid: card for card in (_DEPLOY, _CLUSTER, _DONE)})


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("", [2, 3, 12]),
        ("git", [2, 12]),
        ("GIT deploy", [12]),
        ("c12", [12]),
        ("owner:ana", [12]),
        ("owner:", [2, 3]),
        ("tag:CI", [12]),
        ("tag:", [2, 3]),
        ("app:payments", [3]),
        ("state:done", [3]),
        ("state:todo git", [2, 12]),
        ("moscow:must", [12]),
        ("moscow:", [2, 3]),
        ("blocked", [12]),
        ("unestimated", [2]),
        ("floor", [2]),
        ("phase:mvp unestimated", [2]),
        ("nothing like it", []),
        ("a:b", []),
    ],
)
def test_all_conditions_must_hold(text: str, numbers: list[int]) -> None:
    assert [card.number for card in _matching(_BOARD, text)] == numbers


def _matching(board: Board, text: str) -> list[Card]:
    wanted = read_filter(text)
    return sorted((c for c in board.cards.values() if wanted.matches(board, c)), key=lambda card: card.number)


@pytest.mark.parametrize("text", ["state:almost", "moscow:maybe"])
def test_a_word_that_nothing_can_have_is_named(text: str) -> None:
    with pytest.raises(FilterError, match=text.partition(":")[2]):
        read_filter(text)


def test_what_of_the_mvp_does_not_say_how_it_can_be_extended() -> None:
    unlike: dict[str, dict[str, Any]] = {
        "4": {"extended_by": "a second region"},
        "5": {"kind": CardKind.SUPPORT},
        "6": {"phase": "phase-2"},
    }
    cards = {
        uid: msgspec.structs.replace(_CLUSTER, uid=uid, number=int(uid), **fields) for uid, fields in unlike.items()
    }
    board = msgspec.structs.replace(_BOARD, cards={"2": _CLUSTER, **cards})
    assert [card.number for card in _matching(board, "unextendable")] == [2]


def test_a_card_is_no_longer_blocked_once_its_need_is_done() -> None:
    done = msgspec.structs.replace(_CLUSTER, state=CardState.DONE)
    board = msgspec.structs.replace(_BOARD, cards={**_BOARD.cards, "2": done})
    assert _matching(board, "blocked") == []


_TODAY = date(2026, 11, 24)
_RICH = msgspec.structs.replace(
    empty_board(),
    cards={
        card.uid: card
        for card in (
            Card(
                uid="1", number=1, title="Golden path", phase="mvp", points=3, value=8, owner="Ana Maria", tags=("a",)
            ),
            Card(uid="2", number=2, title="A path", phase="phase-2", points=0.5, due=date(2026, 12, 1), needs=("1",)),
            Card(uid="3", number=3, title="Overdue", phase="gone", points=20, due=date(2026, 11, 23), teams=("Shop",)),
            Card(uid="4", number=4, title="Claimed", phase="mvp", state=CardState.DONE, due=date(2026, 1, 1)),
            Card(
                uid="5",
                number=5,
                title="Proven, until yesterday",
                phase="mvp",
                state=CardState.DONE,
                evidence=(Evidence(what="x", who="ana", when=date(2026, 1, 1), until=date(2026, 11, 23)),),
            ),
            Card(
                uid="6",
                number=6,
                title="Proven http://x:1",
                phase="mvp",
                kind=CardKind.SUPPORT,
                state=CardState.DONE,
                evidence=(Evidence(what="x", who="ana", when=_TODAY, until=_TODAY),),
            ),
            Card(uid="7", number=7, title="Too early", phase="mvp", needs=("2", "1"), obstacle=Obstacle(why="x")),
        )
    },
)


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("unproven", [4, 5]),
        ("-unproven state:done", [6]),
        ("due", [2, 3]),
        ("overdue", [3]),
        ("due:2026-12-01", [2]),
        ("due:<2026-12-01", [3, 4]),
        ("due: state:todo", [1, 7]),
        ("changed", [2, 7]),
        ("!changed path", [1]),
        ("disordered", [7]),
        ("blocked", [2, 7]),
        ("value:8", [1]),
        ("value:", [2, 3, 4, 5, 6, 7]),
        ("points:>3", [3]),
        ("points:>=3", [1, 3]),
        ("points:<=0,5", [2]),
        ("points:<3", [2]),
        ("points:=20", [3]),
        ("-points:>3 -points:", [1, 2]),
        ("points:>0 points:<20", [1, 2]),
        ("confidence:>50", []),
        ("needs:C01", [2, 7]),
        ("needs:2", [7]),
        ("needs:C99", []),
        ("needs:", [1, 3, 4, 5, 6]),
        ("team:shop", [3]),
        ("kind:support", [6]),
        ("phase:mvp -state:done", [1, 7]),
        ("phase:phase2", [2]),
        ('phase:"phase 2"', [2]),
        ("phase:ideas", [3]),
        ('"golden path"', [1]),
        ("golden path", [1]),
        ('"path golden"', []),
        ('owner:"ana maria"', [1]),
        ('owner:"ana', []),
        ('-"path"', [3, 4, 5, 6, 7]),
        ("-path -state:done", [3, 7]),
        ('"due"', [3]),
        ("-", []),
        ('-"', [1, 2, 3, 4, 5, 6, 7]),
        ('"', [1, 2, 3, 4, 5, 6, 7]),
        ("http://x:1", [6]),
        ('-tag:a "path"x', []),
        ("  PATH   tag:A ", [1]),
    ],
)
def test_conditions_compare_turn_round_and_quote(text: str, numbers: list[int]) -> None:
    wanted = read_filter(text, frozenset({"2", "7"}), _TODAY)
    assert [card.number for card in _RICH.cards.values() if wanted.matches(_RICH, card)] == numbers


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("points:many", "“many” is no number; write points:5, points:>5 or points:<=5"),
        ("points:>", "“” is no number"),
        ("value:nan", "“nan” is no number"),
        ("due:>soon", "“soon” is no day; write due:<2026-12-31"),
        ("due:<2026-13-01", "“2026-13-01” is no day"),
        ("kind:wish", "“wish” is no kind; write kind: and one of capability, support, experiment"),
        ("-state:almost", "“almost” is no state"),
        ("needs:ana", "“ana” is no card; write needs: and a number like C07"),
        ("points:\x1b[31m", "is no number"),
    ],
)
def test_what_cannot_be_compared_is_named(text: str, words: str) -> None:
    with pytest.raises(FilterError, match=re.escape(words)) as caught:
        read_filter(text, today=_TODAY)
    assert str(caught.value).isprintable()


@given(st.text(max_size=30))
def test_any_text_is_a_filter_or_is_refused_in_words(text: str) -> None:
    try:
        wanted = read_filter(text, today=_TODAY)
    except FilterError:
        return
    for card in _RICH.cards.values():
        assert wanted.matches(_RICH, card) in (True, False)


@given(st.sampled_from(["blocked", "points:>3", '"golden path"', "owner:", "x"]))
def test_a_sign_turns_a_condition_round(condition: str) -> None:
    plain, turned, shouted = (read_filter(sign + condition, today=_TODAY) for sign in ("", "-", "!"))
    for card in _RICH.cards.values():
        assert plain.matches(_RICH, card) is not turned.matches(_RICH, card)
        assert turned.matches(_RICH, card) is shouted.matches(_RICH, card)
