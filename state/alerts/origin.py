"""Where alerts come from when several servers tell of them: which one is kept with each alert. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from state.alerts.fingerprint import Labels, fingerprint, identity
from state.alerts.model import Alert, Silence
from state.belonging import ANYWHERE, Belonging


@dataclass(frozen=True, slots=True)
class Origin:
    """One Prometheus or one cluster of Alertmanagers among those that are asked.

    `apart` lets its fingerprints carry its name, since another server has the first claim on the bare ones; `own`
    says that it was configured for this context alone or found in its cluster.
    """

    name: str = ""
    apart: bool = False
    own: bool = True
    watchdog: str = ""
    """The alert that an Alertmanager must always have, by its name."""
    belonging: Belonging = ANYWHERE

    @property
    def told_apart(self) -> bool:
        """Whether it matters which external labels its alerts have."""
        return bool(self.name or self.belonging.maps)

    def alert(self, alert: Alert) -> Alert:
        """Return an alert of this Alertmanager with where it comes from and whether its objects are here."""
        elsewhere = self.belonging.why_not(alert.labels, own=self.own)
        watchdog = bool(self.watchdog) and alert.name == self.watchdog
        if not self.name:
            return replace(alert, elsewhere=elsewhere, watchdog=watchdog) if elsewhere or watchdog else alert
        held = tuple(map(self.silence, alert.silences))
        own, by = alert.fingerprint, alert.inhibited_by
        if self.apart:
            own, by = self._named(own), tuple(map(self._named, by))
        return replace(
            alert,
            fingerprint=own,
            inhibited_by=by,
            silences=held,
            source=self.name,
            elsewhere=elsewhere,
            watchdog=watchdog,
        )

    def silence(self, silence: Silence) -> Silence:
        """Return a silence of this Alertmanager with where it comes from."""
        return replace(silence, source=self.name) if self.name else silence

    def told(self, alert: Alert, external: Labels) -> Alert:
        """Return an alert of this Prometheus as it leaves it: with its external labels, which never replace others."""
        labels = alert.labels
        if external:
            given = dict(labels)
            labels = tuple(sorted({**dict(external), **given}.items()))
        elsewhere = self.belonging.why_not(labels, own=self.own)
        if not self.name and not elsewhere and labels == alert.labels:
            return alert
        own = fingerprint(identity(labels)) if external else alert.fingerprint
        if self.apart and not external:
            own = self._named(own)
        return replace(alert, fingerprint=own, labels=labels, prometheus=self.name, elsewhere=elsewhere)

    def _named(self, fingerprint: str) -> str:
        return f"{self.name}/{fingerprint}"


def first_of_each(alerts: Iterable[Alert]) -> tuple[Alert, ...]:
    """Return alerts of several Prometheus servers, each once: replicas of one tell of the same."""
    found: dict[str, Alert] = {}
    for alert in alerts:
        found.setdefault(alert.fingerprint, alert)
    return tuple(found.values())
