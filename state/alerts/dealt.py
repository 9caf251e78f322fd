"""How alerts were dealt with, in Markdown: how soon taken, how soon over, how much was noise. Pure."""

from collections.abc import Iterable, Sequence

from state.age import age
from state.alerts.markdown import escaped, utc
from state.journal.entry import Entry
from state.journal.lives import SHIFT, WORK_HOURS, AlertLife, Measures, Typical, gaps, measures, often

_MOST = 20
_HEAD = ("| | alerts | MTTA | MTTR | untouched | off hours |", "|---|---:|---|---|---:|---:|")


def dealt_with(said: Measures) -> list[str]:
    """Return what was measured, a line for each number, with what it rests on."""
    began = f"- {said.alerts} alert{'' if said.alerts == 1 else 's'} began"
    lines = [f"{began}, in the {said.watched:.0%} of the time that was watched"]
    lines.append(f"- from start to ack (MTTA): {typical(said.to_ack)}")
    lines.append(f"- from start to resolved (MTTR): {typical(said.to_end)}")
    if said.noise is not None:
        lines.append(f"- noise, over without anybody's ack or silence: {said.noise:.0%} (n = {said.over})")
    if said.off_hours is not None:
        start, end = WORK_HOURS
        lines.append(f"- off hours, begun outside Monday to Friday {start} to {end}: {said.off_hours:.0%}")
    if said.watched:
        lines.append(f"- pages per shift: {said.per_shift:.1f} critical alerts in {SHIFT / 3600:.0f} watched hours")
    return lines


def typical(found: Typical) -> str:
    """Return typical durations in words, with of how many."""
    if found.median is None or found.p95 is None:
        return "none"
    few = "" if found.enough else ", too few to mean anything"
    return f"median {age(found.median)}, 95th percentile {age(found.p95)} (n = {found.count}{few})"


def coverage(beats: Sequence[Entry], since: float, until: float, watched: float) -> str:
    """Return in a sentence when nobody watched. `watched` is the share of the time in which somebody did."""
    missed = gaps(beats, since, until)
    if not missed:
        return "The alerts were watched all the time."
    if watched <= 0:
        return "**Nobody watched the alerts from this machine in this time.**"
    spans = "; ".join(f"{utc(start)} for {age(end - start)}" for start, end in missed[:5])
    more = f" and {len(missed) - 5} more" if len(missed) > 5 else ""
    return f"**Not watched from this machine**: {spans}{more} ({1 - watched:.0%} of the time)."


def told(context: str, found: Sequence[AlertLife], beats: Sequence[Entry], since: float, until: float) -> str:
    """Return the measures of a span, over all, by severity and by the name of the most frequent alerts."""
    said = measures(found, beats, since, until)
    inside = [life for life in found if since <= life.start < until]
    severities = dict.fromkeys(sorted({life.severity for life in inside}))
    by_severity = [(word or "none", [life for life in inside if life.severity == word]) for word in severities]
    names = list(often(inside, since))
    by_name = [(name, [life for life in inside if life.name == name]) for name in names[:_MOST]]
    parts = [
        f"# How alerts were dealt with, {escaped(context)}",
        f"{utc(since)} to {utc(until)}, {age(until - since)}.",
        coverage(beats, since, until, said.watched),
        "\n".join(dealt_with(said)),
        _table("By severity", by_severity, beats, since, until),
        _table("By alert", by_name, beats, since, until),
    ]
    if len(names) > _MOST:
        parts.append(f"And {len(names) - _MOST} more.")
    return "\n\n".join(part for part in parts if part) + "\n"


def _table(
    title: str, groups: Iterable[tuple[str, Sequence[AlertLife]]], beats: Sequence[Entry], since: float, until: float
) -> str:
    rows = [_row(name, measures(lives, beats, since, until)) for name, lives in groups]
    return "\n".join((f"## {title}", "", *_HEAD, *rows)) if rows else ""


def _row(name: str, said: Measures) -> str:
    cells = (
        escaped(name),
        str(said.alerts),
        _short(said.to_ack),
        _short(said.to_end),
        "" if said.noise is None else f"{said.noise:.0%}",
        "" if said.off_hours is None else f"{said.off_hours:.0%}",
    )
    return f"| {' | '.join(cells)} |"


def _short(found: Typical) -> str:
    return "" if found.median is None else f"{age(found.median)} (n = {found.count})"
