import csv
from datetime import UTC, datetime, timedelta
from importlib.resources import files

import msgspec
import pytest

from cockpit.demo.board import TEAM, demo_board, demo_changes
from state.board.changes import apply
from state.board.filter import read_filter
from state.board.model import Board, CardState, empty_board
from state.board.proof import Proof, proof
from state.planning.scope import scope
from state.planning.share import Verdict, drift, share

_NOW = datetime(2026, 11, 22, 17, 42, tzinfo=UTC).timestamp()


@pytest.fixture(scope="module")
def board() -> Board:
    return demo_board(_NOW)


def _rows() -> list[dict[str, str]]:
    text = files("cockpit.demo").joinpath("capabilities.csv").read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


def test_it_opens_over_full(board: Board) -> None:
    found = scope(board)
    assert (found.share.points.part, found.share.points.whole) == (163, 342)
    assert found.share.percent == pytest.approx(47.66, abs=0.005)
    assert found.share.over == pytest.approx(26.2)
    assert found.share.verdict is Verdict.MUCH
    assert found.must.percent == pytest.approx(42.94, abs=0.005)
    assert (found.floor.part, found.floor.percent) == (70, pytest.approx(20.47, abs=0.005))
    assert (found.cards, found.done) == (31, 12)
    assert found.holes == ()
    assert found.floor_outside == ()
    assert {id: len(cards) for id, cards in board.columns().items()} == {
        "unplanned": 3,
        "mvp": 31,
        "phase-2": 7,
        "phase-3": 12,
        "dropped": 1,
    }


def test_one_sensible_end_is_in_the_band(board: Board) -> None:
    phases = {row["id"]: row["phase"] for row in _rows()}
    cards = {uid: msgspec.structs.replace(card, phase=phases[card.label]) for uid, card in board.cards.items()}
    found = share(msgspec.structs.replace(board, cards=cards))
    assert found.points.part == 103
    assert found.percent == pytest.approx(30.1, abs=0.05)
    assert found.verdict is Verdict.IN_BAND


def test_every_card_is_as_the_table_says(board: Board) -> None:
    by_label = {card.label: card for card in board.cards.values()}
    assert len(by_label) == 54
    for row in _rows():
        card = by_label[row["id"]]
        assert (card.title, card.phase, card.state, card.owner) == (
            row["capability"],
            row["start"],
            row["state"],
            row["owner"],
        )
        assert str(card.points or "") == row["points"]
        assert [board.cards[uid].label for uid in card.needs] == row["needs"].split()
        assert card.floor == (row["floor"] == "yes")


@pytest.mark.parametrize("hour", [0, 3, 12, 23])
def test_nothing_is_later_than_now(hour: int) -> None:
    now = datetime(2026, 3, 1, hour, 10, tzinfo=UTC)
    changes = demo_changes(now.timestamp())
    times = [change.when for change in changes]
    assert times == sorted(times)
    assert times[-1] < now
    kickoff = apply(empty_board(), changes).settings.kickoff
    assert kickoff == (now - timedelta(weeks=11)).date()
    assert times[0].date() == kickoff


def test_the_history_tells_how_it_came_to_this(board: Board) -> None:
    first, second = board.baselines
    from_first, from_second = drift(board, first), drift(board, second)
    assert share_of(from_first.then.percent) == "29.6"
    assert share_of(from_second.then.percent) == "42.5"
    assert (from_second.mvp_moved, from_second.whole_moved) == (21, 8)
    assert board.settings.team == TEAM
    assert len(TEAM) == 6


def test_every_feature_of_the_board_has_something_to_show(board: Board) -> None:
    today = datetime.fromtimestamp(_NOW, UTC).date()
    cards = {card.label: card for card in board.cards.values()}
    mvp = [card for card in cards.values() if card.phase == "mvp"]
    assert [card.label for card in mvp if not card.extended_by] == ["C14", "C22", "C28", "C32", "C49"]

    throwaway = {label: card for label, card in cards.items() if "throwaway" in card.tags}
    assert board.cards[throwaway["C09"].replaced_by].label == "C40"
    assert [label for label, card in throwaway.items() if not card.replaced_by] == ["C20"]
    made = {label: card for label, card in cards.items() if {"custom", "complex"} & set(card.tags)}
    assert [label for label, card in made.items() if not card.alternative] == ["C32"]

    found = {card.label: proof(card, today) for card in mvp if card.state is CardState.DONE}
    assert sorted(label for label, one in found.items() if one is not Proof.PROVEN) == [
        "C02",
        "C03",
        "C07",
        "C08",
        "C15",
    ]
    unproven = read_filter("unproven", today=today)
    assert sum(unproven.matches(board, card) for card in mvp) == 5

    feedback = [said for card in mvp for said in card.feedback]
    assert {said.answered is None for said in feedback} == {True, False}
    assert all(said.changed for said in feedback if said.answered)
    assumptions = [one for card in mvp for one in card.assumptions]
    assert {one.result == "" for one in assumptions} == {True, False}
    assert sum(len(card.comments) for card in mvp) >= 5

    assert [card.label for card in mvp if card.obstacle] == ["C14"]
    assert [card.label for card in mvp if read_filter("overdue", today=today).matches(board, card)] == ["C49"]
    assert sum(card.due is not None for card in mvp) >= 5
    assert [card.label for card in mvp if card.value is None] == []
    assert sum(card.reach is not None for card in mvp) >= 3
    assert sum(card.urgency is not None for card in mvp) >= 3

    (dropped,) = board.columns()["dropped"]
    assert dropped.dropped_from is not None
    assert (dropped.dropped_from.phase, bool(dropped.dropped_from.reason)) == ("unplanned", True)
    assert [phase.apps for phase in board.planned] == [(1, 3), (4, 12), (12, 40)]
    assert all(phase.teams and phase.load and phase.outcome for phase in board.planned)
    settings = board.settings
    assert (settings.wip_owner, settings.wip_lane, len(settings.days_off)) == (1, 2, 3)
    assert all(day.weekday() < 5 for day in settings.days_off)


def test_what_was_said_and_seen_is_not_later_than_now(board: Board) -> None:
    now = datetime.fromtimestamp(_NOW, UTC)
    for card in board.cards.values():
        days = [one.when for one in (*card.evidence, *card.feedback)] + [said.answered for said in card.feedback]
        assert all(day <= now.date() for day in days if day is not None)
        assert all(said.when < now for said in card.comments)
        if card.finished is not None:
            assert all(one.when and one.when >= card.finished.date() for one in card.evidence)


def test_done_cards_were_finished_after_what_they_need(board: Board) -> None:
    for card in board.cards.values():
        if card.finished is not None:
            assert card.started is not None
            assert card.started < card.finished
            for need in card.needs:
                finished = board.cards[need].finished
                assert finished is not None
                assert finished < card.finished


def share_of(percent: float | None) -> str:
    return f"{percent:.1f}"
