from datetime import date
from pathlib import Path

import pytest

from state.apps.concerning import cards_of, entries_of, lacking
from state.apps.model import App, AppHealth, Part
from state.board.model import DROPPED, Board, Card, CardState, Phase, Settings, in_order
from state.journal.entry import Entry
from state.journal.journal import Journal
from state.ref import GroupKind, Ref

API = Ref("prod", GroupKind("apps", "Deployment"), "pay", "api")
APP = App(
    "payments", "prod", "pay", False, (Part(API, "u", "", 1, 1, AppHealth.WELL, ""),),
    "", 1, 1, AppHealth.WELL, "", None,
)  # fmt: skip


def card(number: int, phase: str, *apps: str, state: CardState = CardState.TODO) -> Card:
    return Card(uid=f"u{number}", number=number, title="", phase=phase, rank=f"a{number}", apps=apps, state=state)


def board(*cards: Card) -> Board:
    phases = in_order((Phase(id="mvp", name="MVP", rank="a"), Phase(id="next", name="Next", rank="b")))
    return Board(
        settings=Settings(current="next", kickoff=date(2026, 1, 1)),
        phases=phases,
        cards={one.uid: one for one in cards},
    )


def test_the_cards_that_name_an_app_are_its_own_the_most_urgent_first() -> None:
    found = board(
        card(1, "mvp", "Payments"),
        card(2, "next", "payments", state=CardState.DONE),
        card(3, "next", "shop", "payments"),
        card(4, "next", "shop"),
        card(5, DROPPED, "payments"),
        card(6, "unplanned", "payments"),
    )
    own = cards_of(found, APP)
    assert [one.number for one in own] == [3, 6, 1, 2]
    assert [one.number for one in lacking(found, own)] == [3]


def test_without_a_board_nothing_concerns_it() -> None:
    assert cards_of(None, APP) == lacking(None, ()) == ()


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    journal = Journal(tmp_path / "journal.db")
    journal.start()
    return journal


def entry(at: float, subject: str) -> Entry:
    return Entry("operation", f"{subject} {at}", at, "done", at, subject=subject)


def test_the_journal_tells_of_the_app_and_of_its_workloads(journal: Journal) -> None:
    for at, subject in ((1.0, str(API)), (2.0, "payments"), (3.0, "shop"), (4.0, str(API))):
        journal.record(entry(at, subject))
    assert journal.drain(5)
    assert [one.at for one in entries_of(journal, APP)] == [4.0, 2.0, 1.0]
    journal.close()
