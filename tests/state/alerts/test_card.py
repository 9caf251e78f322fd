"""A card from an alert, and the one that is open already."""

from dataclasses import replace
from datetime import UTC, datetime

from msgspec.structs import replace as replaced

from state.alerts.card import CardSource, fields_of, open_cards, read_source, source_of, title_of
from state.alerts.model import Alert, AlertState, Severity
from state.board.changes import apply, step
from state.board.edits import drop, new_card, set_state
from state.board.model import UNPLANNED, Board, Card, CardKind, CardState, empty_board

NOW = 1_800_000_000.0
LABELS = (("alertname", "Down"), ("namespace", "pay"), ("pod", "api-1"))
ALERT = Alert("f", "Down", Severity.CRITICAL, AlertState.ACTIVE, LABELS, (("runbook_url", "https://wiki/x"),), NOW - 60)


def with_card(board: Board, app: str = "payments") -> tuple[Board, str]:
    made = new_card(board, step("ana", NOW), title_of(ALERT, app), **fields_of(board, ALERT, app, NOW))
    return apply(board, [made]), made.card


def test_a_card_has_its_context_filled_in_and_counts_nowhere() -> None:
    board, uid = with_card(empty_board())
    card = board.cards[uid]
    assert (card.title, card.kind, card.phase, card.points) == ("Down: payments", CardKind.SUPPORT, UNPLANNED, None)
    assert (card.apps, card.links, card.tags) == (("payments",), ("https://wiki/x",), ("alert",))
    assert card.evidence[0].what == "Down does not fire for 7 days"
    assert "### Down pay/api-1" in card.description
    assert card.created == datetime.fromtimestamp(NOW, UTC)


def test_the_open_card_of_the_same_alert_and_app_is_found() -> None:
    board, uid = with_card(empty_board())
    replaced = replace(ALERT, labels=(*LABELS[:2], ("pod", "api-2")))
    assert [card.uid for card in open_cards(board, replaced, "payments")] == [uid]
    assert open_cards(board, ALERT, "storefront") == ()
    assert open_cards(board, replace(ALERT, name="Slow"), "payments") == ()
    by = step("ana", NOW)
    assert open_cards(apply(board, set_state(board, by, [uid], CardState.DONE)), ALERT, "payments") == ()
    assert open_cards(apply(board, drop(board, by, [uid])), ALERT, "payments") == ()


def test_without_an_app_the_namespace_says_where() -> None:
    assert str(source_of(ALERT, "")) == "alert:Down@pay"
    assert str(source_of(replace(ALERT, labels=(("alertname", "Down"), ("node", "n1"))), "")) == "alert:Down@n1"
    assert str(source_of(replace(ALERT, labels=()), "")) == "alert:Down"


def test_a_source_reads_back() -> None:
    for source in (
        CardSource("Down"),
        CardSource("Down", "pay"),
        CardSource("Down", "pay", "admin@prod"),
        CardSource("Down", "", "prod"),
    ):
        assert read_source(str(source)) == source
    assert read_source("retro of May") is None


def test_a_card_of_another_context_is_another_one_and_one_of_none_is_the_same() -> None:
    board, uid = with_card(empty_board())
    assert [card.uid for card in open_cards(board, ALERT, "payments", "prod")] == [uid]
    fields = fields_of(board, ALERT, "payments", NOW, context="staging")
    made = new_card(board, step("ana", NOW), "there", **fields)
    both = apply(board, [made])
    assert [card.uid for card in open_cards(both, ALERT, "payments", "prod")] == [uid]
    assert [card.uid for card in open_cards(both, ALERT, "payments", "staging")] == [made.card, uid]


def test_a_card_that_was_made_before_its_app_was_known_is_the_same() -> None:
    board, uid = with_card(empty_board(), app="")
    assert [card.uid for card in open_cards(board, ALERT, "payments")] == [uid]


def test_the_lane_is_that_of_earlier_support_of_the_app() -> None:
    cards = [
        Card(uid="1", number=1, title="a", kind=CardKind.SUPPORT, lane="Payments", apps=("payments",)),
        Card(uid="2", number=2, title="b", kind=CardKind.SUPPORT, lane="Other"),
        Card(uid="3", number=3, title="c", step="operate", lane="Operations"),
    ]

    def lane(*kept: Card, app: str = "payments") -> object:
        return fields_of(replaced(empty_board(), cards={card.uid: card for card in kept}), ALERT, app, NOW)["lane"]

    assert lane(*cards) == "Payments"
    assert lane(*cards, app="shop") == "Other"
    assert lane(cards[2]) == "Operations"
    assert lane() == ""
