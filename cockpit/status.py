"""The top line: where I am, how the sources are, the share, the alerts, the time."""

import time
from collections import Counter
from collections.abc import Sequence

from screens.frame import Status
from state.age import short_age
from state.alerts.model import Alert, AlertState, Severity
from state.cell import Cell, Tone
from state.freshness import Freshness, Health
from state.planning.share import Share, Verdict
from state.printable import printable, shorten_middle
from state.session import Session
from widgets import gauge

Part = tuple[Cell, ...]
_COUNTED = ((Severity.CRITICAL, "✗", Tone.BAD), (Severity.OTHER, "?", Tone.WARN), (Severity.WARNING, "▲", Tone.WARN))
"""What is told in the top line; a severity that nobody has ranked may be the worst."""
_GAUGE = 14
_ERROR, _SHORT_ERROR = 80, 32
"""Cells for why something is not saved. A sentence that does not fit the line at all would not be shown."""
_DOTS = {
    Health.LIVE: ("●", Tone.WELL),
    Health.CONNECTING: ("◌", Tone.QUIET),
    Health.STALE: ("◌", Tone.WARN),
    Health.DENIED: ("✗", Tone.BAD),
    Health.FAILED: ("✗", Tone.BAD),
}


def place_parts(context: str, scope: str, *, protected: bool, read_only: bool, coming: str = "") -> tuple[Part, ...]:
    """Return the left side: the context (red where it is protected) and what is read of it.

    `coming` names the context that one is on the way to.
    """
    name = Cell(context, Tone.BAD if protected else Tone.TEXT)
    where: Part = (Cell("cockpit"), Cell(" ▸ ", Tone.FAINT), name)
    if coming:
        where += (Cell(" ◌ ", Tone.QUIET), Cell(f"{printable(coming)} …", Tone.QUIET))
    words = [Cell("protected", Tone.QUIET)] if protected else []
    parts: list[Part] = [where]
    if read_only:
        parts.append((Cell("READ-ONLY", Tone.WARN),))
    parts += [(word,) for word in words]
    return (*parts, (Cell(scope, Tone.QUIET),))


def source_part(sources: Sequence[tuple[str, Freshness]], now: float, *, narrow: bool = False) -> Part:
    """Return the sources, each with its dot, its age when it is not live, and a word when it is worse than late.

    A live source of which a part is missing has half a dot. Narrow, one that is live is a dot alone.
    """
    cells: list[Cell] = []
    for name, freshness in sources:
        if freshness.health is Health.LIVE and freshness.reason:
            cells += [Cell("  ") if cells else Cell(""), Cell("◐ ", Tone.WARN), Cell(name, Tone.WARN)]
            continue
        if narrow and freshness.health is Health.LIVE:
            cells.append(Cell("● ", Tone.WELL))
            continue
        dot, tone = _DOTS.get(freshness.health, ("◌", Tone.FAINT))
        age = freshness.age(now)
        words = name
        if freshness.health is Health.STALE and age is not None:
            words = f"{name} {short_age(age)}"
        elif freshness.health in (Health.DENIED, Health.FAILED):
            words = f"{name} {freshness.health.value}"
        quiet = freshness.health in (Health.LIVE, Health.CONNECTING)
        cells += [Cell("  ") if cells else Cell(""), Cell(f"{dot} ", tone), Cell(words, Tone.QUIET if quiet else tone)]
    return tuple(cells)


def source_words(name: str, freshness: Freshness) -> str:
    """Return how a source is and why, in one line."""
    if freshness.health is Health.LIVE and freshness.reason:
        return f"{name}: live but for a part: {freshness.reason}"
    return f"{name}: {freshness.health.value} {freshness.reason}".strip()


def share_part(share: Share, floor: float, *, narrow: bool = False) -> Part:
    """Return the MVP's share with its band; narrow, without the picture of it."""
    if share.percent is None:
        return (Cell("MVP ", Tone.QUIET), Cell("–", Tone.PLAN))
    low, high = share.band
    if narrow:
        return (Cell("MVP ", Tone.QUIET), Cell(f"{share.percent:.1f} %", Tone.PLAN))
    line = gauge.share_line(gauge.Share(share.percent, floor, low, high), _GAUGE)
    band = Tone.QUIET if share.verdict is Verdict.IN_BAND else Tone.WARN
    return (
        Cell("MVP ", Tone.QUIET),
        Cell(f"{share.percent:.1f} % ", Tone.PLAN),
        *line,
        Cell(f" of {low:g}–{high:g}", band),
    )


def alert_part(alerts: Sequence[Alert]) -> Part:
    """Return the active alerts by severity; nothing where nothing fires."""
    active = Counter(alert.severity for alert in alerts if alert.state is AlertState.ACTIVE and not alert.of_monitoring)
    cells: list[Cell] = []
    for severity, glyph, tone in _COUNTED:
        if active[severity]:
            cells.append(Cell(f"{' ' if cells else ''}{glyph} {active[severity]}", tone))
    return tuple(cells)


def saved_part(unsaved: int, error: str, *, narrow: bool = False) -> Part:
    """Return what of the board is not durable yet, and why not; nothing where all is."""
    if error:
        words = shorten_middle(error, _SHORT_ERROR if narrow else _ERROR)
        return (Cell(f"unsaved {unsaved}, {words}" if unsaved else words, Tone.BAD),)
    return (Cell(f"unsaved {unsaved}", Tone.WARN),) if unsaved else ()


def journal_part(unsaved: int, error: str, *, narrow: bool = False) -> Part:
    """Return why the journal cannot be written, and how much of it waits; nothing where it can."""
    return saved_part(unsaved, error, narrow=narrow) if error else ()


def status(
    session: Session, left: tuple[Part, ...], floor: float, share: Share | None, now: float, *, narrow: bool
) -> Status:
    """Return the whole top line at a moment; of the right side, the first parts stay longest when it is narrow."""
    alerts = session.alerts.picture.alerts if session.alerts is not None else ()
    clock = time.strftime("%H:%M", time.localtime(now))
    right: tuple[Part, ...] = (
        source_part(session.sources(), now, narrow=narrow),
        alert_part(alerts),
        saved_part(session.desk.unsaved, session.desk.error, narrow=narrow),
        journal_part(session.journal.unsaved, session.journal.error, narrow=narrow),
        share_part(share, floor, narrow=narrow) if share is not None else (),
        (Cell(clock, Tone.QUIET),),
    )
    return Status(left, tuple(part for part in right if part))
