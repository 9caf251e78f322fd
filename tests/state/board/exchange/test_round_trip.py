"""Import ∘ export = identity, for each form, of boards that hold whatever a board can hold."""

from collections.abc import Callable
from datetime import UTC, date, datetime

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from state.board.changes import Step, apply, reverse, step
from state.board.exchange.contents import Contents
from state.board.exchange.csv_form import from_csv, to_csv
from state.board.exchange.json_form import from_json, to_json
from state.board.exchange.markdown_form import to_markdown
from state.board.exchange.markdown_reading import from_markdown
from state.board.exchange.taking import take
from state.board.model import (
    DROPPED,
    IMPACTS,
    MVP,
    UNPLANNED,
    Assumption,
    Baseline,
    Board,
    Card,
    CardKind,
    CardState,
    Comment,
    Evidence,
    Feedback,
    Moscow,
    Obstacle,
    Origin,
    Phase,
    Settings,
    empty_board,
    in_order,
)

# What spreadsheets, Markdown and HTML give a meaning to, beside any other text.
_HOSTILE = st.sampled_from(
    [
        "=1+1", "'=1", "''@x", "-->", "<!-- {", "- [x] C07 a", "# MVP", '## a <!-- {"id":"x"} -->', "\\#a", "a  b",
        " a", "#tag @ana !must *5 >mvp", "C07", "uid:1", "words:C07", "a, b; c", '["a"]', "[", "{}", "\r\n", "\t",
        "\x1b[31m", "1", "a\\", "\\<", "## a ##",
    ]
)  # fmt: skip
_TEXT = st.one_of(_HOSTILE, st.text(st.characters(exclude_categories=("Cs",)), max_size=20))
_TITLE = _TEXT.filter(lambda text: bool(text.strip()))
_TEXTS = st.lists(_TEXT, max_size=3).map(tuple)
_NUMBER = st.one_of(st.integers(1, 1000), st.floats(0.01, 1000))
_POSITIVE = st.one_of(st.none(), _NUMBER)
_DAY = st.one_of(st.none(), st.dates(date(2000, 1, 1), date(2100, 1, 1)))
_MOMENT = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))
_MAYBE_MOMENT = st.one_of(st.none(), _MOMENT)
_JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-1000, 1000), _TEXT),
    lambda inner: st.one_of(st.lists(inner, max_size=2), st.dictionaries(_TEXT, inner, max_size=2)),
    max_leaves=4,
)
_UNKNOWN = st.dictionaries(
    st.sampled_from(["colour", "x y", "=z", "card"]), _JSON.filter(lambda value: value is not None), max_size=2
)


@st.composite
def _cards(draw: st.DrawFn) -> dict[str, Card]:
    numbers = draw(st.lists(st.integers(1, 500), max_size=4, unique=True))
    uids = [str(100_000_000_000 + number) for number in numbers]
    made: dict[str, Card] = {}
    for at, (uid, number) in enumerate(zip(uids, numbers, strict=True)):
        # A need that is not on the board, and earlier cards only, so that there is no circle.
        needs = draw(st.lists(st.sampled_from([*uids[:at], "999999999999"]), max_size=3, unique=True))
        made[uid] = Card(
            uid=uid,
            number=number,
            title=draw(_TITLE),
            kind=draw(st.sampled_from(CardKind)),
            description=draw(_TEXT),
            step=draw(_TEXT),
            lane=draw(_TEXT),
            phase=draw(st.sampled_from([UNPLANNED, MVP, "phase-2", DROPPED])),
            rank=draw(st.sampled_from(["", "a0", "a1", "a1V", "=a"])),
            points=draw(_POSITIVE),
            value=draw(st.sampled_from([None, 1, 2, 3, 5, 8])),
            moscow=draw(st.sampled_from([None, *Moscow])),
            floor=draw(st.booleans()),
            needs=tuple(needs),
            broken=tuple(draw(st.lists(st.sampled_from(needs), max_size=2, unique=True))) if needs else (),
            apps=draw(_TEXTS),
            teams=draw(_TEXTS),
            state=draw(st.sampled_from(CardState)),
            started=draw(_MAYBE_MOMENT),
            finished=draw(_MAYBE_MOMENT),
            owner=draw(_TEXT),
            tags=draw(_TEXTS),
            source=draw(_TEXT),
            created=draw(_MAYBE_MOMENT),
            reach=draw(_POSITIVE),
            impact=draw(st.sampled_from([None, *IMPACTS])),
            confidence=draw(st.one_of(st.none(), st.integers(0, 100))),
            urgency=draw(_POSITIVE),
            risk=draw(_POSITIVE),
            replaced_by=draw(st.one_of(_TEXT, st.sampled_from([*uids, "2027"]))),
            replaced_when=draw(_TEXT),
            keeps_open=draw(_TEXT),
            extended_by=draw(_TEXT),
            alternative=draw(_TEXT),
            acceptance=draw(_TEXT),
            due=draw(_DAY),
            obstacle=draw(st.one_of(st.none(), st.builds(Obstacle, why=_TEXT, whom=_TEXT, since=_DAY))),
            split_from=draw(st.sampled_from(["", *uids])),
            dropped_from=draw(st.one_of(st.none(), st.builds(Origin, phase=_TEXT, rank=_TEXT, reason=_TEXT))),
            evidence=tuple(draw(st.lists(st.builds(Evidence, what=_TEXT, who=_TEXT, when=_DAY), max_size=1))),
            assumptions=tuple(draw(st.lists(st.builds(Assumption, what=_TEXT, test=_TEXT), max_size=1))),
            feedback=tuple(draw(st.lists(st.builds(Feedback, what=_TEXT, team=_TEXT, answered=_DAY), max_size=1))),
            links=draw(_TEXTS),
            comments=tuple(draw(st.lists(st.builds(Comment, text=_TEXT, who=_TEXT, when=_MOMENT), max_size=1))),
            unknown=draw(_UNKNOWN),
        )
    return made


@st.composite
def _boards(draw: st.DrawFn) -> Board:
    phases = in_order(
        (
            Phase(id=MVP, name=draw(_TITLE), rank="a0", outcome=draw(_TEXT), appetite=17, unknown=draw(_UNKNOWN)),
            Phase(id="phase-2", name="Phase 2", rank="a1", starts=draw(_DAY), apps=(1, 3), load=draw(_TEXT)),
            Phase(id=DROPPED, name="Gone"),
        )
    )
    scope = {MVP: {"100000000001": 5, "100000000002": None}}
    baseline = Baseline(id="200000000001", name=draw(_TEXT), when=draw(_MOMENT), who=draw(_TEXT), scope=scope)
    return Board(
        settings=Settings(title=draw(_TEXT), kickoff=draw(_DAY), band=(10, 30), unknown=draw(_UNKNOWN)),
        phases=phases,
        cards=draw(_cards()),
        baselines=(baseline,),
        unknown=draw(st.sampled_from([{}, {"newer": {"1": {"a": 1}}}])),
    )


def _by() -> Step:
    return step("ana", 1_790_000_000.0)


def _all(board: Board) -> list[Card]:
    return [card for cards in board.columns().values() for card in cards]


def _through_csv(board: Board) -> Contents:
    return from_csv(to_csv(board, _all(board)))


def _through_json(board: Board) -> Contents:
    return from_json(to_json(board, _all(board)))


def _through_markdown(board: Board) -> Contents:
    return from_markdown(to_markdown(board, _all(board)))


_FORMS = pytest.mark.parametrize("through", [_through_csv, _through_json, _through_markdown])


@_FORMS
@given(board=_boards())
def test_a_board_that_takes_its_own_export_stays_as_it_is(through: Callable[[Board], Contents], board: Board) -> None:
    if not board.cards and through is _through_csv:
        return
    taken = take(board, _by(), through(board), phases=True, everything=True)
    assert [remark.words for remark in taken.remarks] == []
    assert taken.changes == ()
    assert taken.same == len(board.cards)


@_FORMS
@given(board=_boards())
def test_a_board_without_its_cards_has_all_of_them_again(through: Callable[[Board], Contents], board: Board) -> None:
    bare = msgspec.structs.replace(board, cards={})
    taken = take(bare, _by(), through(board))
    assert [remark.words for remark in taken.remarks] == []
    assert apply(bare, taken.changes) == board == taken.board


@given(board=_boards())
def test_an_empty_board_that_takes_everything_is_the_board(board: Board) -> None:
    taken = take(empty_board(), _by(), _through_json(board), everything=True)
    assert apply(empty_board(), taken.changes) == board


@given(board=_boards())
def test_markdown_brings_the_phases_along(board: Board) -> None:
    taken = take(empty_board(), _by(), _through_markdown(board), phases=True)
    made = apply(empty_board(), taken.changes)
    assert dict(made.cards) == dict(board.cards)
    assert [made.phase(phase.id) for phase in board.phases] == list(board.phases)


@_FORMS
@given(board=_boards())
def test_an_import_is_one_step_and_undone_as_one(through: Callable[[Board], Contents], board: Board) -> None:
    bare = msgspec.structs.replace(board, cards=dict(list(board.cards.items())[:1]))
    taken = take(bare, _by(), through(board), everything=True)
    assert len({change.step for change in taken.changes}) <= 1
    after = apply(bare, taken.changes)
    assert apply(after, reverse(after, taken.changes, _by())) == bare
