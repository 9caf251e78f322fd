"""One look at the alerts, kept up to date with what tells of them. Belongs to the loop."""

from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import NamedTuple

from state.alerts.alert_filter import NO_FILTER, AlertFilter, read_filter
from state.alerts.chronicle import AlertChronicle
from state.alerts.grouping import APP, NO_APPS, GroupBy
from state.alerts.listing import PAST, SORTS, VIEWS, AlertListing, Look, arranged, in_view, over
from state.alerts.model import Alert
from state.alerts.source import LiveAlerts
from state.alerts.week import NO_WEEK, Week
from state.apps.model import App
from state.journal.lives import AlertLife
from state.pattern import TOO_SLOW, TooSlow, time_limit

FILTER_SECONDS = 0.25
"""How much of the processor a filter may use for all alerts there are."""


class Update(NamedTuple):
    """The keys whose lines may say something else than before; None: any."""

    changed: frozenset[Hashable] | None


class AlertView:
    """The listing of one look and one filter.

    A filter whose patterns take too long is given up: `problem` says so, and what was shown stays.
    """

    def __init__(
        self,
        source: LiveAlerts,
        chronicle: AlertChronicle | None = None,
        apps: Callable[[], Sequence[App]] = tuple,
        look: Look | None = None,
    ) -> None:
        """`chronicle` knows what was before, None where nothing is written down."""
        self.look = look or Look()
        self.filter: AlertFilter = NO_FILTER
        self.text = ""
        """The filter as it was typed."""
        self.problem = ""
        """What turned out to be wrong with the filter, in a sentence; empty when nothing did."""
        self.listing = AlertListing()
        self.names: Mapping[str, str] = {}
        """The names of all alerts by fingerprint."""
        self.week: Week = NO_WEEK
        self._source = source
        self._chronicle = chronicle
        self._apps = apps
        self._app_names: tuple[Sequence[App], Mapping[str, str]] = ((), NO_APPS)
        self._counted = -1
        self._seen: object = None

    # --- how one looks ---

    def looked(self, **parts: object) -> None:
        """Look in another way from now on: `parts` are those of Look that differ."""
        self.look = self.look.but(**parts)

    def next_view(self) -> None:
        """Look at the next state: all, then one after another, then what is over."""
        self.looked(view=VIEWS[(VIEWS.index(self.look.view) + 1) % len(VIEWS)])

    def group_by(self, by: GroupBy) -> None:
        """Put the alerts together by something, unfolded."""
        self.looked(by=by, folded=frozenset())

    def fold(self, value: str) -> None:
        """Fold the group of a value, or unfold it."""
        self.looked(folded=self.look.folded ^ {value})

    def fold_all(self) -> None:
        """Fold all groups, or unfold them where all are folded."""
        groups = self.listing.groups
        folded = all(group.folded for group in groups.values())
        self.looked(folded=frozenset() if folded else frozenset(key.value for key in groups))

    def sort_by(self, header: str) -> None:
        """Sort by a column; again turns it round, a third time goes back to the worst first."""
        look = self.look
        if header not in SORTS:
            return
        if look.sort != header:
            self.looked(sort=header, descending=False)
        else:
            self.looked(sort="" if look.descending else header, descending=not look.descending)

    def sort_next(self) -> None:
        """Sort by the next column; after the last, the worst first."""
        headers = ("", *SORTS)
        self.looked(sort=headers[(headers.index(self.look.sort) + 1) % len(headers)], descending=False)

    def filter_by(self, text: str) -> None:
        """Narrow what is shown. Raises BadFilter, and then nothing has changed."""
        self.filter = read_filter(text)
        self.text, self.problem = text, ""

    # --- what one sees ---

    @property
    def ahead(self) -> float:
        """The seconds by which the clock of the alerts is ahead of ours."""
        return self._source.picture.ahead

    @property
    def past(self) -> tuple[AlertLife, ...]:
        """The lives that are over and that the filter holds, those that ended last first."""
        return over(self._chronicle.past if self._chronicle is not None else (), self.filter)

    def update(self) -> Update | None:
        """Make the listing anew when anything it is made of is another; None when nothing is."""
        source, chronicle = self._source, self._chronicle
        told = chronicle.revision if chronicle is not None else -1
        seen = (source.revision, told, self.look, self.filter, self._app_of())
        if seen == self._seen:
            return None
        self._seen = seen
        counted = told != self._counted
        if counted and chronicle is not None:
            self._counted, self.week = told, chronicle.week
        alerts = source.picture.alerts
        before, self.names = self.listing, {alert.fingerprint: alert.name for alert in alerts}
        if self.look.view == PAST:
            self.listing = AlertListing()
            return Update(None)
        self.listing = arranged(self._narrowed(in_view(alerts, self.look.view)), self.look, self._app_of())
        return Update(None if counted else self.listing.changed(before))

    def _narrowed(self, alerts: Sequence[Alert]) -> Sequence[Alert]:
        if not self.problem:
            try:
                with time_limit(FILTER_SECONDS):
                    return self.filter.kept(alerts)
            except TooSlow:
                self.problem = TOO_SLOW
        return [alert for alert in alerts if alert.fingerprint in self.listing.alerts]

    def _app_of(self) -> Mapping[str, str]:
        """The name of each alert's app by fingerprint, where that is what they are grouped by."""
        if self.look.by.what != APP:
            return NO_APPS
        apps = self._apps()
        if apps is not self._app_names[0]:
            self._app_names = apps, {fingerprint: app.name for app in apps for fingerprint in app.alerts}
        return self._app_names[1]
