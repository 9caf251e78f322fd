"""What became of a card's alert, in lines for the card."""

from datetime import datetime

from state.age import age
from state.alerts.card import ABSENT_DAYS
from state.alerts.card_life import DAY, AlertSince
from state.cell import Cell, Tone
from state.printable import printable
from widgets.cell_lines import Line


def alert_life_lines(found: AlertSince | None, now: float) -> list[Line]:
    """Return whether the alert fires, how often it came back and for how long it has been absent."""
    if found is None:
        return []
    name = Cell(f"{printable(found.source.name)} ", Tone.TEXT)
    times = f"it began again {_times(found.again)} since this card" if found.again else ""
    if found.firing is not None:
        word = "fires again" if found.again else "fires"
        head: Line = (Cell("✗ ", Tone.BAD), name, Cell(f"{word} since {age(now - found.firing)}", Tone.BAD))
        return [head, *([(Cell(f"  {times}", Tone.QUIET),)] if found.again > 1 else [])]
    days = found.absent / DAY
    glyph = Cell("✓ ", Tone.WELL) if found.mended else Cell("◌ ", Tone.QUIET)
    said = f"has been absent for {_days(days)} of {ABSENT_DAYS} days, last seen {_moment(found.last)}"
    lines: list[Line] = [(glyph, name, Cell(said, Tone.WELL if found.mended else Tone.QUIET))]
    if times:
        lines.append((Cell(f"  {times}", Tone.QUIET),))
    if found.watched < 0.995:
        lines.append((Cell(f"  watched from this machine for {found.watched:.0%} of that time", Tone.WARN),))
    return lines


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"


def _days(days: float) -> str:
    return f"{min(days, ABSENT_DAYS):.1f}".removesuffix(".0")


def _moment(moment: float) -> str:
    return f"{datetime.fromtimestamp(moment):%a %d %b %H:%M}"
