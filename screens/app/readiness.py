"""The readiness checks of an app: what was found, and for the one under the cursor why and what to do."""

from collections.abc import Sequence

from textual.app import ComposeResult

from screens.app.parts import AppParts, Checked
from screens.reading import Reading
from screens.table import Table
from state.apps.model import App
from state.apps.readiness.model import Outcome, Report, Result
from state.apps.readiness.trend import change_words
from state.cell import Cell, Tone
from state.printable import printable
from widgets.cell_lines import CellLines, Line
from widgets.grid import Grid
from widgets.grid_model import GridColumn
from widgets.pane import Pane

EVERY = 60.0
LOOKS = {
    Outcome.FAIL: ("✗", Tone.BAD),
    Outcome.UNKNOWN: ("▲", Tone.WARN),
    Outcome.WAIVED: ("●", Tone.FOCUS),
    Outcome.PASS: ("✓", Tone.WELL),
    Outcome.NOT_APPLICABLE: ("–", Tone.FAINT),
}
COLUMNS = (
    GridColumn("", 1, importance=0),
    GridColumn("CHECK", 17, importance=0),
    GridColumn("×", 1, right=True, importance=3),
    GridColumn("FOUND", 24, grows=True, importance=1),
)


class ReadinessPane(Pane):
    """The checklist, what fails first."""

    def __init__(self, parts: AppParts) -> None:
        super().__init__(title="Readiness", id="app-readiness")
        self._parts = parts
        self._reading: Reading[Checked] = Reading(self, "readiness", EVERY, parts.clock)
        self._shown: Report | None = None
        self._results: dict[str, Result] = {}

    def compose(self) -> ComposeResult:
        yield from super().compose()
        yield Grid(COLUMNS, marking=False, letters_shift=False, focus_holds=False)
        yield CellLines(id="app-check")

    @property
    def report(self) -> Report | None:
        """The newest report, None before the first."""
        return self._reading.value.report if self._reading.value is not None else None

    @property
    def finding(self) -> Result | None:
        """What the check under the cursor found, None when it passed or does not apply."""
        result = self._results.get(str(self.query_one(Grid).cursor_key))
        return result if result is not None and result.outcome in (Outcome.FAIL, Outcome.UNKNOWN) else None

    @property
    def words(self) -> Line:
        """What there is to say of how it was read."""
        return self._reading.words("checking")

    def show(self, app: App) -> None:
        """Check the app when it is due, and show what was found."""
        # Releases and replicas change the answers, so they are asked again at once.
        self._reading.look((app.version, app.wanted), lambda: self._parts.report(app))
        checked = self._reading.value
        if checked is None:
            self.say_empty([self.words])
            return
        report = checked.report
        score, now = report.score, self._parts.clock.wall()
        words = [
            f"{score.passed} of {score.asked}",
            change_words(checked.before, score.percent, now),
            self._reading.wrong,
        ]
        self.name_it("Readiness", "  ".join(word for word in words if word))
        if report is self._shown:
            return
        self._shown = report
        self.say_empty(None)
        self._results = {one.check.id: one for one in report.worst_first()}
        self.query_one(Grid).show(Table.of({id: _cells(one) for id, one in self._results.items()}), None)
        self._explain()

    def on_grid_highlighted(self, message: Grid.Highlighted) -> None:
        message.stop()
        self._explain()

    def on_grid_chosen(self, message: Grid.Chosen) -> None:
        message.stop()

    def on_resize(self) -> None:
        self._explain()

    def _explain(self) -> None:
        result = self._results.get(str(self.query_one(Grid).cursor_key))
        width = max(20, self.size.width - 4)
        self.query_one("#app-check", CellLines).show(_told(result, width) if result is not None else [])


def _cells(result: Result) -> tuple[Cell, ...]:
    glyph, tone = LOOKS[result.outcome]
    quiet = result.outcome in (Outcome.PASS, Outcome.NOT_APPLICABLE)
    return (
        Cell(glyph, tone),
        Cell(result.check.id, Tone.QUIET if quiet else Tone.TEXT),
        Cell(str(result.check.weight), Tone.FAINT),
        Cell(result.found, Tone.FAINT if quiet else Tone.TEXT),
    )


def _told(result: Result, width: int) -> list[Line]:
    """Return a check in a few lines: what was found in full, why it matters, what to do, and where that is written."""
    check = result.check
    lines: list[Line] = [
        (),
        (Cell(check.title, Tone.FOCUS), Cell(f"  {result.outcome.value}", LOOKS[result.outcome][1])),
    ]
    lines += [(Cell(text),) for text in wrapped(result.found, width)]
    if result.waiver is not None:
        words = printable(f"waived until {result.waiver.until}: {result.waiver.reason}")
        lines += [(Cell(text, Tone.FOCUS),) for text in wrapped(words, width)]
    lines += [(Cell(text, Tone.QUIET),) for text in wrapped(check.why, width)]
    if result.outcome in (Outcome.FAIL, Outcome.WAIVED):
        lines += [(Cell(text),) for text in wrapped(f"→ {check.mend}", width)]
    return [*lines, (Cell(check.source, Tone.FAINT),)]


def wrapped(text: str, width: int) -> Sequence[str]:
    """Return a text in lines of at most so many characters, three at most."""
    import textwrap

    return textwrap.wrap(text, width, max_lines=3, placeholder=" …") or [""]
