"""Silencing alerts, and changing a silence."""

from dataclasses import dataclass
from datetime import datetime

from state.age import age
from state.alerts.client import Alertmanager, Draft
from state.alerts.commands import amtool_line, curl_line
from state.alerts.model import Matcher, Silence
from state.alerts.silencing import as_operation, named, write
from state.alerts.source import Alertmanagers
from state.alerts.wire import WireAlert
from state.alerts.wording import Row, count_of, first, rows
from state.operation import Outcome, Preview, Refused
from state.printable import printable

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
        """Return why not, as far as what leads to Alertmanager tells; its own refusal comes with the write."""
        return self.alertmanagers.permitted()

    def preview(self) -> Preview:
        with as_operation():
            member, draft, hit = self._plan()
        in_place = self.replaces is not None and _in_place(self.replaces, draft)
        amtool, curl = amtool_line(draft, str(member), in_place=in_place), curl_line(draft, str(member))
        now = member.now()
        until = f"{datetime.fromtimestamp(draft.ends):%a %d %b %H:%M}, for {age(draft.ends - now)}"
        lines: list[Row] = [
            *rows("matches", [str(matcher) for matcher in draft.matchers]),
            *rows("until", [until]),
            *rows("says", [draft.comment]),
            *rows("by", [draft.created_by]),
            *rows("holds", first([named(one.labels) for one in hit], _SHOWN)),
            (),
            *rows("amtool", amtool.splitlines()),
            *rows("curl", curl.splitlines()),
        ]
        warnings = []
        if not hit:
            warnings.append("it matches no alert now")
        critical = sum(one.labels.get("severity", "") in _CRITICAL for one in hit)
        if critical:
            warnings.append(f"{critical} of them {'is' if critical == 1 else 'are'} critical")
        if self.replaces is not None and not in_place:
            warnings.append("its matchers change: the old one ends and a new one with another id begins")
        return Preview(tuple(lines), tuple(warnings))

    def run(self) -> Outcome:
        with as_operation():
            member, draft, hit = self._plan()
            written = write(self.alertmanagers, member, draft)
        details = {
            "silence": written.id,
            "comment": written.comment,
            "matchers": ", ".join(printable(str(matcher)) for matcher in written.matchers),
            "alertmanager": str(member),
        }
        until = f"{datetime.fromtimestamp(written.ends):%a %H:%M}"
        done = written.state in ("active", "pending")
        word = f"silenced until {until}, {count_of(len(hit), 'alert')} now"
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


def _in_place(before: Silence, draft: Draft) -> bool:
    return set(before.matchers) == set(draft.matchers)
