"""Acknowledging: "I am on it" as a silence that others see, and taking that back."""

from dataclasses import dataclass

from state.age import age
from state.alerts.client import Alertmanager, Draft
from state.alerts.model import Alert, Silence
from state.alerts.settings import VOLATILE
from state.alerts.silencing import as_operation, clock_time, described, expire, lasting_matchers, named, write
from state.alerts.source import Alertmanagers
from state.alerts.wire import WireAlert
from state.alerts.wording import first, rows
from state.operation import Outcome, Preview, Refused
from state.printable import printable

PREFIX = "ACK!"
"""How the comment of an ack begins; karma and kthxbye write the same."""
LASTING = 15 * 60.0
LONGEST = 24 * 3600.0
"""Seconds after which an ack is extended no more, unless said otherwise: somebody has to say it again."""
_SHOWN = 5
_COARSE = 2.0


@dataclass(frozen=True, slots=True)
class _Plan:
    member: Alertmanager
    draft: Draft
    matched: tuple[WireAlert, ...]
    others: tuple[str, ...]
    """The silences of somebody else that hold the alert already."""
    left_out: tuple[str, ...]
    """Labels of the alert that the silence does not hold on to."""


@dataclass(frozen=True, slots=True)
class Ack:
    """Silence one alert for a quarter of an hour in somebody's name."""

    alertmanagers: Alertmanagers
    alert: Alert
    by: str
    note: str = ""
    lasting: float = LASTING
    longest: float = LONGEST
    """Seconds after which nobody extends it any more."""
    volatile: tuple[str, ...] = VOLATILE
    """Labels whose values change while the alert goes on."""
    id: str = "ack"

    @property
    def title(self) -> str:
        return f"Ack {described(self.alert)}"

    @property
    def subject(self) -> str:
        return self.alert.fingerprint

    def permitted(self) -> str:
        """Return why not, as far as what leads to Alertmanager tells; its own refusal comes with the write."""
        return self.alertmanagers.permitted()

    def preview(self) -> Preview:
        with as_operation():
            plan = self._plan()
        count = len(plan.matched)
        until = f"{clock_time(plan.draft.ends)}, extended while the alert lives and a cockpit runs"
        lines = [
            *rows("matches", [str(matcher) for matcher in plan.draft.matchers]),
            *rows("any", [", ".join(plan.left_out)] if plan.left_out else []),
            *rows("until", [until, f"for {age(self.longest)} at most"]),
            *rows("says", [plan.draft.comment]),
            *rows("by", [plan.draft.created_by]),
            *rows("holds", first([named(one.labels) for one in plan.matched], _SHOWN)),
        ]
        more = [f"it holds {count} alerts, not this one alone"] if count > 1 else []
        return Preview(tuple(lines), (*more, *plan.others))

    def run(self) -> Outcome:
        with as_operation():
            plan = self._plan()
            written = write(self.alertmanagers, plan.member, plan.draft)
        details = {
            "silence": written.id,
            "comment": written.comment,
            "matchers": ", ".join(printable(str(matcher)) for matcher in written.matchers),
            "alertmanager": str(plan.member),
        }
        if written.state != "active":
            return Outcome(False, f"the silence for {described(self.alert)} is {printable(written.state)}", details)
        until = clock_time(written.ends)
        return Outcome(True, f"{described(self.alert)} is acknowledged by {written.created_by} until {until}", details)

    def _plan(self) -> _Plan:
        by = printable(self.by).strip()
        if not by:
            raise Refused("an ack needs a name: say who you are")
        member, alerts = self.alertmanagers.with_live(lambda one: one.alerts())
        alert = next((one for one in alerts if one.fingerprint == self.alert.bare_fingerprint), None)
        if alert is None:
            raise Refused(f"Alertmanager has no {described(self.alert)}: it has ended or has not arrived")
        others = []
        for silence in (member.silence(id_) for id_ in alert.status.silenced_by):
            if silence.is_ack and silence.created_by == by:
                raise Refused(f"you are on {described(self.alert)} already, until {clock_time(silence.ends)}")
            what = "is on it already" if silence.is_ack else "silenced it"
            others.append(f"{silence.created_by} {what}: {silence.comment}")
        matchers = lasting_matchers(alert.labels, self.volatile)
        now = member.now()
        draft = Draft(matchers, now, now + self.lasting, by, f"{PREFIX} {printable(self.note).strip() or 'on it'}")
        kept = {matcher.name for matcher in matchers}
        left_out = tuple(name for name in sorted(alert.labels) if name in self.volatile and name not in kept)
        # The server's own matching decides what the silence will hold, so it is the one that counts.
        return _Plan(member, draft, member.alerts(matchers), tuple(others), left_out)


@dataclass(frozen=True, slots=True)
class Unack:
    """End an ack before its time, so that its alerts notify again."""

    alertmanagers: Alertmanagers
    silence: Silence
    id: str = "unack"

    @property
    def title(self) -> str:
        name = next((matcher.value for matcher in self.silence.matchers if matcher.name == "alertname"), "")
        return f"End the ack of {printable(name) or 'an alert'} by {self.silence.created_by}"

    @property
    def subject(self) -> str:
        return self.silence.id

    def permitted(self) -> str:
        """Return why not, as far as what leads to Alertmanager tells; its own refusal comes with the write."""
        return self.alertmanagers.permitted()

    def preview(self) -> Preview:
        with as_operation():
            member, silence = self._current()
            held = [one for one in member.alerts() if silence.id in one.status.silenced_by]
        lines = (
            *rows("matches", [str(matcher) for matcher in silence.matchers]),
            *rows("says", [silence.comment]),
            *rows("by", [silence.created_by]),
            *rows("frees", first([named(one.labels) for one in held], _SHOWN)),
        )
        return Preview(lines)

    def run(self) -> Outcome:
        with as_operation():
            member, silence = self._current()
            expire(self.alertmanagers, member, silence.id)
            _, after = self.alertmanagers.with_live(lambda one: one.silence(silence.id))
        # Its end is the moment of the request, which for a coarse clock may not be over yet.
        done = after.state == "expired" or after.ends <= member.now() + _COARSE
        summary = f"the ack by {silence.created_by} has ended" if done else f"the silence is {printable(after.state)}"
        return Outcome(done, summary, {"silence": silence.id, "alertmanager": str(member)})

    def _current(self) -> tuple[Alertmanager, Silence]:
        member, silence = self.alertmanagers.with_live(lambda one: one.silence(self.silence.id))
        if silence.state == "expired":
            raise Refused("this ack has ended already")
        return member, silence
