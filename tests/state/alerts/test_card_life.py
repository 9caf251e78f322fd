"""What became of a card's alert since the card was made."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, cast

import msgspec
import pytest

from screens.dialogs.alert_life import alert_life_lines
from state.alerts.card_life import DAY, AlertSince, about_apps, alert_since
from state.apps.model import App
from state.board.model import Card, CardKind
from state.journal.entry import Entry
from state.journal.lives import BEAT, WATCHING, AlertLife
from state.ref import GroupKind, Ref

NOW = 1_800_000_000.0
MADE = NOW - 10 * DAY
CARD = Card(
    uid="1",
    number=1,
    title="Down: pay",
    kind=CardKind.SUPPORT,
    source="alert:Down@pay@prod",
    created=datetime.fromtimestamp(MADE, UTC),
)
FIRST = AlertLife("f", "Down", MADE - 600, where="pay/api", ended=MADE + 600, ending="resolved")
ALWAYS = [Entry("watch@prod", "w", MADE + n * BEAT, WATCHING, 0.0) for n in range(int(10 * DAY / BEAT) + 1)]


def since(*lives: AlertLife, beats: list[Entry] = ALWAYS, card: Card = CARD, context: str = "prod") -> Any:
    return alert_since(card, lives, beats, context, about_apps(()), NOW)


def said(found: AlertSince | None) -> list[str]:
    return ["".join(cell.text for cell in line) for line in alert_life_lines(found, NOW)]


def test_an_alert_that_is_gone_for_as_long_as_the_evidence_asks_is_mended() -> None:
    found = since(FIRST)
    assert (found.firing, found.again, found.last, found.mended) == (None, 0, MADE + 600, True)
    (line,) = said(found)
    assert line.startswith("✓ Down has been absent for 7 of 7 days, last seen ")


def test_one_that_came_back_has_to_be_absent_anew() -> None:
    again = replace(FIRST, start=NOW - 2 * DAY, ended=NOW - 1.5 * DAY)
    lines = said(since(FIRST, again))
    assert lines[0].startswith("◌ Down has been absent for 1.5 of 7 days")
    assert lines[1] == "  it began again once since this card"


def test_one_that_fires_says_so() -> None:
    goes_on = replace(FIRST, ended=None, ending="")
    assert said(since(goes_on)) == ["✗ Down fires since 10d"]
    again = replace(FIRST, start=NOW - 300, ended=None)
    twice = replace(FIRST, start=NOW - 9000, ended=NOW - 8000)
    assert said(since(FIRST, twice, again)) == [
        "✗ Down fires again since 5m",
        "  it began again 2 times since this card",
    ]


def test_what_nobody_watched_proves_nothing() -> None:
    found = since(FIRST, beats=ALWAYS[: len(ALWAYS) // 2])
    assert not found.mended
    assert said(found)[-1] == "  watched from this machine for 50% of that time"


def test_what_was_never_seen_counts_from_the_card_on() -> None:
    assert since().last == MADE


@pytest.mark.parametrize("source", ["", "retro", "alert:Down@pay@staging"])
def test_other_cards_have_no_such_life(source: str) -> None:
    assert since(FIRST, card=msgspec.structs.replace(CARD, source=source)) is None
    assert said(None) == []


def test_lives_of_another_alert_or_place_are_not_the_card_s() -> None:
    other = replace(FIRST, name="Slow", ended=None)
    elsewhere = replace(FIRST, where="shop/api", ended=None)
    assert since(other, elsewhere).firing is None


class Made:
    """An app as it is asked about its place."""

    def __init__(self, name: str, *workloads: str) -> None:
        self.name = name
        self.namespace, self.namespaces = "pay", ("pay",)
        self.workloads = tuple(Ref("prod", GroupKind("apps", "Deployment"), "pay", one) for one in workloads)


def test_a_life_is_about_the_app_whose_workload_it_was_at() -> None:
    about = about_apps(cast("list[App]", [Made("payments", "api"), Made("reports", "cron")]))
    at = {
        where: about(replace(FIRST, where=where), "payments")
        for where in ("pay/api-7d-x", "pay/cron-1", "pay/x", "pay")
    }
    assert at == {"pay/api-7d-x": True, "pay/cron-1": False, "pay/x": True, "pay": True}
    assert not about(replace(FIRST, where="shop/api"), "payments")
    assert about(replace(FIRST, where="shop/api"), "shop")
