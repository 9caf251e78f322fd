"""Every alert in one dense table: active, pending, acknowledged, silenced, inhibited, over."""

from collections.abc import Callable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType

from screens.alerts.table import AlertTable, AlertTableParts
from screens.commands import bindings
from screens.dialogs.ask import Ask
from screens.frame import Frame
from screens.wanted import SilencesWanted
from state.alerts.alert_filter import BadFilter
from state.alerts.grouping import NO_GROUPS, GroupBy, after
from state.alerts.listing import SORTS, Look
from state.alerts.view import AlertView
from state.looked_at import AlertsLooked

NOT_LOOKED = AlertsLooked()


class AlertsScreen(Frame):
    """The table of alerts."""

    NAME = "alerts"
    FILTERS = True
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("top", "alerts")]
    AUTO_FOCUS = "Grid"

    def __init__(
        self,
        parts: AlertTableParts,
        looked: AlertsLooked = NOT_LOOKED,
        remember: Callable[[AlertsLooked], None] = lambda looked: None,
    ) -> None:
        """`looked` is how they were looked at last; `remember` keeps how they are looked at now."""
        super().__init__()
        self._parts = parts
        self._table = AlertTable(parts, look_of(looked))
        self._remember = remember
        self._dimmed = (False, False)

    def compose_body(self) -> ComposeResult:
        yield self._table

    def update(self) -> None:
        self._table.update_at(self._parts.clock.wall())
        dimmed = bool(self.why_not("workload.logs")), bool(self.why_not("alert.ack"))
        if dimmed != self._dimmed:
            self._dimmed = dimmed
            self.show_keys()
        if self._view is not None:
            self.doubt_filter(self._view.problem)
            self._remember(looked_of(self._view.look))

    def why_not(self, command: str) -> str:
        alert, source = self._table.alert(), self._parts.source
        if alert is None or source is None:
            return ""
        if command.startswith("workload.") or command == "alert.restart":
            return alert.elsewhere
        return source.why_not_write(alert.source) if command in ("alert.ack", "alert.silence") else ""

    @property
    def _view(self) -> AlertView | None:
        return self._table.view

    @property
    def filter_text(self) -> str:
        return self._view.text if self._view is not None else ""

    def filter_by(self, text: str) -> str:
        if self._view is not None:
            try:
                self._view.filter_by(text)
            except BadFilter as error:
                return str(error)
        return ""

    # --- keys ---

    def action_view(self) -> None:
        """Show the alerts of the next state."""
        if self._view is not None:
            self._view.next_view()

    def action_sort_next(self) -> None:
        """Sort by the next column."""
        if self._view is not None:
            self._view.sort_next()

    def action_group(self) -> None:
        """Put the alerts together by the next thing."""
        if self._view is not None:
            self._view.group_by(after(self._view.look.by))

    def action_group_label(self) -> None:
        """Put the alerts together by a label that is asked for."""
        if self._view is not None:
            self.run_worker(self._ask_label(self._view), exclusive=True, exit_on_error=False)

    async def _ask_label(self, view: AlertView) -> None:
        names = self._table.label_names
        hint = f"there are {', '.join(names[:12])}" if names else ""
        name = await self.app.push_screen_wait(Ask("Group by the label", view.look.by.label, hint=hint, choices=names))
        if name is not None:
            view.group_by(GroupBy.of_label(name) if name else NO_GROUPS)

    def action_fold(self) -> None:
        """Fold the group under the cursor, or unfold it."""
        self._table.fold()

    def action_fold_all(self) -> None:
        """Fold all groups, or unfold them."""
        if self._view is not None:
            self._view.fold_all()

    def action_silences(self) -> None:
        """Show which silences there are."""
        self.post_message(SilencesWanted())


def look_of(looked: AlertsLooked) -> Look:
    """Return the look that was remembered; what this version does not know is left out."""
    sort = looked.sort if looked.sort in SORTS else ""
    return Look(by=GroupBy.read(looked.by), folded=frozenset(looked.folded), sort=sort, descending=looked.descending)


def looked_of(look: Look) -> AlertsLooked:
    """Return what is remembered of a look."""
    return AlertsLooked(look.by.text, tuple(sorted(look.folded)), look.sort, look.descending)
