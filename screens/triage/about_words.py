"""What triage says of the object that an alert is about, and of the alerts beside it, in lines of cells."""

from collections.abc import Sequence
from textwrap import wrap

from screens.triage.words import TONES
from state.age import short_age
from state.alerts.model import Alert, AlertState
from state.alerts.triage.about import About
from state.cell import Cell, Tone
from state.cluster.kinds.deployments import DeploymentRow
from state.cluster.kinds.nodes import NodeRow
from state.cluster.kinds.pod_row import PodRow
from state.printable import shorten_middle
from widgets.cell_lines import Bold, Line


def about_lines(found: About, now: float, width: int) -> list[Line]:
    """Return what the alert is about: object, release, pods."""
    ref = found.ref
    if ref is None or found.subject is None:
        return [(Cell(line, Tone.QUIET),) for line in wrap(found.nowhere, width)]
    kind = ref.group_kind.kind
    guess = "  a guess, by its name" if found.subject.guess else ""
    lines: list[Line] = [(Bold(f"{kind} {ref.path}"), Cell(_counts(found)), Cell(guess, Tone.WARN))]
    if found.app is not None:
        team = f" of {found.app.team}" if found.app.team else ""
        lines.append(
            (Cell("app ", Tone.QUIET), Cell(f"{found.app.name}{team}"), Cell(f"  {found.app.reason}", Tone.QUIET))
        )
    if found.releases:
        lines.append(_release_line(found, now))
    if isinstance(found.row, NodeRow):
        pressures = ", ".join(found.row.pressures)
        lines.append((Cell(pressures or found.row.reason or "ready", Tone.BAD if pressures else Tone.QUIET),))
    for pod, row in found.pods:
        lines.append(_pod_line(pod.name, row, now, width))
    return lines


def related_lines(alerts: Sequence[Alert], held_by: Sequence[Alert], now: float) -> list[Line]:
    """Return the alerts that inhibit this one, and the others of its app."""
    lines: list[Line] = [
        (Cell("held by ", Tone.QUIET), Cell(f"{one.name} {one.where}"), Cell(" it is not notified", Tone.QUIET))
        for one in held_by
    ]
    for one in alerts:
        active = one.state is AlertState.ACTIVE
        tone = TONES.get(one.severity, Tone.QUIET) if active else Tone.QUIET
        glyph = {Tone.BAD: "✗", Tone.WARN: "▲"}.get(tone, "●" if one.ack else "◌")
        word = "" if active else f"  {one.state.value}"
        ago = short_age(now - one.since)
        lines.append((Cell(f"{glyph} ", tone), Cell(one.name), Cell(f"  {ago}{word}  {one.where}", Tone.QUIET)))
    return lines


def _release_line(found: About, now: float) -> Line:
    newest = found.releases[0]
    before = found.releases[1] if len(found.releases) > 1 else None
    if before is None:
        words = f"{newest.version}"
    elif newest.created < before.created:
        words = f"{before.version} → {newest.version} back again"
    else:
        words = f"{before.version} → {newest.version}"
    when = "" if before is not None and newest.created < before.created else f"  {short_age(now - newest.created)} ago"
    recent = now - newest.created < 3600
    return (
        Cell("release ", Tone.QUIET),
        Cell(words, Tone.WARN if recent and before else Tone.TEXT),
        Cell(when, Tone.QUIET),
    )


def _pod_line(name: str, row: PodRow, now: float, width: int) -> Line:
    bad = row.ready < row.total
    restarts = f" ×{row.restarts}" if row.restarts else ""
    words = f"{row.status}{restarts}"
    room = max(12, width - len(words) - 10)
    return (
        Cell("✗ " if bad else "✓ ", Tone.BAD if bad else Tone.FAINT),
        Cell(shorten_middle(name, room), Tone.TEXT if bad else Tone.QUIET),
        Cell(f"  {words}", Tone.BAD if bad else Tone.FAINT),
        Cell(f"  {short_age(now - row.created)}", Tone.QUIET),
    )


def _counts(found: About) -> str:
    row = found.row
    if isinstance(row, DeploymentRow):
        return f"  {row.ready}/{row.wanted}"
    ready = sum(row.ready >= row.total for _, row in found.pods)
    return f"  {ready}/{len(found.pods)}" if found.pods else ""
