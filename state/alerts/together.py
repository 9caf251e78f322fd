"""What several Alertmanager clusters and several Prometheus servers say, made one picture. Pure."""

from collections.abc import Sequence
from dataclasses import replace

from state.alerts.inventory import remembering
from state.alerts.join import join, silent_since
from state.alerts.model import AlertPicture
from state.alerts.origin import first_of_each
from state.alerts.reading import FromAlertmanager, FromPrometheus

From = FromAlertmanager | FromPrometheus


def join_all(
    alertmanagers: Sequence[FromAlertmanager | None], prometheuses: Sequence[FromPrometheus | None]
) -> AlertPicture:
    """Return the picture of all that was said so far; None stands for who has said nothing yet.

    What Prometheus fires and no Alertmanager knows is called lost only when every Alertmanager has answered.
    """
    heard = [said for said in alertmanagers if said is not None]
    told = [said for said in prometheuses if said is not None]
    picture = join(_alertmanagers(heard), _prometheuses(told), whole=len(heard) == len(alertmanagers))
    picture = remembering(picture, max((said.at for said in heard), default=0.0))
    if len(heard) < 2:
        return picture
    # One whose sender is silent is not made up for by another whose sender is not.
    silent = max((age for said in heard if (age := silent_since(said)) is not None), default=None)
    return replace(picture, sender_silent=silent)


def _alertmanagers(heard: Sequence[FromAlertmanager]) -> FromAlertmanager | None:
    if len(heard) < 2:
        return next(iter(heard), None)
    return FromAlertmanager(
        min(said.at for said in heard),
        tuple(alert for said in heard for alert in said.alerts),
        tuple(silence for said in heard for silence in said.silences),
        _notes(heard),
        max((said.restarted for said in heard if said.restarted is not None), default=None),
        ended=tuple(silence for said in heard for silence in said.ended),
        ahead=max((said.ahead for said in heard), key=abs),
    )


def _prometheuses(told: Sequence[FromPrometheus]) -> FromPrometheus | None:
    if len(told) < 2:
        return next(iter(told), None)
    evaluating = [said.evaluating for said in told]
    return FromPrometheus(
        min(said.at for said in told),
        first_of_each(alert for said in told for alert in said.alerts),
        tuple(rule for said in told for rule in said.rules),
        # One that evaluates nothing is a hole in what can be seen, whatever the others do.
        False if False in evaluating else None if None in evaluating else True,
        _notes(told),
    )


def _notes(said: Sequence[From]) -> tuple[str, ...]:
    return tuple(f"{one.name}: {note}" if one.name else note for one in said for note in one.notes)
