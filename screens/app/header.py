"""The first lines of an app's page: how it does, what it is, whose it is."""

from collections.abc import Sequence

from screens.panes.apps import LOOKS
from state.alerts.model import Alert
from state.apps.model import App
from state.apps.readiness.model import Report
from state.cell import Cell, Tone
from widgets.cell_lines import Bold, Line, line_width
from widgets.cell_text import cut


def header(app: App, report: Report | None, alerts: Sequence[Alert], width: int) -> list[Line]:
    """Return the lines for a page of `width` columns."""
    glyph, tone = LOOKS[app.health]
    first: list[Cell] = [Cell(f"{glyph} ", tone), Bold(app.name), Cell(f"  {app.version}", Tone.QUIET)]
    first.append(Cell(f"  {app.ready}/{app.wanted} ready", Tone.WARN if app.ready < app.wanted else Tone.QUIET))
    if report is not None:
        score = report.score
        percent = f", {score.percent:.0f} %" if score.percent is not None else ""
        first.append(Cell(f"  readiness {score.passed}/{score.asked}{percent}", Tone.QUIET))
    if not app.platform:
        first.append(Cell("  in production" if app.production else "  not in production", Tone.FAINT))
    room = max(12, width - line_width(first) - 2)
    first.append(Cell(f"  {cut(app.reason or app.health.value, room)}", tone))
    return [first, _belonging(app, width), *_firing(app, alerts)]


def _belonging(app: App, width: int) -> Line:
    """Return whose it is, in as many words as there is room for; what nobody said is said too."""
    said = app.belonging
    cells: list[Cell] = []
    for name, value in (
        ("team", said.team),
        ("owner", said.owner),
        ("on-call", said.on_call),
        ("in", ", ".join(app.namespaces) + (f" of {', '.join(app.clusters)}" if len(app.clusters) > 1 else "")),
        ("repository", said.repository),
        ("dashboard", said.dashboard),
    ):
        words = [Cell(f"{'  ' if cells else ''}{name} ", Tone.FAINT)]
        words.append(Cell(value) if value else Cell("nobody" if name in ("owner", "on-call") else "–", Tone.QUIET))
        if line_width([*cells, *words]) > width:
            break
        cells += words
    return cells


def _firing(app: App, alerts: Sequence[Alert]) -> list[Line]:
    own = [alert for alert in alerts if alert.fingerprint in app.alerts]
    if not own:
        return []
    cells = [Cell("alerts ", Tone.FAINT)]
    for alert in own:
        acked = f" (acked by {alert.ack.created_by})" if alert.ack is not None else ""
        cells.append(Cell(f"{alert.name} {alert.state.value}{acked}  ", Tone.QUIET if acked else Tone.TEXT))
    return [cells]
