"""What the log screen says in words: which container, what of its log, and which empty an empty log is."""

from dataclasses import dataclass

from screens.emptiness import emptiness, stale_note
from state.cell import Cell, Tone
from state.cluster.containers import ContainerState
from state.freshness import Freshness, Health
from widgets.cell_lines import Bold, Line, line_width
from widgets.cell_text import cut

_NARROWEST_NAME = 12


@dataclass(frozen=True, slots=True)
class LogStatus:
    """All that the words depend on."""

    name: str
    """The pod, `namespace/name`, or what the pods are."""
    container: str
    """Whose log it is: a container, or `3 pods`; empty while that is not known."""
    previous: bool
    following: bool
    part: str
    """Which part of the log is read, in words: `newest 1000`, `last 5m`."""
    freshness: Freshness
    ended: bool
    """Whether no more lines will come."""
    gone: bool
    state: ContainerState
    lines: int
    """Lines of the log that came."""
    filter: str = ""
    matched: int = 0
    more: bool = False
    """Whether there is more of the log than is kept from its beginning."""
    level: str = ""
    """The lowest level that is shown, as `warn+`."""
    context: int = 0
    """Lines shown around each that matches."""
    masked: int = 0
    """Secrets that are covered."""
    revealed: int = 0
    """Names of secrets that are shown."""
    refused: int = 0
    """Logs that are not followed because there are too many."""
    limit: int = 0
    marked: int = 0


def title(status: LogStatus, width: int, now: float) -> Line:
    """Return the line above the log, with the pod's name cut so that the rest has its place."""
    rest: list[Cell] = []
    if status.container:
        rest += [Cell(f" · {status.container}"), Cell(f" · {_mode(status)}", Tone.QUIET)]
    trouble, tone = _trouble(status, now)
    if trouble and status.lines:
        rest.append(Cell(f" · {trouble}", tone))
    if status.refused:
        rest.append(Cell(f" · ▲ {status.refused} refused, at most {status.limit}", Tone.WARN))
    if status.filter or status.level:
        sought = " ".join(filter(None, (f"/{status.filter}/" if status.filter else "", status.level)))
        around = f" ±{status.context}" if status.context else ""
        rest.append(Cell(f" · {sought}{around} {status.matched} of {status.lines}", Tone.FOCUS))
    if status.marked:
        rest.append(Cell(f" · • {status.marked} marked", Tone.FOCUS))
    if status.revealed:
        rest.append(Cell(" · secrets shown", Tone.WARN))
    if status.masked:
        rest.append(Cell(f" · {status.masked} masked", Tone.QUIET))
    rest.append(Cell(f" · {status.part}{', there are more' if status.more else ''}", Tone.FAINT))
    room = max(_NARROWEST_NAME, width - line_width(rest) - len("logs "))
    return (Cell("logs ", Tone.QUIET), Bold(cut(status.name, room, middle=True)), *rest)


def why_empty(status: LogStatus, now: float) -> list[Line]:
    """Return the lines that stand where the log would; none when there is something to show."""
    if status.lines:
        if (status.filter or status.level) and not status.matched:
            return [(Cell(f"none of {status.lines} lines {_wanted(status)}", Tone.QUIET),)]
        return []
    health = status.freshness.health
    if status.gone:
        return [(Cell("✗ ", Tone.BAD), Cell("the pod is gone, and its log with it", Tone.QUIET))]
    if health is Health.DENIED:
        return emptiness(status.freshness, now, "")
    if status.previous and status.ended:
        if status.freshness.reason:
            return [
                (Cell("no run before this one", Tone.QUIET), Cell("  p shows the current one", Tone.FAINT)),
                (Cell(status.freshness.reason, Tone.FAINT),),
            ]
        return [(Cell("the run before wrote nothing", Tone.QUIET),)]
    if status.state.phase == "waiting" and health is not Health.CONNECTING:
        return _waiting(status.state)
    if health is Health.LIVE:
        if status.freshness.reason:
            return [(Cell("the container ended and wrote nothing", Tone.QUIET), *_before(status.state))]
        part = f" in the {status.part}" if status.part.startswith("last") else " yet"
        return [(Cell("◌ ", Tone.QUIET), Cell(f"no line{part}", Tone.QUIET), *_before(status.state))]
    return emptiness(status.freshness, now, "")


def _mode(status: LogStatus) -> str:
    run = "previous run" if status.previous else ""
    following = "" if status.ended else "following" if status.following else "not following"
    return ", ".join(part for part in (run, following) if part) or "ended"


def _trouble(status: LogStatus, now: float) -> tuple[str, Tone]:
    health, reason = status.freshness.health, status.freshness.reason
    if status.gone:
        return "▲ the pod is gone", Tone.WARN
    if health is Health.DENIED:
        return f"✗ denied: {reason}", Tone.BAD
    if health is Health.LIVE and reason and not status.ended:
        if status.state.phase == "waiting":
            return f"▲ {status.state.words}", Tone.WARN
        if status.state.phase == "terminated":
            return f"◌ ended: {status.state.words}", Tone.QUIET
        return f"◌ {reason}", Tone.QUIET
    note = stale_note(status.freshness, now)
    return (f"▲ {note}: {reason}" if reason else f"▲ {note}", Tone.WARN) if note else ("", Tone.QUIET)


def _waiting(state: ContainerState) -> list[Line]:
    if state.ran_before or state.reason == "CrashLoopBackOff":
        return [
            (Cell("▲ ", Tone.WARN), Cell(f"no line yet: waiting to start again, {state.words}", Tone.WARN)),
            (Cell("p", Tone.FOCUS), Cell(" shows what the run before wrote", Tone.QUIET)),
        ]
    return [(Cell("◌ ", Tone.QUIET), Cell(f"the container has not started: {state.words}", Tone.QUIET))]


def _before(state: ContainerState) -> Line:
    return (Cell("  p", Tone.FOCUS), Cell(" shows the run before", Tone.QUIET)) if state.ran_before else ()


def _wanted(status: LogStatus) -> str:
    text = status.filter
    words = f"is without {text[1:]!r}" if text.startswith("!") else f"matches {text!r}" if text else ""
    return " and ".join(filter(None, (words, f"is {status.level}" if status.level else "")))
