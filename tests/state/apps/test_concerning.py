from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import msgspec
import pytest

from state.apps.concerning import alarms_of, card_about, cards_of, entries_of, lacking, open_card
from state.apps.model import App, AppHealth, Part
from state.apps.readiness.model import Answer, Check, Outcome, Result
from state.board.change import Step
from state.board.changes import apply
from state.board.edits import new_card
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


def alert_entry(at: float, event: str, fingerprint: str, where: str = "", start: float = 1.0) -> Entry:
    details = {"where": where} if where else {}
    return Entry("alerts@prod", fingerprint, start, event, at, subject="Down", details=details)


def test_the_journal_tells_of_the_app_and_of_its_workloads(journal: Journal) -> None:
    for at, subject in ((1.0, str(API)), (2.0, "payments"), (3.0, "shop"), (4.0, str(API))):
        journal.record(entry(at, subject))
    assert journal.drain(5)
    assert [one.at for one in entries_of(journal, APP)] == [4.0, 2.0, 1.0]
    journal.close()


def test_the_journal_tells_what_became_of_its_alerts(journal: Journal) -> None:
    for one in (
        alert_entry(1.0, "firing", "a", "pay/api-6f7d-x"),
        alert_entry(5.0, "resolved", "a"),
        alert_entry(2.0, "firing", "b", "pay/ledger"),
        alert_entry(3.0, "firing", "c", "shop/api"),
        alert_entry(4.0, "firing", "d"),
        Entry("alerts@other", "a", 1.0, "acked", 6.0, subject="Down"),
    ):
        journal.record(one)
    assert journal.drain(5)
    app = replace(APP, namespaces=("pay",), alerts=("d",))
    assert [(one.fingerprint, one.event) for one in entries_of(journal, app)] == [
        ("a", "resolved"),
        ("d", "firing"),
        ("a", "firing"),
    ]
    journal.close()


def test_its_alarms_are_its_critical_alerts(journal: Journal) -> None:
    for at, severity, where in (
        (3.0, "critical", "pay/api"),
        (2.0, "warning", "pay/api"),
        (1.0, "critical", "shop/api"),
    ):
        details = {"where": where, "severity": severity}
        journal.record(Entry("alerts@prod", f"f{at}", at, "firing", at, subject="Down", details=details))
    assert journal.drain(5)
    assert alarms_of(journal, replace(APP, namespaces=("pay",))) == (3.0,)
    journal.close()


CHECK = Check("replicas", "two replicas or more", "an outage.", "kubernetes.io", "Set replicas.", 3, lambda _: PASSED)
PASSED = Answer(Outcome.PASS, "")
FINDING = Result(CHECK, Outcome.FAIL, "api: 1 replica")


def test_a_finding_becomes_a_card_that_says_all_there_is_to_it() -> None:
    title, fields = card_about(APP, FINDING)
    assert title == "payments: two replicas or more"
    assert fields["description"] == "api: 1 replica\n\nan outage.\n\nTo do: Set replicas.\n\nSee kubernetes.io"
    found = board()
    made = new_card(found, Step("s", "ana", datetime(2027, 1, 15, tzinfo=UTC)), title, **fields)
    after = apply(found, [made])
    again = open_card(after, APP, FINDING)
    assert again is not None
    assert (again.title, again.apps, again.kind, again.phase) == (title, ("payments",), "support", "unplanned")
    done = {again.uid: msgspec.structs.replace(again, state=CardState.DONE)}
    assert open_card(msgspec.structs.replace(after, cards=done), APP, FINDING) is None
    assert card_about(APP, None) == ("payments: ", {"apps": ("payments",)})
