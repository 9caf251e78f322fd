"""What becomes of a wish about an alert: it is opened, acknowledged, silenced, noted, made a card."""

import secrets
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from textual.screen import Screen

from screens.alert_cards import AlertCards
from screens.dialogs.choose import Choose, Option
from screens.dialogs.note import AskNote
from screens.doing import Doing
from screens.signing import Signing
from screens.silences import SilencesScreen
from screens.silencing import Silencing
from screens.triage import TriageParts, TriageScreen
from screens.wanted import AlertWanted
from state import threads
from state.alerts.ack import Ack
from state.alerts.chronicle import REMEMBERED
from state.alerts.clusters import Clusters
from state.alerts.matching import held_by, matches
from state.alerts.model import Alert, Matcher
from state.alerts.settings import Alerts
from state.alerts.triage.about import about
from state.alerts.workload import subject_of, why_nowhere
from state.board.desk import Desk
from state.cell import Cell
from state.cluster.operations.restart import Restart
from state.freshness import Health
from state.journal.entry import Entry
from state.journal.lives import NOTE, SHIFT
from state.printable import printable

_MOST = 100_000
MOST_ACKS = 25
"""So many alerts are acknowledged at once."""
_WRITTEN = 2.0
"""Seconds that a note may take to be durable before it is said that it is not."""


@dataclass(frozen=True, slots=True)
class AlertDeeds:
    """Answers what is wanted with alerts of one context."""

    parts: TriageParts
    doing: Doing
    alertmanagers: Clusters | None
    desk: Desk
    signing: Signing
    settings: Alerts

    @property
    def silencing(self) -> Silencing:
        """How silences are made here."""
        parts = self.parts
        return Silencing(
            self.doing, self.alertmanagers, parts.alerts, self.signing, self.settings.volatile, parts.clock
        )

    async def show_silences(self, screen: Screen[Any]) -> None:
        """Show which silences there are."""
        if self.parts.alerts is None or self.alertmanagers is None:
            _say(screen, "no Alertmanager is configured: silences are kept there")
            return
        screen.app.push_screen(SilencesScreen(self.parts.alerts, self.silencing, self.parts.clock))

    def show_handoff(self, screen: Screen[Any], back: float = SHIFT) -> None:
        """Show what the next on call has to know of so many seconds."""
        from screens.handoff import HandoffScreen
        from state.alerts.handoff import Told, handoff

        parts, now = self.parts, self.parts.clock.wall()
        live = parts.alerts is not None and parts.alerts.alertmanager.health in (Health.LIVE, Health.STALE)
        picture = parts.alerts.picture if parts.alerts is not None and live else None
        why = parts.alerts.alertmanager.reason if parts.alerts is not None else "none is configured"
        context, board = parts.view.cluster.name, self.desk.board

        def read() -> str:
            entries = parts.journal.entries(since=min(now - back, now - REMEMBERED), limit=_MOST)
            return handoff(Told(context, now - back, now, entries, picture, why, board))

        name = f"handoff-{datetime.fromtimestamp(now):%Y-%m-%d-%H%M}.md"
        screen.app.push_screen(HandoffScreen(read, Path.cwd() / name))

    async def did(self, screen: Screen[None], wanted: AlertWanted) -> bool:
        """Do what was wanted with the alert itself; return False for what is wanted with its workload."""
        match wanted.verb:
            case "open":
                screen.app.push_screen(TriageScreen(wanted.alert, self.parts))
            case "ack":
                await self._ack(screen, *(wanted.marked or (wanted.alert,)))
            case "note":
                await self._note(screen, wanted.alert)
            case "restart":
                await self._restart(screen, wanted.alert)
            case "silence":
                await self._silence(screen, wanted.marked or (wanted.alert,), wanted.matchers)
            case "runbook":
                await self._runbook(screen, wanted.alert)
            case "silences":
                await self.show_silences(screen)
            case "card":
                found = about(wanted.alert, self.parts.view, self.parts.apps())
                cards = AlertCards(self.desk, self._ack, self.parts.view.cluster.name, self.parts.clock)
                await cards.want(screen, wanted.alert, found)
            case _:
                return False
        if isinstance(screen, TriageScreen):
            screen.ask()
        return True

    async def _ack(self, screen: Screen[None], *alerts: Alert) -> None:
        clusters, first = self.alertmanagers, alerts[0]
        if clusters is None:
            _say(screen, "no Alertmanager is configured: an ack is a silence there")
            return
        free = [alert for alert in alerts if alert.ack is None]
        if not free:
            by = first.ack.created_by if first.ack is not None else ""
            all_ = f"{first.name} is" if len(alerts) == 1 else f"all {len(alerts)} are"
            _say(screen, f"{all_} acknowledged{f' by {by}' if len(alerts) == 1 else ''} already")
            return
        if len(free) > MOST_ACKS:
            _say(screen, f"{len(free)} acks would be as many silences: S makes a single one of them")
            return
        if self.doing.read_only(self.doing.home):
            _say(screen, printable(f"this cockpit is read-only in {self.doing.home}: nothing is acknowledged"))
            return
        by = await self.signing.ask(screen)
        if not by:
            return
        doing = replace(self.doing, who=by)
        longest, volatile = self.settings.longest_ack_seconds, self.settings.volatile
        acks = [Ack(clusters.of(alert), alert, by, longest=longest, volatile=volatile) for alert in free]
        if len(acks) == 1:
            await doing.ask_and_do(screen, acks[0].title, lambda: acks[0])
        else:
            await doing.ask_and_do_all(screen, f"Ack {len(acks)} alerts", lambda: acks)
        self._look_again()

    async def _silence(self, screen: Screen[None], alerts: Sequence[Alert], matchers: tuple[Matcher, ...]) -> None:
        """Ask for a silence of some alerts; where matchers narrow the list, of what those hold, if that is wanted."""
        silencing = self.silencing
        if not matchers or all(matches(matcher, {}) for matcher in matchers):
            await silencing.of_alerts(screen, alerts)
            return
        held = held_by(matchers, self.parts.alerts.picture.alerts if self.parts.alerts is not None else ())
        text = printable(" ".join(map(str, matchers)))
        first = "this alert" if len(alerts) == 1 else _alerts(len(alerts))
        options = (
            Option("alerts", Cell(first), Cell(alerts[0].name if len(alerts) == 1 else "marked or in the group")),
            Option("filter", Cell(f"the filter's {_alerts(len(held))}"), Cell(text)),
        )
        chosen = await screen.app.push_screen_wait(Choose("Silence", options))
        if chosen == "alerts":
            await silencing.of_alerts(screen, alerts)
        elif chosen == "filter":
            await silencing.ask(screen, f"Silence {_alerts(len(held))}", matchers)

    async def _note(self, screen: Screen[None], alert: Alert) -> None:
        text = await screen.app.push_screen_wait(AskNote(f"{alert.name} {alert.where}".strip()))
        if not text:
            return
        now = self.parts.clock.wall()
        details = {"where": alert.where, "namespace": alert.namespace, "alert": alert.fingerprint}
        entry = Entry(
            NOTE,
            secrets.token_hex(16),
            now,
            "noted",
            now,
            who=self.signing.name or self.doing.who,
            subject=alert.name,
            outcome=text,
            details={name: value for name, value in details.items() if value},
        )
        journal = self.parts.journal
        journal.record(entry)
        if await threads.call("note", lambda: journal.drain(_WRITTEN)):
            screen.app.notify("noted in the journal", markup=False)
        else:
            _say(screen, f"the note is not on the disk yet{f': {journal.error}' if journal.error else ''}")

    async def _runbook(self, screen: Screen[None], alert: Alert) -> None:
        folder = Path(self.settings.runbooks) if self.settings.runbooks else None
        # What draws Markdown is heavy: the screen does not wait for its import.
        show = await threads.call("markdown", _show_runbook)
        await show(screen, alert, folder)

    async def _restart(self, screen: Screen[None], alert: Alert) -> None:
        view = self.parts.view
        found = subject_of(alert, view)
        row = view.row(found.ref) if found is not None else None
        kind = view.kind(found.ref.group_kind) if found is not None else None
        if found is None or row is None or kind is None:
            _say(screen, f"{alert.name}: {why_nowhere(alert)}")
            return
        operation = Restart(view.cluster.transport, kind.resource, found.ref, row.uid)
        await self.doing.ask_and_do(screen, operation.title, lambda: operation)

    def _look_again(self) -> None:
        if self.parts.alerts is not None:
            self.parts.alerts.ask()


def _alerts(count: int) -> str:
    return f"{count} alert{'' if count == 1 else 's'}"


def _say(screen: Screen[Any], text: str) -> None:
    screen.app.notify(printable(text), severity="warning", markup=False)


def _show_runbook() -> Callable[[Screen[Any], Alert, Path | None], Awaitable[None]]:
    with threads.importing:
        from screens.runbook import show_runbook

    return show_runbook
