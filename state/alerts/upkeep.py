"""Keeping acks up: each is extended while its alert lives and ended when it is over, by one cockpit alone."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from state.age import age
from state.alerts.ack import LASTING, LONGEST, Unack
from state.alerts.client import Alertmanager, Draft
from state.alerts.model import AlertPicture, Silence
from state.alerts.silencing import as_operation, clock_time, write
from state.alerts.source import Alertmanagers
from state.cell import Cell
from state.operation import Outcome, Preview, Refused

RENEW_BEFORE = 5 * 60.0
"""Seconds before its end at which an ack is extended where it was made."""
ELSEWHERE_BEFORE = 3 * 60.0
"""The same for one that this machine did not make: the one that did comes first."""
OTHERS_BEFORE = 60.0
"""The same for one that somebody else was seen to extend, such as kthxbye: it is theirs until they fail to."""
GRACE = 2 * 60.0
"""Seconds without an alert before an ack is ended, so that a flapping alert stays acknowledged."""
_LEFT = 2.0
"""Seconds of life below which an ack is not extended: it may have ended when the words arrive."""


def own_acks(picture: AlertPicture, by: str) -> tuple[Silence, ...]:
    """Return the acks of `by` that hold now."""
    return tuple(s for s in picture.silences if s.is_ack and s.created_by == by and s.state == "active")


def renew_due(silence: Silence, now: float, longest: float = LONGEST, before: float = RENEW_BEFORE) -> bool:
    """Return whether an ack has to be extended now, `before` so many seconds of its end, provided its alert lives."""
    return (
        silence.is_ack
        and silence.state == "active"
        and now < silence.ends <= now + before
        and silence.starts + longest > silence.ends
    )


@dataclass(frozen=True, slots=True)
class Watched:
    """What was seen of an ack: when it ends, since when it holds no alert, whether somebody else extends it."""

    ends: float
    idle: float | None = None
    others: bool = False


@dataclass(frozen=True, slots=True)
class Duties:
    """What is to be done for one's own acks. `watched` is what was seen of each; hand it back next time."""

    extend: tuple[Silence, ...] = ()
    end: tuple[Silence, ...] = ()
    watched: Mapping[str, Watched] = field(default_factory=dict)


def duties(
    picture: AlertPicture,
    by: str,
    now: float,
    watched: Mapping[str, Watched] | None = None,
    written: Mapping[str, float] | None = None,
    longest: float = LONGEST,
) -> Duties:
    """Return what is to be done now for the acks of `by`; others' are theirs to keep.

    `written` is the end that this cockpit gave an ack, by its id: an end that moved and is not that one was moved by
    somebody else. None is ended while the alerts' sender seems dead or rules do not run: the alert may only have gone
    unheard. `longest` is the seconds after its beginning in which an ack may be extended.
    """
    held = {silence.id for alert in picture.alerts for silence in alert.silences}
    heard = picture.sender_silent is None and picture.rules_evaluating is not False
    seen: dict[str, Watched] = {}
    extend: list[Silence] = []
    end: list[Silence] = []
    for silence in own_acks(picture, by):
        before = (watched or {}).get(silence.id)
        ours = abs((written or {}).get(silence.id, 0.0) - silence.ends) < 1
        moved = before is not None and silence.ends > before.ends + 1
        others = not ours and (moved or (before is not None and before.others))
        idle = None
        if silence.id not in held:
            idle = now if before is None or before.idle is None or not heard else before.idle
        seen[silence.id] = Watched(silence.ends, idle, others)
        if silence.id in held and renew_due(silence, now, longest, OTHERS_BEFORE if others else RENEW_BEFORE):
            extend.append(silence)
        if idle is not None and heard and now - idle >= GRACE:
            end.append(silence)
    return Duties(tuple(extend), tuple(end), seen)


def lapsing(picture: AlertPicture, by: str, now: float, longest: float = LONGEST) -> tuple[Silence, ...]:
    """Return the acks of `by` whose alert lives and which end when nobody extends them, the next to end first.

    One that has reached its longest is not among them: nobody would extend it.
    """
    held = {silence.id for alert in picture.alerts for silence in alert.silences}
    found = [s for s in own_acks(picture, by) if s.id in held and s.ends > now and s.starts + longest > s.ends + 1]
    return tuple(sorted(found, key=lambda silence: (silence.ends, silence.id)))


@dataclass(frozen=True, slots=True)
class ExtendAck:
    """Let an ack last so many seconds from now, unless somebody else has extended it meanwhile."""

    alertmanagers: Alertmanagers
    silence: Silence
    lasting: float = LASTING
    longest: float = LONGEST
    id: str = "extend-ack"

    @property
    def title(self) -> str:
        return f"Extend the ack by {self.silence.created_by}"

    @property
    def subject(self) -> str:
        return self.silence.id

    def permitted(self) -> str:
        """Return why not, as far as what leads to Alertmanager tells; its own refusal comes with the write."""
        return self.alertmanagers.permitted()

    def preview(self) -> Preview:
        with as_operation():
            _, silence, ends = self._plan()
        return Preview(((Cell(f"until {clock_time(ends)} instead of {clock_time(silence.ends)}"),),))

    def run(self) -> Outcome:
        with as_operation():
            member, silence, ends = self._plan()
            if silence.ends >= ends or silence.ends > self.silence.ends + 1:
                details = {"silence": silence.id, "ends": str(silence.ends)}
                return Outcome(True, f"extended already until {clock_time(silence.ends)}", details)
            # In place only with the same matchers and the same second of beginning.
            draft = Draft(silence.matchers, silence.starts, ends, silence.created_by, silence.comment, silence.id)
            written = write(self.alertmanagers, member, draft)
        return Outcome(
            written.state == "active",
            f"the ack by {written.created_by} lasts until {clock_time(written.ends)}",
            {"silence": written.id, "alertmanager": str(member), "until": str(written.ends)},
        )

    def _plan(self) -> tuple[Alertmanager, Silence, float]:
        member, silence = self.alertmanagers.with_live(lambda one: one.silence(self.silence.id))
        # One that ends on the way would come back as another silence, with another id.
        if silence.state != "active" or silence.ends - member.now() < _LEFT:
            raise Refused("this ack has ended already")
        limit = silence.starts + self.longest
        if silence.ends >= limit:
            raise Refused(f"this ack has lasted for {age(self.longest)}: acknowledge anew")
        return member, silence, min(member.now() + self.lasting, limit)


def end(alertmanagers: Alertmanagers, silence: Silence) -> Unack:
    """Return the operation that ends an ack whose alert is over."""
    return Unack(alertmanagers, silence, id="end-ack")
