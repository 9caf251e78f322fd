"""The signals of an app as plots over a window, with its releases and alerts on the time axis."""

from collections.abc import Sequence
from dataclasses import replace
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll

from screens.app.parts import AppParts
from screens.app.readiness import wrapped
from screens.commands import bindings
from screens.reading import Reading
from state.apps.charts import Chart, Charts
from state.apps.model import App
from state.apps.releases import Release, ReleaseKind
from state.cell import Cell, Tone
from state.metrics.span import WINDOWS, Span
from widgets.cell_lines import CellLines, Line
from widgets.pane import Pane
from widgets.plot import Plot, points_for
from widgets.plot_model import PlotData, PlotLine, PlotMark

FIRST_WINDOW = 1
HEIGHT, LOW = 9, 7
"""Rows of a plot, and of one in a pane that is not high enough for three of them."""
MOST = 6
"""How many plots there are at most."""
AROUND = 3
"""Columns of a pane that are left of a plot, right of it, and the scroll bar's."""
RELEASE, ALERT = "◆", "▲"
_SHORTEST_PAUSE = 10.0
_BUDGET = "budget  "
_TONES = {
    "p50": Tone.FAINT, "p95": Tone.FOCUS, "p99": Tone.QUIET, "cpu": Tone.FOCUS, "memory": Tone.QUIET,
    "errors": Tone.WARN, "restarts": Tone.WARN, "throttled": Tone.WARN,
}  # fmt: skip


class SignalsPane(Pane):
    """Requests, errors, latency, saturation, restarts and throttling, one below the other."""

    DEFAULT_CSS = """
    SignalsPane VerticalScroll { height: 1fr; scrollbar-size-vertical: 1; background: transparent; }
    SignalsPane Plot { margin: 0 1 1 1; }
    SignalsPane CellLines { margin: 0 1; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("signals")]

    def __init__(self, parts: AppParts) -> None:
        super().__init__(title="Signals", id="app-signals")
        self._parts = parts
        self._window = FIRST_WINDOW
        self._reading: Reading[Charts] = Reading(self, "signals", _SHORTEST_PAUSE, parts.clock)
        self._shown: object = None

    def compose(self) -> ComposeResult:
        yield from super().compose()
        with VerticalScroll():
            yield CellLines(id="app-signals-words")
            for number in range(MOST):
                yield Plot(HEIGHT, id=f"app-plot-{number}")

    @property
    def charts(self) -> Charts | None:
        """What was read last, None before the first answer."""
        return self._reading.value

    def show(self, app: App, releases: Sequence[Release]) -> None:
        """Read the app's signals when it is due, and draw them."""
        charts = self._parts.charts
        name, seconds = WINDOWS[self._window]
        self.name_it("Signals", f"last {name}")
        if charts is None:
            self.say_empty(
                [(Cell("not configured", Tone.QUIET),), (Cell("--prometheus, or prometheus in the file", Tone.FAINT),)]
            )
            return
        # While nothing is there to draw, the plots have no width of their own.
        width = self.size.width - AROUND
        if width <= 0:
            return
        span = Span.of(seconds, points_for(width), self._parts.clock.wall())
        pause = min(60.0, max(_SHORTEST_PAUSE, span.step / 2))
        self._reading.look((span, app.measured), lambda: charts(app, span), pause)
        found = self._reading.value
        if found is None:
            self.say_empty([self._reading.words("asking Prometheus")])
            return
        self.say_empty(None)
        seen = (found, tuple(releases), self._reading.wrong, self.size)
        if seen != self._shown:
            self._shown = seen
            self._draw(found, releases)

    def action_window(self, places: int) -> None:
        """Look at a longer or shorter time."""
        window = min(len(WINDOWS) - 1, max(0, self._window + places))
        if window != self._window:
            self._window = window
            self._reading.hurry()

    def _draw(self, found: Charts, releases: Sequence[Release]) -> None:
        marks = marks_of(found, releases)
        height = HEIGHT if self.size.height >= 3 * HEIGHT else LOW
        self.query_one("#app-signals-words", CellLines).show(self._words(found, marks))
        measured = [chart for chart in found.charts if _is_measured(chart)]
        for number in range(MOST):
            plot = self.query_one(f"#app-plot-{number}", Plot)
            plot.display = number < len(measured)
            if number < len(measured):
                plot.show(data_of(measured[number], found.span, marks), height)

    def _words(self, found: Charts, marks: Sequence[PlotMark]) -> list[Line]:
        lines: list[Line] = []
        if found.budget is not None:
            spent = found.budget.remaining is not None and found.budget.remaining <= 0
            told = wrapped(found.budget.words, max(20, self.size.width - AROUND - len(_BUDGET)))
            for number, text in enumerate(told):
                head = "" if number else _BUDGET
                lines.append(
                    (Cell(f"{head:<{len(_BUDGET)}}", Tone.FAINT), Cell(text, Tone.BAD if spent else Tone.TEXT))
                )
        legend = [
            Cell(words, tone)
            for glyph, words, tone in (
                (RELEASE, f"{RELEASE} release  ", Tone.FOCUS),
                (ALERT, f"{ALERT} {_named(found, before=False)}", Tone.BAD),
            )
            if any(mark.glyph == glyph for mark in marks)
        ]
        if legend:
            lines.append(legend)
        if all_along := _named(found, before=True):
            lines.append((Cell(f"{ALERT} ", Tone.BAD), Cell(f"all along: {all_along}", Tone.QUIET)))
        missing = [chart.title for chart in found.charts if not _is_measured(chart)]
        if not any(chart.id == "rate" for chart in found.charts):
            missing = ["requests", "errors", "latency", *missing]
        if missing:
            lines.append((Cell(f"nothing measures {', '.join(missing)}", Tone.QUIET),))
        if found.missing:
            lines.append((Cell(f"▲ {found.missing[0]}", Tone.WARN),))
        if found.partial:
            lines.append((Cell("▲ Prometheus says that parts are missing", Tone.WARN),))
        words = self._reading.words("")
        return [*lines, *([words] if words else []), ()]


def _named(found: Charts, *, before: bool) -> str:
    return ", ".join(dict.fromkeys(one.name for one in found.firing if one.before is before))


def marks_of(found: Charts, releases: Sequence[Release]) -> list[PlotMark]:
    """Return what is marked on the time axis: when releases began and when alerts began to fire."""
    moments = sorted(
        {round(one.when) for one in releases if one.when is not None and one.kind is not ReleaseKind.FIRST}
    )
    marks = [PlotMark(float(moment), RELEASE, Tone.FOCUS, upright=True) for moment in moments]
    marks += [PlotMark(one.start, ALERT, Tone.BAD) for one in found.firing if not one.before]
    # What came after the last point stands on it: on a long axis that is up to hours ago.
    start, end = found.span.start, found.span.end
    return [replace(mark, when=min(mark.when, end)) for mark in marks if start <= mark.when <= end + found.span.step]


def data_of(chart: Chart, span: Span, marks: Sequence[PlotMark]) -> PlotData:
    """Return a chart as a plot takes it."""
    return PlotData(
        chart.title,
        span.start,
        span.end,
        tuple(PlotLine(curve.name, curve.points, _TONES.get(curve.name, Tone.FOCUS)) for curve in chart.curves),
        tuple(marks),
        chart.limit,
        FORMATS[chart.unit],
        chart.note,
    )


def seconds_words(value: float) -> str:
    """Return a latency in seconds: `840 ms`, `1.2 s`."""
    if value >= 10:
        return f"{value:.0f} s"
    return f"{value:.2g} s" if value >= 1 else f"{value * 1000:.3g} ms"


def percent_words(value: float) -> str:
    """Return a ratio in percent, small ones with more digits: `62 %`, `0.04 %`."""
    percent = value * 100
    if percent >= 10 or percent == 0:
        return f"{percent:.0f} %"
    return f"{percent:.1f} %" if percent >= 1 else f"{percent:.2g} %"


def rate_words(value: float) -> str:
    """Return a rate: `17/s`, `0.4/s`."""
    return f"{value:.0f}/s" if value >= 10 or value == 0 else f"{value:.2g}/s"


FORMATS = {"/s": rate_words, "ratio": percent_words, "s": seconds_words, "count": "{:.0f}".format}
"""How a value of each unit is said."""


def _is_measured(chart: Chart) -> bool:
    return any(value is not None for curve in chart.curves for value in curve.points) or bool(
        chart.note and chart.limit
    )
