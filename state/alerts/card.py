"""A card for the board out of an alert, and finding the one that an alert already has. Pure."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from state.alerts.markdown import alert_markdown, links
from state.alerts.model import Alert
from state.board.model import DROPPED, UNPLANNED, Board, Card, CardKind, CardState, Evidence

TAG = "alert"
ABSENT_DAYS = 7
"""Days without the alert after which it counts as mended."""
_PREFIX = "alert:"


@dataclass(frozen=True, slots=True)
class CardSource:
    """What a card notes as its source: the alert's name, its app or place, and its context, empty where not known."""

    name: str
    where: str = ""
    context: str = ""

    def __str__(self) -> str:
        end = f"@{self.where}@{self.context}" if self.context else f"@{self.where}" if self.where else ""
        return f"{_PREFIX}{self.name}{end}"


def read_source(text: str) -> CardSource | None:
    """Return what a card notes as its source, None when it was not made of an alert."""
    if not text.startswith(_PREFIX):
        return None
    # A context's name may hold the sign too.
    return CardSource(*text.removeprefix(_PREFIX).split("@", 2))


def source_of(alert: Alert, app: str, context: str = "") -> CardSource:
    """Return the source of a card about an alert: its name and its app, else its namespace, else its place."""
    return CardSource(alert.name, app or alert.namespace or alert.where, context)


def open_cards(board: Board, alert: Alert, app: str, context: str = "") -> tuple[Card, ...]:
    """Return the cards about the same alert of the same app that are neither done nor dropped, the newest first.

    One that was made before the app was known is among them: it names the namespace.
    """
    places = frozenset((source_of(alert, app).where, source_of(alert, "").where, alert.where))
    found = [
        card
        for card in board.cards.values()
        if _same(read_source(card.source), alert.name, places, context)
        and card.state is not CardState.DONE
        and card.phase != DROPPED
    ]
    return tuple(sorted(found, key=lambda card: -card.number))


def _same(one: CardSource | None, name: str, places: Collection[str], context: str) -> bool:
    if one is None or one.name != name or one.where not in places:
        return False
    return not one.context or not context or one.context == context


def title_of(alert: Alert, app: str) -> str:
    """Return the title to begin with."""
    where = app or alert.where
    return f"{alert.name}: {where}" if where else alert.name


def fields_of(
    board: Board, alert: Alert, app: str, now: float, *, context: str = "", ref: str = "", log: Iterable[str] = ()
) -> dict[str, Any]:
    """Return the fields of a new support card, as `new_card` takes them, its context filled in."""
    return {
        "kind": CardKind.SUPPORT,
        "phase": UNPLANNED,
        "lane": _lane(board, app),
        "apps": (app,) if app else (),
        "tags": (TAG,),
        "source": str(source_of(alert, app, context)),
        "description": alert_markdown(alert, now, ref=ref, log=tuple(log)),
        "evidence": (Evidence(what=f"{alert.name} does not fire for {ABSENT_DAYS} days"),),
        "links": links(alert),
    }


def _lane(board: Board, app: str) -> str:
    """Return the lane of the newest support card of the app, else of any support card, else where operating is."""
    cards = sorted(board.cards.values(), key=lambda card: -card.number)
    support = [card for card in cards if card.kind is CardKind.SUPPORT and card.lane]
    of_app = [card for card in support if app and app in card.apps]
    operating = [card for card in cards if card.step == "operate" and card.lane]
    return next((card.lane for card in (*of_app, *support, *operating)), "")
