"""From alerts, marks, a filter or a silence to a silence: written, looked at, done."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from textual.screen import Screen

from screens.dialogs.ask import Ask, wrong_by
from screens.dialogs.silence import SilenceAnswer, SilenceDialog
from screens.doing import Doing
from screens.signing import Signing
from state import threads
from state.alerts.clusters import Clusters
from state.alerts.durations import end_of, lasting
from state.alerts.expiry import ExpireSilences, ExtendSilences
from state.alerts.matching import held_by, shared_matchers
from state.alerts.model import Alert, Matcher, Silence
from state.alerts.silence import SilenceAlerts
from state.alerts.silencing import lasting_matchers
from state.alerts.source import Alertmanagers, LiveAlerts
from state.clock import SYSTEM, Clock
from state.printable import printable

_OF_SENDER = ("prometheus_replica", "replica", "instance", "exported_instance", "uid")


@dataclass(frozen=True, slots=True)
class Silencing:
    """Makes, changes and ends silences in one context."""

    doing: Doing
    alertmanagers: Clusters | None
    alerts: LiveAlerts | None
    signing: Signing
    volatile: Sequence[str]
    """Labels whose values change while an alert goes on."""
    clock: Clock = SYSTEM

    async def of_alerts(self, screen: Screen[None], alerts: Sequence[Alert]) -> None:
        """Ask for a silence that holds some alerts: one of them by its own labels, several by what they share."""
        if len(alerts) == 1:
            matchers = lasting_matchers(dict(alerts[0].labels), self.volatile)
        else:
            matchers = shared_matchers(alerts, _OF_SENDER)
        what = alerts[0].name if len(alerts) == 1 else f"{len(alerts)} alerts"
        await self.ask(screen, f"Silence {what}", matchers)

    async def ask(self, screen: Screen[None], title: str, matchers: Sequence[Matcher]) -> None:
        """Ask for a silence, beginning with some matchers."""
        dialog = SilenceDialog(title, self._all(), matchers=matchers, author=self.signing.name)
        await self._dialog(screen, dialog)

    async def edit(self, screen: Screen[None], silence: Silence) -> None:
        """Ask for what a silence shall be from now on."""
        left = lasting(silence.ends - self.clock.wall())
        dialog = SilenceDialog(
            "Change the silence",
            self._all(),
            matchers=silence.matchers,
            lasting=left,
            comment=silence.comment,
            author=self.signing.name,
        )
        await self._dialog(screen, dialog, silence)

    async def again(self, screen: Screen[None], silence: Silence) -> None:
        """Ask for a silence like one that has ended."""
        dialog = SilenceDialog(
            "Silence again",
            self._all(),
            matchers=silence.matchers,
            comment=silence.comment,
            author=self.signing.name,
        )
        await self._dialog(screen, dialog)

    async def extend(self, screen: Screen[None], silences: Sequence[Silence]) -> None:
        """Ask how long silences shall last from now on, and let them."""
        if self.alertmanagers is None or not silences:
            return

        def ends(text: str) -> float:
            return end_of(text, self.clock.wall())

        what = "the silence" if len(silences) == 1 else f"{len(silences)} silences"
        question = Ask(f"Extend {what} for", "2h", hint="from now: 2h, 1d 6h, until 18:00", check=wrong_by(ends))
        text = await screen.app.push_screen_wait(question)
        if not text:
            return
        until = ends(text)
        for cluster, theirs in self._by_cluster(self.alertmanagers, silences):
            await self._do(screen, ExtendSilences(cluster, theirs, until))

    async def end(self, screen: Screen[None], silences: Sequence[Silence]) -> None:
        """End silences, asking first."""
        if self.alertmanagers is None or not silences:
            return
        for cluster, theirs in self._by_cluster(self.alertmanagers, silences):
            await self._do(screen, ExpireSilences(cluster, theirs))

    @staticmethod
    def _by_cluster(clusters: Clusters, silences: Sequence[Silence]) -> list[tuple[Alertmanagers, tuple[Silence, ...]]]:
        """The silences by the cluster that has them."""
        found = dict.fromkeys(map(clusters.of, silences))
        return [(one, tuple(silence for silence in silences if clusters.of(silence) is one)) for one in found]

    async def _dialog(self, screen: Screen[None], dialog: SilenceDialog, replaces: Silence | None = None) -> None:
        """Show a dialog; write what comes of it to each cluster that has alerts which it holds."""
        if self.alertmanagers is None:
            words = "no Alertmanager is configured: a silence is kept there"
            screen.app.notify(words, severity="warning", markup=False)
            return
        if self.doing.read_only(self.doing.home):
            words = printable(f"this cockpit is read-only in {self.doing.home}: nothing is silenced")
            screen.app.notify(words, severity="warning", markup=False)
            return
        answer: SilenceAnswer | None = await screen.app.push_screen_wait(dialog)
        if answer is None:
            return
        if not self.signing.name:
            self.signing.author.say(answer.author)
            threads.start("author", self.signing.author.save)
        held = held_by(answer.matchers, self._all())
        clusters = self.alertmanagers.holding(held) if replaces is None else (self.alertmanagers.of(replaces),)
        for cluster in clusters:
            said = answer.matchers, answer.ends, answer.author, answer.comment
            await self._do(screen, SilenceAlerts(cluster, *said, replaces))

    async def _do(self, screen: Screen[None], operation: SilenceAlerts | ExpireSilences | ExtendSilences) -> None:
        doing = replace(self.doing, who=self.signing.name or self.doing.who)
        await doing.ask_and_do(screen, operation.title, lambda: operation)
        self._look_again()

    def _all(self) -> tuple[Alert, ...]:
        # Those that Prometheus alone knows of yet will arrive.
        return self.alerts.picture.alerts if self.alerts else ()

    def _look_again(self) -> None:
        if self.alerts is not None:
            self.alerts.ask()
