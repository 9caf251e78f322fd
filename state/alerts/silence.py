"""Silencing alerts, changing that and ending it; what a silence would be on a command line."""

import json
import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from state.age import age
from state.alerts.client import Alertmanager, Draft
from state.alerts.model import AlertPicture, Matcher, Silence
from state.alerts.silencing import as_operation, named, write
from state.alerts.source import Alertmanagers
from state.alerts.wire import WireAlert
from state.cell import Cell, Tone
from state.operation import Outcome, Preview, Refused
from state.printable import printable
from state.rfc3339 import timestamp

ENDS_SOON = 3600.0
"""Seconds before its end at which the inventory says that a silence ends soon."""
_SHOWN = 8
_CRITICAL = ("critical", "page")


@dataclass(frozen=True, slots=True)
class SilenceAlerts:
    """Silence what some matchers hold until a moment; `replaces` is the silence that this one changes."""

    alertmanagers: Alertmanagers
    matchers: tuple[Matcher, ...]
    ends: float
    by: str
    comment: str
    replaces: Silence | None = None
    id: str = "silence"

    @property
    def title(self) -> str:
        word = "Change the silence of" if self.replaces is not None else "Silence"
        return f"{word} {printable(', '.join(map(str, self.matchers)))}{self.alertmanagers.there}"

    @property
    def subject(self) -> str:
        return next((m.value for m in self.matchers if m.name == "alertname" and m.equal and not m.regex), self.title)

    def permitted(self) -> str:
        """Alertmanager cannot be asked; a refusal comes with the write."""
        return ""

    def preview(self) -> Preview:
        with as_operation():
            member, draft, hit = self._plan()
        amtool, curl = amtool_line(draft, str(member)), curl_line(draft, str(member))
        now = member.now()
        until = f"{datetime.fromtimestamp(draft.ends):%a %d %b %H:%M}, for {age(draft.ends - now)}"
        lines: list[tuple[Cell, ...]] = [
            *_rows("matches", [str(matcher) for matcher in draft.matchers]),
            *_rows("until", [until]),
            *_rows("says", [draft.comment]),
            *_rows("by", [draft.created_by]),
            *_rows("holds", _first([named(one.labels) for one in hit])),
            (),
            *_rows("amtool", amtool.splitlines()),
            *_rows("curl", curl.splitlines()),
        ]
        warnings = []
        if not hit:
            warnings.append("it matches no alert now")
        critical = sum(one.labels.get("severity", "") in _CRITICAL for one in hit)
        if critical:
            warnings.append(f"{critical} of them {'is' if critical == 1 else 'are'} critical")
        if self.replaces is not None and not _in_place(self.replaces, draft):
            warnings.append("its matchers change: the old one ends and a new one with another id begins")
        return Preview(tuple(lines), tuple(warnings))

    def run(self) -> Outcome:
        with as_operation():
            member, draft, hit = self._plan()
            written = write(member, draft)
        details = {
            "silence": written.id,
            "comment": written.comment,
            "matchers": ", ".join(printable(str(matcher)) for matcher in written.matchers),
            "alertmanager": str(member),
        }
        until = f"{datetime.fromtimestamp(written.ends):%a %H:%M}"
        done = written.state in ("active", "pending")
        word = f"silenced until {until}, {len(hit)} alert{'' if len(hit) == 1 else 's'} now"
        return Outcome(done, word if done else f"the silence is {printable(written.state)}", details)

    def _plan(self) -> tuple[Alertmanager, Draft, tuple[WireAlert, ...]]:
        by, comment = printable(self.by).strip(), printable(self.comment).strip()
        if not by:
            raise Refused("a silence needs a name: say who you are")
        if not comment:
            raise Refused("a silence needs a comment: say why")
        # The server's own matching decides what the silence will hold, so it is the one that counts.
        member, hit = self.alertmanagers.with_live(lambda one: one.alerts(self.matchers))
        now = member.now()
        if self.ends <= now:
            raise Refused("its end is over already")
        before = self.replaces
        if before is None:
            return member, Draft(self.matchers, now, self.ends, by, comment), hit
        current = member.silence(before.id)
        if current.state == "expired":
            raise Refused("this silence has ended: make a new one")
        if (current.ends, current.comment) != (before.ends, before.comment):
            raise Refused(f"{current.created_by} has changed this silence since you looked: look again")
        starts = current.starts if set(current.matchers) == set(self.matchers) else now
        return member, Draft(self.matchers, starts, self.ends, by, comment, before.id), hit


@dataclass(frozen=True, slots=True)
class ExpireSilences:
    """End silences before their time."""

    alertmanagers: Alertmanagers
    silences: tuple[Silence, ...]
    id: str = "expire-silence"

    @property
    def title(self) -> str:
        if len(self.silences) > 1:
            return f"End {len(self.silences)} silences"
        return f"End the silence of {printable(', '.join(map(str, self.silences[0].matchers)))}"

    @property
    def subject(self) -> str:
        return ", ".join(silence.id for silence in self.silences)

    def permitted(self) -> str:
        """Alertmanager cannot be asked; a refusal comes with the write."""
        return ""

    def preview(self) -> Preview:
        with as_operation():
            _, alerts = self.alertmanagers.with_live(lambda one: one.alerts())
        ids = {silence.id for silence in self.silences}
        # Those that another silence holds too stay silent.
        freed = [a for a in alerts if a.status.silenced_by and set(a.status.silenced_by) <= ids]
        lines: list[tuple[Cell, ...]] = []
        for silence in self.silences[:_SHOWN]:
            lines += _rows("ends", [f"{', '.join(map(str, silence.matchers))}  {silence.comment}"])
        if len(self.silences) > _SHOWN:
            lines += _rows("", [f"and {len(self.silences) - _SHOWN} more"])
        return Preview((*lines, *_rows("frees", _first([named(one.labels) for one in freed]))))

    def run(self) -> Outcome:
        ended: list[str] = []
        with as_operation():
            for silence in self.silences:
                member, current = self.alertmanagers.with_live(lambda one, id_=silence.id: one.silence(id_))  # type: ignore[misc]
                if current.state != "expired":
                    member.expire(silence.id)
                ended.append(silence.id)
        count = len(ended)
        return Outcome(True, f"{count} silence{'' if count == 1 else 's'} ended", {"silences": ", ".join(ended)})


@dataclass(frozen=True, slots=True)
class Kept:
    """A silence of the inventory: how many alerts it holds now, and what there is to say of it."""

    silence: Silence
    holds: int
    remarks: tuple[str, ...]


def inventory(picture: AlertPicture, now: float) -> tuple[Kept, ...]:
    """Return all silences that have not ended, the next to end first, with what is odd about each."""
    held: dict[str, int] = {}
    for alert in picture.alerts:
        for silence in alert.silences:
            held[silence.id] = held.get(silence.id, 0) + 1
    found = []
    for silence in picture.silences:
        holds, remarks = held.get(silence.id, 0), []
        if silence.state == "pending":
            remarks.append("not yet")
        elif not holds:
            remarks.append("matches nothing")
        if silence.ends - now < ENDS_SOON and silence.state == "active":
            remarks.append("ends soon")
        found.append(Kept(silence, holds, tuple(remarks)))
    return tuple(sorted(found, key=lambda kept: (kept.silence.ends, kept.silence.id)))


def amtool_line(draft: Draft, url: str) -> str:
    """Return the amtool command that makes the same silence, a word a line."""
    words = ["amtool", "silence", "add", f"--alertmanager.url={url}", f"--author={draft.created_by}"]
    words += [f"--comment={draft.comment}", f"--end={_utc(draft.ends)}", *map(_matcher_text, draft.matchers)]
    return _command(words)


def curl_line(draft: Draft, url: str) -> str:
    """Return the curl command that makes the same silence, a word a line and its body on several."""
    body = json.dumps(draft.body(), ensure_ascii=False, indent=1)
    at = f"{url.rstrip('/')}/api/v2/silences"
    return _command(["curl", "-sS", "-H", "Content-Type: application/json", at, "-d", body])


def _command(words: Sequence[str]) -> str:
    return " \\\n  ".join(map(shlex.quote, words))


def _in_place(before: Silence, draft: Draft) -> bool:
    return set(before.matchers) == set(draft.matchers)


def _matcher_text(matcher: Matcher) -> str:
    sign = {(False, True): "=", (True, True): "=~", (False, False): "!=", (True, False): "!~"}
    value = matcher.value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'{matcher.name}{sign[matcher.regex, matcher.equal]}"{value}"'


def _utc(moment: float) -> str:
    return timestamp(moment)


def _rows(title: str, values: Sequence[str]) -> list[tuple[Cell, ...]]:
    return [
        (Cell(f"{'' if place else title:<8} ", Tone.QUIET), Cell(printable(value)))
        for place, value in enumerate(values)
    ]


def _first(names: list[str]) -> list[str]:
    shown = sorted(names)[:_SHOWN]
    if len(names) > _SHOWN:
        shown.append(f"and {len(names) - _SHOWN} more")
    return [f"{len(names)} alert{'' if len(names) == 1 else 's'} now", *shown]
