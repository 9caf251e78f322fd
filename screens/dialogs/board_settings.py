"""What the whole team shares about its board."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, get_args

from screens.dialogs.form import Form
from screens.dialogs.form_field import FormField, FormGroup
from state.board import field_text as text
from state.board import reference_text, settings_text
from state.board.documents import plain, with_value
from state.board.errors import ChangeRefused
from state.board.model import Phase, Settings, Weekday

_WEEKDAYS: tuple[str, ...] = get_args(Weekday)


class BoardSettings(Form[Mapping[str, Any]]):
    """The board's settings; answers those that differ with their new values."""

    def __init__(self, settings: Settings, today: date, phases: Sequence[Phase] = ()) -> None:
        """`phases` are those of which one can be the current one."""
        groups = (
            FormGroup("plan", _plan(settings, today, phases)),
            FormGroup("team", _team(settings, today)),
            FormGroup("limits", _limits(settings)),
        )
        super().__init__("Board", groups)
        self._settings = settings

    def refusals(self, values: Mapping[str, Any]) -> Mapping[str, str]:
        wrong: dict[str, str] = {}
        for name, value in values.items():
            try:
                with_value(self._settings, name, plain(value))
            except ChangeRefused as refused:
                wrong[name] = str(refused)
        return wrong

    def answer(self, values: Mapping[str, Any]) -> Mapping[str, Any]:
        return {name: value for name, value in values.items() if value != getattr(self._settings, name)}


def _plan(settings: Settings, today: date, phases: Sequence[Phase]) -> tuple[FormField, ...]:
    names = tuple(text.line(phase.name) for phase in phases)
    here = next((phase.name for phase in phases if phase.id == settings.current), settings.current)
    current = FormField(
        "current", "current phase", here, reference_text.phase_of(phases), choices=names, hint=", ".join(names)
    )
    return (
        FormField("title", "title", settings.title, text.line, unset="Platform", hint="what the platform is called"),
        FormField(
            "kickoff",
            "kick-off",
            settings.kickoff.isoformat() if settings.kickoff else "",
            text.day("the kick-off", today),
            unset="no date",
            hint="the MVP should be there two to six months later",
        ),
        *((current,) if phases else ()),
        FormField(
            "band",
            "band",
            settings_text.written_span(settings.band),
            _band,
            hint="percent of the whole that the MVP should be, both ends inside: 20–40",
        ),
        FormField(
            "week_starts",
            "week starts",
            settings.week_starts,
            text.choice("the start of the week", _WEEKDAYS),
            choices=_WEEKDAYS,
            hint=", ".join(_WEEKDAYS),
        ),
    )


def _team(settings: Settings, today: date) -> tuple[FormField, ...]:
    return (
        FormField(
            "team",
            "team",
            text.written_names(settings.team),
            text.names,
            unset="nobody yet",
            hint="names, with a comma between them",
        ),
        FormField(
            "team_size",
            "team size",
            text.written_number(settings.team_size),
            text.whole("the team size", least=1),
            unset="as many as there are names",
            hint="how many work on the platform, when that is not the number of names",
        ),
        FormField(
            "days_off",
            "days off",
            " ".join(day.isoformat() for day in settings.days_off),
            settings_text.days("a day off", today),
            rows=3,
            unset="none",
            hint=f"days on which nobody works, weekends apart: {today.isoformat()}",
        ),
    )


def _limits(settings: Settings) -> tuple[FormField, ...]:
    return (
        FormField(
            "wip_owner",
            "for an owner",
            text.written_number(settings.wip_owner),
            text.whole("the limit", least=1),
            unset="no limit",
            hint="how many cards one owner should be doing at most; a limit warns, it never forbids",
        ),
        FormField(
            "wip_lane",
            "for a lane",
            text.written_number(settings.wip_lane),
            text.whole("the limit", least=1),
            unset="no limit",
            hint="how many cards of one lane should be in doing at most",
        ),
        FormField(
            "wip",
            "of their own",
            settings_text.written_limits(settings.wip),
            settings_text.limits,
            unset="none",
            hint="owner:ana 2, lane:Security 3",
        ),
        FormField(
            "ageing",
            "ageing after",
            text.written_number(settings.ageing),
            _ageing,
            hint="days in doing after which a card is marked",
        ),
    )


def _band(typed: str) -> tuple[int | float, int | float]:
    found = settings_text.span("the band", most=100)(typed)
    if found is None:
        raise text.FieldError("the band is two percentages, the smaller first: 20–40")
    return found


def _ageing(typed: str) -> int:
    found = text.whole("the number of days", least=1)(typed)
    if found is None:
        raise text.FieldError("write after how many days a card in doing is ageing")
    return found
