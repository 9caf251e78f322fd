"""What of the board and of the journal concerns an app."""

from collections.abc import Iterable
from typing import Any

from state.alerts.model import Severity
from state.apps.model import App
from state.apps.readiness.model import Result
from state.board.model import DROPPED, Board, Card, CardKind, CardState, Evidence
from state.journal.entry import Entry
from state.journal.journal import Journal
from state.journal.lives import alert_source

READINESS = "readiness"
"""The tag of cards about what readiness checks found."""
_ENTRIES = 20
_ALERTS, _ALARMS = 300, 5000
"""How many of the newest entries about alerts are looked at, for what is shown and for what is counted."""
_CRITICAL = Severity.CRITICAL.value


def cards_of(board: Board | None, app: App) -> tuple[Card, ...]:
    """Return the cards that name an app: those of the current phase first, what is done last, then by phase and rank.

    Dropped ones concern nobody.
    """
    if board is None:
        return ()
    name = app.name.casefold()
    order = {phase.id: place for place, phase in enumerate(board.phases)}
    order[board.settings.current] = -1
    own = [
        card
        for phase, cards in board.columns().items()
        if phase != DROPPED
        for card in cards
        if name in (one.casefold() for one in card.apps)
    ]
    own.sort(key=lambda card: (card.state is CardState.DONE, order.get(card.phase, len(order)), card.order))
    return tuple(own)


def card_about(app: App, finding: Result | None) -> tuple[str, dict[str, Any]]:
    """Return the title of a new card about an app, and its fields as `new_card` takes them.

    What a readiness check found makes a card that says why it matters, what to do and where that is written.
    """
    if finding is None:
        return f"{app.name}: ", {"apps": (app.name,)}
    check = finding.check
    told = (finding.found, check.why, f"To do: {check.mend}", f"See {check.source}")
    return (
        f"{app.name}: {check.title}",
        {
            "kind": CardKind.SUPPORT,
            "apps": (app.name,),
            "tags": (READINESS,),
            "source": f"{READINESS} {check.id} {app.key}",
            "description": "\n\n".join(one for one in told if one),
            "evidence": (Evidence(what=f"the check {check.id} passes for {app.name}"),),
        },
    )


def open_card(board: Board, app: App, finding: Result) -> Card | None:
    """Return the card that is open about what a check found of an app, None for none."""
    source = card_about(app, finding)[1]["source"]
    open_ones = (card for card in cards_of(board, app) if card.state is not CardState.DONE)
    return next((card for card in open_ones if card.source == source), None)


def lacking(board: Board | None, cards: Iterable[Card]) -> tuple[Card, ...]:
    """Return those of an app's cards that it lacks to go live: of the current phase, and not done."""
    if board is None:
        return ()
    return tuple(card for card in cards if card.phase == board.settings.current and card.state is not CardState.DONE)


def entries_of(journal: Journal, app: App) -> tuple[Entry, ...]:
    """Return the newest entries about an app, its workloads and its alerts, newest first.

    Blocks; raises JournalError.
    """
    subjects = [app.name, *(str(ref) for ref in app.workloads)]
    found = [entry for subject in subjects for entry in journal.entries(subject=subject, limit=_ENTRIES)]
    found += _of_alerts(journal.entries(source=alert_source(app.cluster), limit=_ALERTS), app)
    each = {(entry.source, entry.fingerprint, entry.start, entry.event): entry for entry in found}
    return tuple(sorted(each.values(), key=lambda entry: -entry.at)[:_ENTRIES])


def alarms_of(journal: Journal, app: App) -> tuple[float, ...]:
    """Return when critical alerts about an app began to fire, oldest first. Blocks; raises JournalError."""
    entries = _of_alerts(journal.entries(source=alert_source(app.cluster), limit=_ALARMS), app)
    critical = (one for one in entries if one.event == "firing" and one.details.get("severity") == _CRITICAL)
    return tuple(sorted({one.start for one in critical}))


def _of_alerts(entries: Iterable[Entry], app: App) -> list[Entry]:
    """Return those of the entries on alerts that are about an app: what began there, and what became of it."""
    listed = list(entries)
    begun = {
        (entry.fingerprint, entry.start)
        for entry in listed
        if entry.fingerprint in app.alerts or _names(entry.details.get("where", ""), app)
    }
    return [entry for entry in listed if (entry.fingerprint, entry.start) in begun]


def _names(where: str, app: App) -> bool:
    """Return whether `namespace/object` is a workload or a service of an app, or a pod of one."""
    namespace, _, name = where.partition("/")
    if namespace not in app.here.namespaces or not name:
        return False
    own = [ref.name for ref in app.here.workloads] + [one.service for one in app.measured]
    return any(name == one or name.startswith(f"{one}-") for one in own)
