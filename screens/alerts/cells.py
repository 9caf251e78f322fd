"""Alerts, groups of them and past ones as the cells of a line."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from screens.panes.alerts import GLYPHS, TONES
from state.age import age, short_age
from state.alerts.grouping import GroupKey
from state.alerts.listing import ALL, AlertListing, Group, Look
from state.alerts.model import Alert, AlertPicture, AlertState, Severity
from state.alerts.order import STATES, rank_order
from state.alerts.week import Week
from state.cell import BLANK, Cell, Tone
from state.journal.lives import AlertLife
from widgets.grid_model import GridColumn

COLUMNS = (
    GridColumn("", 1, importance=0),
    GridColumn("SEVERITY", 8, importance=4),
    GridColumn("NAME", 24, importance=0),
    GridColumn("WHERE", 24, grows=True, middle=True, importance=1),
    GridColumn("STATE", 9, importance=2),
    GridColumn("WHO", 11, importance=3),
    GridColumn("VALUE", 6, right=True, importance=6, ticks=True),
    GridColumn("SUMMARY", 28, grows=True, importance=5),
    GridColumn("WEEK", 4, right=True, importance=3),
    GridColumn("AGE", 4, right=True, importance=1, ticks=True),
)
_NOTHING = "none said"
TOLD = "p"
"""Behind a count of the week of which Prometheus told a part: nobody watched from here then."""
HEADERS = tuple(column.header for column in COLUMNS)
_ENDINGS = {"resolved": "over", "lost": "lost", "unseen": "over"}


def severity_word(alert: Alert) -> str:
    """Return the word for an alert's severity; what nobody has ranked has its own."""
    own = alert.label("severity") or _NOTHING
    return own if alert.severity is Severity.OTHER else alert.severity.value


def alert_cells(alert: Alert, now: float, names: Mapping[str, str], week: Week) -> tuple[Cell, ...]:
    """Return an alert's line at a moment in seconds since the epoch; `names` are all alerts' by fingerprint."""
    firing = alert.state is AlertState.ACTIVE
    tone = TONES.get(alert.severity, Tone.QUIET) if firing else Tone.QUIET
    glyph = GLYPHS.get(alert.severity, "●") if firing else "●" if alert.state is AlertState.ACKED else "◌"
    return (
        Cell(glyph, tone),
        Cell(severity_word(alert), tone),
        Cell(alert.name, Tone.TEXT if firing else Tone.QUIET),
        Cell(alert.place, _tone_of_place(alert)),
        Cell(alert.state.value, Tone.QUIET),
        Cell(_kept_quiet_by(alert, names), Tone.QUIET),
        Cell(f"{alert.value:.3g}" if alert.value is not None else "", Tone.QUIET),
        Cell(alert.annotation("summary"), Tone.QUIET),
        _week(alert, now, week),
        Cell(short_age(now - alert.since), Tone.QUIET),
    )


def _tone_of_place(alert: Alert) -> Tone:
    # What is not about an object of this context steps back.
    return Tone.FAINT if alert.elsewhere else Tone.QUIET


def group_cells(key: GroupKey, group: Group) -> tuple[Cell, ...]:
    """Return a group's line: what its alerts share, how many there are, how bad the worst is."""
    worst, count = group.worst, len(group.alerts)
    by_state = group.by_state
    active = by_state.get(AlertState.ACTIVE, 0)
    tone = TONES.get(worst.severity, Tone.QUIET) if active else Tone.QUIET
    firing = [f"{number} {severity.value}" for severity, number in _worst_first(group.by_severity)]
    quiet = [
        f"{by_state[state]} {state.value}" for state in STATES if state in by_state and state is not AlertState.ACTIVE
    ]
    return (
        Cell("▸" if group.folded else "▾", tone),
        Cell(severity_word(worst), tone),
        Cell(group.name or f"no {key.by.title}", Tone.FOCUS),
        Cell(f"{count} alert{'' if count == 1 else 's'}{f', {active} active' if active else ''}", Tone.QUIET),
        BLANK,
        BLANK,
        BLANK,
        Cell(", ".join([*firing, *quiet]), Tone.QUIET),
        BLANK,
        BLANK,
    )


def past_cells(life: AlertLife, now: float) -> tuple[Cell, ...]:
    """Return the line of an alert that is over, with how surely that is known."""
    ended = life.ended if life.ended is not None else now
    lasted = f"lasted {age(ended - life.start)}"
    surely = "" if life.ending == "resolved" else ", its end was not seen"
    return (
        Cell("✓" if life.ending == "resolved" else "◌", Tone.FAINT),
        Cell(life.severity, Tone.QUIET),
        Cell(life.name),
        Cell(life.where, Tone.QUIET),
        Cell(_ENDINGS.get(life.ending, life.ending), Tone.QUIET),
        Cell(life.by, Tone.QUIET),
        BLANK,
        Cell(f"{lasted}{surely}", Tone.QUIET),
        BLANK,
        Cell(short_age(now - ended), Tone.QUIET),
    )


def title(picture: AlertPicture, look: Look, listing: AlertListing, *, filtered: bool) -> str:
    """Return how many alerts there are of each state, and which of them are shown. What only says that monitoring
    runs is shown and never counted."""
    counts = Counter(alert.state for alert in picture.alerts if not alert.of_monitoring)
    words = [f"{counts[state]} {state.value}" for state in STATES if counts[state]]
    if look.view != ALL:
        words.append(f"showing {len(listing.alerts)} {look.view}")
    elif filtered:
        words.append(f"showing {len(listing.alerts)}")
    if look.by.what:
        words.append(f"by {look.by.title}")
    return " · ".join(words)


def unranked(alerts: Iterable[Alert]) -> str:
    """Return in words which severities nobody has ranked; empty when all are ranked or not said at all."""
    odd = Counter(alert.label("severity") for alert in alerts if alert.severity is Severity.OTHER)
    words = ", ".join(repr(word) for word, _ in odd.most_common(3) if word)
    return f"severity {words} is not ranked" if words else ""


def _worst_first(counts: Mapping[Severity, int]) -> Sequence[tuple[Severity, int]]:
    return sorted(counts.items(), key=lambda pair: rank_order(pair[0]))


def _kept_quiet_by(alert: Alert, names: Mapping[str, str]) -> str:
    """Who has it, or who or what keeps it quiet."""
    if alert.ack is not None:
        return alert.ack.created_by
    if alert.silences:
        return alert.silences[0].created_by
    if alert.inhibited_by:
        return f"by {next((names[one] for one in alert.inhibited_by if one in names), 'one not here')}"
    if alert.was is not None:
        return f"was {alert.was.created_by}"
    return ", ".join(alert.muted_by)


def _week(alert: Alert, now: float, week: Week) -> Cell:
    if alert.of_monitoring:
        return BLANK
    count = week.count(alert, now)
    if not count.number:
        return BLANK
    words = f"{'~' if count.flapping else ''}{count.number}{TOLD if count.told else ''}"
    return Cell(words, Tone.WARN if count.flapping else Tone.QUIET)
