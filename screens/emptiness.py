"""Which empty an empty list is: nothing there, not here yet, not allowed, never reached, not asked."""

from state.age import short_age
from state.cell import Cell, Tone
from state.freshness import Freshness, Health
from widgets.cell_lines import Line


def stale_note(freshness: Freshness, now: float) -> str:
    """Return what a title adds when the values are old: `stale 42s`; empty while they are live."""
    if freshness.health in (Health.LIVE, Health.OFF, Health.CONNECTING):
        return ""
    age = freshness.age(now)
    return f"{freshness.health.value} {short_age(age)}" if age is not None else freshness.health.value


def emptiness(freshness: Freshness, now: float, none: str, so_far: int = 0, how: str = "") -> list[Line]:
    """Return the lines that stand where rows would. `none` says what there is none of, `how` how to configure it."""
    health, reason = freshness.health, freshness.reason
    age = freshness.age(now)
    if health is Health.LIVE:
        asked = f"asked {short_age(age)} ago" if age is not None else ""
        return [(Cell("✓ ", Tone.WELL), Cell(none, Tone.QUIET), Cell(f"  {asked}", Tone.FAINT))]
    if health is Health.CONNECTING:
        count = f", {so_far} so far" if so_far else ""
        return [(Cell("◌ ", Tone.QUIET), Cell(f"loading{count} …", Tone.QUIET))]
    if health is Health.OFF:
        said = ("not configured", Tone.QUIET), (reason, Tone.QUIET), (how, Tone.FAINT)
        return [(Cell(text, tone),) for text, tone in said if text]
    if health is Health.DENIED:
        return [(Cell("✗ ", Tone.BAD), Cell("denied", Tone.BAD)), (Cell(reason, Tone.QUIET),)]
    word = "never reached" if age is None else f"last answer {short_age(age)} ago"
    return [(Cell("▲ ", Tone.WARN), Cell(word, Tone.WARN)), (Cell(reason, Tone.QUIET),)]
