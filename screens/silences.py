"""The silences there are: what each holds, why, by whom and until when; changed, extended and ended from here."""

import re
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType

from screens.commands import bindings
from screens.emptiness import emptiness, stale_note
from screens.frame import Frame
from screens.silencing import Silencing
from screens.table import Table
from state.age import short_age
from state.alerts.inventory import CAME_BACK, MATCHES_NOTHING, NOT_YET, SOON, Kept, inventory
from state.alerts.model import Silence
from state.alerts.source import LiveAlerts
from state.cell import Cell, Tone
from state.clock import SYSTEM, Clock
from state.pattern import BadPattern, compiled
from widgets.grid import Grid
from widgets.grid_model import GridColumn
from widgets.pane import Pane

COLUMNS = (
    GridColumn("", 1, importance=0),
    GridColumn("HOLDS", 5, right=True, importance=1),
    GridColumn("MATCHES", 34, grows=True, importance=0),
    GridColumn("WHY", 28, grows=True, importance=1),
    GridColumn("BY", 10, importance=2),
    GridColumn("WHAT", 16, importance=2),
    GridColumn("AGE", 4, right=True, importance=3, ticks=True),
    GridColumn("ENDS IN", 7, right=True, importance=0, ticks=True),
)


class SilencesScreen(Frame):
    """The inventory of silences, the next to end first."""

    FILTERS = True
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("silence", "pushed")]
    AUTO_FOCUS = "Grid"

    def __init__(self, source: LiveAlerts, silencing: Silencing, clock: Clock = SYSTEM) -> None:
        super().__init__()
        self._source = source
        self._silencing = silencing
        self._clock = clock
        self._kept: Mapping[str, Kept] = {}
        self._pattern: re.Pattern[str] | None = None
        self._text = ""
        self._seen: object = None

    def compose_body(self) -> ComposeResult:
        with Pane(title="Silences"):
            yield Grid(COLUMNS, letters_shift=False, focus_holds=False)

    def update(self) -> None:
        now = self._clock.wall()
        seen = (self._source.revision, int(now), self._text)
        if seen == self._seen:
            return
        self._seen = seen
        freshness = self._source.alertmanager
        picture = self._source.picture
        found = inventory(picture, now, picture.ended)
        self._kept = {kept.silence.id: kept for kept in found if self._matches(kept)}
        said = Counter(word for kept in found for word in kept.remarks)
        live = [kept for kept in found if CAME_BACK not in kept.remarks]
        acks = sum(kept.silence.is_ack for kept in live)
        counts = (
            (len(live) - acks, "silenced"),
            (acks, "acked"),
            (said[MATCHES_NOTHING], "of no alert"),
            (said[SOON], "ending soon"),
            (said[CAME_BACK], CAME_BACK),
        )
        parts = [*(f"{count} {word}" for count, word in counts if count), stale_note(freshness, now)]
        pane = self.query_one(Pane)
        pane.name_it("Silences", " · ".join(part for part in parts if part))
        if not found:
            pane.say_empty(emptiness(freshness, now, "no silences"))
            return
        pane.say_empty(None if self._kept else [(Cell("nothing matches", Tone.QUIET),)])
        self.query_one(Grid).show(Table.of({key: _cells(kept, now) for key, kept in self._kept.items()}), None)

    @property
    def filter_text(self) -> str:
        return self._text

    def filter_by(self, text: str) -> str:
        try:
            self._pattern = compiled(text) if text else None
        except BadPattern as error:
            return str(error)
        self._text = text
        return ""

    def _matches(self, kept: Kept) -> bool:
        silence = kept.silence
        words = (silence.comment, silence.created_by, silence.source, *kept.remarks, *map(str, silence.matchers))
        return self._pattern is None or any(self._pattern.search(word) for word in words)

    # --- keys ---

    def on_grid_chosen(self, message: Grid.Chosen) -> None:
        message.stop()
        self.action_edit()

    def action_edit(self) -> None:
        """Change the silence under the cursor; one that has ended is made anew."""
        kept = self._kept.get(str(self.query_one(Grid).cursor_key))
        if kept is None:
            return
        silence = kept.silence
        if silence.state == "expired":
            self._go(lambda: self._silencing.again(self, silence))
        else:
            self._go(lambda: self._silencing.edit(self, silence))

    def action_extend(self) -> None:
        """Let the marked silences, else the one under the cursor, last longer."""
        if chosen := self._chosen():
            self._go(lambda: self._silencing.extend(self, chosen))

    def action_end(self) -> None:
        """End the marked silences, else the one under the cursor."""
        if chosen := self._chosen():
            self._go(lambda: self._silencing.end(self, chosen))

    def _chosen(self) -> list[Silence]:
        """The marked silences, else the one under the cursor, without those that have ended."""
        found = [self._kept[str(key)].silence for key in self.query_one(Grid).targets if str(key) in self._kept]
        going_on = [silence for silence in found if silence.state != "expired"]
        if found and not going_on:
            self.app.notify("it has ended already: e makes it anew", severity="warning", markup=False)
        return going_on

    def action_new(self) -> None:
        """Make a silence from scratch."""
        self._go(lambda: self._silencing.ask(self, "New silence", ()))

    def action_back(self) -> None:
        self.dismiss()

    def _go(self, work: Callable[[], Awaitable[None]]) -> None:
        async def run() -> None:
            await work()

        self.run_worker(run(), exit_on_error=False)


def _cells(kept: Kept, now: float) -> tuple[Cell, ...]:
    silence = kept.silence
    odd = [word for word in kept.remarks if word != NOT_YET]
    tone = Tone.WARN if odd else Tone.QUIET
    over = silence.state == "expired"
    matchers = ", ".join(map(str, silence.matchers))
    left = f"-{short_age(now - silence.ends)}" if over else short_age(silence.ends - now)
    return (
        Cell("▲" if over else "●" if silence.is_ack else "▲" if odd else "◌", tone),
        Cell(str(kept.holds), Tone.TEXT if kept.holds else Tone.FAINT),
        Cell(f"{silence.source} ▸ {matchers}" if silence.source else matchers),
        Cell(silence.comment, Tone.QUIET),
        Cell(silence.created_by, Tone.QUIET),
        Cell(", ".join(kept.remarks), tone),
        Cell(short_age(now - silence.starts) if silence.starts <= now else "", Tone.QUIET),
        Cell(left, tone),
    )
