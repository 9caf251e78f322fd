"""An alert as Markdown, for a ticket, a chat or a card. Pure."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from state.age import age
from state.alerts.model import Alert

_SPECIAL = frozenset("\\`*_{}[]<>#|~")
_LINKS = ("runbook_url", "dashboard_url", "runbook", "dashboard")


def escaped(text: str) -> str:
    """Return text of one line that Markdown shows as it is."""
    return "".join(f"\\{letter}" if letter in _SPECIAL else letter for letter in " ".join(text.split()))


def code(text: str) -> str:
    """Return text of one line as code, whatever backticks it holds."""
    shown = " ".join(text.split())
    ticks = "`" * (max((len(run) for run in _runs(shown)), default=0) + 1)
    gap = " " if "`" in shown else ""
    return f"{ticks}{gap}{shown}{gap}{ticks}"


def utc(moment: float) -> str:
    """Return a moment as it is read everywhere: `2026-11-22 16:53 UTC`."""
    return f"{datetime.fromtimestamp(moment, UTC):%Y-%m-%d %H:%M} UTC"


def alert_markdown(alert: Alert, now: float, *, ref: str = "", log: Sequence[str] = ()) -> str:
    """Return an alert with its rule, labels and links, what it is about and the last lines of its log."""
    lines = [
        f"### {escaped(alert.name)} {escaped(alert.where)}".rstrip(),
        "",
        f"- {alert.severity.value}, {alert.state.value} since {utc(alert.since)} ({age(max(0.0, now - alert.since))})",
    ]
    summary = alert.annotation("summary") or alert.annotation("description")
    if summary:
        lines.append(f"- {escaped(summary)}")
    if ref:
        lines.append(f"- about {code(ref)}")
    if alert.ack is not None:
        lines.append(f"- acked by {escaped(alert.ack.created_by)}: {escaped(alert.ack.comment)}")
    if alert.expression:
        value = f" = {alert.value:.4g}" if alert.value is not None else ""
        lines.append(f"- rule {code(alert.expression)}{value}")
    lines.append(f"- labels {code(', '.join(f'{name}={value}' for name, value in alert.labels))}")
    lines += [f"- <{url}>" for url in links(alert)]
    if log:
        fence = "`" * max(3, *(len(run) + 1 for line in log for run in _runs(line)), 3)
        lines += ["", fence, *log, fence]
    return "\n".join(lines) + "\n"


def links(alert: Alert) -> tuple[str, ...]:
    """Return the addresses that go with an alert: runbook, dashboard, its rule's graph."""
    found = [alert.annotation(name).strip() for name in _LINKS]
    found.append(alert.generator_url)
    return tuple(dict.fromkeys(url for url in found if url.startswith(("http://", "https://")) and " " not in url))


def _runs(text: str) -> Iterable[str]:
    """The runs of backticks in a text."""
    run = ""
    for letter in text:
        if letter == "`":
            run += letter
        elif run:
            yield run
            run = ""
    if run:
        yield run
