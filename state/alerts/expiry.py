"""Ending silences before their time, or letting them last longer: one, or all that are marked."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from state.age import age
from state.alerts.client import Alertmanager, Draft
from state.alerts.commands import amtool_expire, amtool_extend, curl_expire
from state.alerts.model import Silence
from state.alerts.silencing import as_operation, expire, named, write
from state.alerts.source import Alertmanagers
from state.alerts.wording import Row, count_of, first, rows
from state.cluster.errors import Unreachable
from state.operation import Outcome, Preview, Refused
from state.printable import printable

_SHOWN = 8
_SAID = 3


@dataclass(frozen=True, slots=True)
class _OfSilences:
    alertmanagers: Alertmanagers
    silences: tuple[Silence, ...]

    @property
    def subject(self) -> str:
        return _ids(self.silences)

    def permitted(self) -> str:
        """Return why not, as far as what leads to Alertmanager tells; its own refusal comes with the write."""
        return self.alertmanagers.permitted()


@dataclass(frozen=True, slots=True)
class ExpireSilences(_OfSilences):
    """End silences before their time."""

    id: str = "expire-silence"

    @property
    def title(self) -> str:
        return f"End {_what(self.silences)}{self.alertmanagers.there}"

    def preview(self) -> Preview:
        with as_operation():
            member, alerts = self.alertmanagers.with_live(lambda one: one.alerts())
        ids = {silence.id for silence in self.silences}
        # Those that another silence holds too stay silent.
        freed = [a for a in alerts if a.status.silenced_by and set(a.status.silenced_by) <= ids]
        listed = [silence.id for silence in self.silences]
        lines: list[Row] = [
            *rows("ends", _listed([f"{_matchers(one)}  {one.comment}" for one in self.silences])),
            *rows("frees", first([named(one.labels) for one in freed], _SHOWN)),
            (),
            *rows("amtool", amtool_expire(listed, str(member)).splitlines()),
            *rows("curl", curl_expire(listed, str(member)).splitlines()),
        ]
        return Preview(tuple(lines))

    def run(self) -> Outcome:
        def work(member: Alertmanager, current: Silence) -> None:
            if current.state != "expired":
                expire(self.alertmanagers, member, current.id)

        return _each(self.alertmanagers, self.silences, work, "ended")


@dataclass(frozen=True, slots=True)
class ExtendSilences(_OfSilences):
    """Let silences end at a later moment, in seconds since the epoch; one that ends later already is left."""

    ends: float
    id: str = "extend-silence"

    @property
    def title(self) -> str:
        return f"Extend {_what(self.silences)}{self.alertmanagers.there}"

    def preview(self) -> Preview:
        with as_operation():
            member, _ = self.alertmanagers.with_live(lambda one: one.silence(self.silences[0].id))
        later = [one for one in self.silences if one.ends >= self.ends]
        shorter = [one for one in self.silences if one.ends < self.ends]
        if not shorter:
            raise Refused("all of them last longer than that already")
        lines: list[Row] = [
            *rows("until", [f"{_moment(self.ends)}, for {age(self.ends - member.now())}"]),
            *rows("now", _listed([f"{_moment(one.ends)}  {_matchers(one)}  {one.comment}" for one in shorter])),
            (),
            *rows("amtool", amtool_extend([one.id for one in shorter], self.ends, str(member)).splitlines()),
        ]
        left = f"{count_of(len(later), 'silence')} of them last longer already and are left as they are"
        return Preview(tuple(lines), (left,) if later else ())

    def run(self) -> Outcome:
        def work(member: Alertmanager, current: Silence) -> None:
            if current.state == "expired":
                raise Refused("it has ended: make a new one")
            if current.ends >= self.ends:
                return
            # In place only with the same matchers and the same second of beginning.
            draft = Draft(current.matchers, current.starts, self.ends, current.created_by, current.comment, current.id)
            write(self.alertmanagers, member, draft)

        return _each(self.alertmanagers, self.silences, work, f"extended until {_moment(self.ends)}")


def _each(
    alertmanagers: Alertmanagers, silences: Sequence[Silence], work: Callable[[Alertmanager, Silence], None], word: str
) -> Outcome:
    """Do something to each silence as it is now; one that fails stops no other. Raises when none could be done."""
    done: list[str] = []
    failed: list[Refused | Unreachable] = []
    for silence in silences:
        try:
            with as_operation():
                member, current = alertmanagers.with_live(lambda one, id_=silence.id: one.silence(id_))  # type: ignore[misc]
                work(member, current)
        except (Refused, Unreachable) as error:
            failed.append(error)
        else:
            done.append(silence.id)
    if failed and not done:
        raise failed[0]
    details = {"silences": ", ".join(done)}
    if failed:
        why = "; ".join(dict.fromkeys(str(error) for error in failed[:_SAID]))
        return Outcome(
            False, printable(f"{len(done)} of {len(silences)} silences {word}; the rest not: {why}"), details
        )
    return Outcome(True, f"{count_of(len(done), 'silence')} {word}", details)


def _what(silences: Sequence[Silence]) -> str:
    if len(silences) > 1:
        return f"{len(silences)} silences"
    return f"the silence of {printable(_matchers(silences[0]))}"


def _ids(silences: Sequence[Silence]) -> str:
    return ", ".join(silence.id for silence in silences)


def _matchers(silence: Silence) -> str:
    return ", ".join(map(str, silence.matchers))


def _listed(lines: Sequence[str]) -> list[str]:
    more = [f"and {len(lines) - _SHOWN} more"] if len(lines) > _SHOWN else []
    return [*lines[:_SHOWN], *more]


def _moment(moment: float) -> str:
    return f"{datetime.fromtimestamp(moment):%a %d %b %H:%M}"
