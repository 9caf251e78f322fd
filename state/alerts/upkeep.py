"""Keeping acks up: each is extended while its alert lives and ended when it is over, by the cockpit that made it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from state.alerts.ack import LASTING, Unack
from state.alerts.client import Alertmanager, Draft
from state.alerts.model import AlertPicture, Silence
from state.alerts.silencing import as_operation, clock_time, write
from state.alerts.source import Alertmanagers
from state.cell import Cell
from state.operation import Outcome, Preview, Refused

RENEW_BEFORE = 5 * 60.0
"""Seconds before its end at which an ack is extended."""
LONGEST = 24 * 3600.0
"""Seconds after which an ack is extended no more: somebody has to say again that they are on it."""
GRACE = 2 * 60.0
"""Seconds without an alert before an ack is ended, so that a flapping alert stays acknowledged."""


def renew_due(silence: Silence, now: float) -> bool:
    """Return whether an ack has to be extended now, provided that its alert lives."""
    return (
        silence.is_ack
        and silence.state == "active"
        and now < silence.ends <= now + RENEW_BEFORE
        and _limit(silence) > silence.ends
    )


@dataclass(frozen=True, slots=True)
class Duties:
    """What is to be done for one's own acks. `idle` is since when each holds no alert; hand it back next time."""

    extend: tuple[Silence, ...] = ()
    end: tuple[Silence, ...] = ()
    idle: Mapping[str, float] = field(default_factory=dict)


def duties(picture: AlertPicture, by: str, now: float, idle: Mapping[str, float] | None = None) -> Duties:
    """Return what is to be done now for the acks of `by`; others' are theirs to keep.

    None is ended while the alerts' sender seems dead or rules do not run: the alert may only have gone unheard.
    """
    held = {silence.id for alert in picture.alerts for silence in alert.silences}
    own = [s for s in picture.silences if s.is_ack and s.created_by == by and s.state == "active"]
    since = {silence.id: (idle or {}).get(silence.id, now) for silence in own if silence.id not in held}
    heard = picture.sender_silent is None and picture.rules_evaluating is not False
    return Duties(
        extend=tuple(silence for silence in own if silence.id in held and renew_due(silence, now)),
        end=tuple(s for s in own if s.id in since and now - since[s.id] >= GRACE) if heard else (),
        idle=since if heard else {},
    )


@dataclass(frozen=True, slots=True)
class ExtendAck:
    """Let an ack last another quarter of an hour, unless somebody else has done so meanwhile."""

    alertmanagers: Alertmanagers
    silence: Silence
    lasting: float = LASTING
    id: str = "extend-ack"

    @property
    def title(self) -> str:
        return f"Extend the ack by {self.silence.created_by}"

    @property
    def subject(self) -> str:
        return self.silence.id

    def permitted(self) -> str:
        """Alertmanager cannot be asked; a refusal comes with the write."""
        return ""

    def preview(self) -> Preview:
        with as_operation():
            _, silence, ends = self._plan()
        return Preview(((Cell(f"until {clock_time(ends)} instead of {clock_time(silence.ends)}"),),))

    def run(self) -> Outcome:
        with as_operation():
            member, silence, ends = self._plan()
            if silence.ends >= ends or silence.ends > self.silence.ends + 1:
                return Outcome(True, f"extended already until {clock_time(silence.ends)}", {"silence": silence.id})
            # In place only with the same matchers and the same second of beginning.
            draft = Draft(silence.matchers, silence.starts, ends, silence.created_by, silence.comment, silence.id)
            written = write(member, draft)
        return Outcome(
            written.state == "active",
            f"the ack by {written.created_by} lasts until {clock_time(written.ends)}",
            {"silence": written.id, "alertmanager": str(member)},
        )

    def _plan(self) -> tuple[Alertmanager, Silence, float]:
        member, silence = self.alertmanagers.with_live(lambda one: one.silence(self.silence.id))
        if silence.state != "active":
            raise Refused("this ack has ended already")
        ends = min(member.now() + self.lasting, _limit(silence))
        if silence.ends >= _limit(silence):
            raise Refused("this ack has lasted for a day: acknowledge anew")
        return member, silence, ends


def end(alertmanagers: Alertmanagers, silence: Silence) -> Unack:
    """Return the operation that ends an ack whose alert is over."""
    return Unack(alertmanagers, silence, id="end-ack")


def _limit(silence: Silence) -> float:
    return silence.starts + LONGEST
