"""A phase's name, outcome, window and targets."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from screens.dialogs.form import Form
from screens.dialogs.form_field import FormField, FormGroup
from state.board import field_text as text
from state.board import settings_text
from state.board.documents import plain, with_value
from state.board.errors import ChangeRefused
from state.board.model import DROPPED, UNPLANNED, Phase
from state.printable import printable


class EditPhase(Form[Mapping[str, Any]]):
    """The fields of a phase; answers those that differ with their new values."""

    def __init__(self, phase: Phase, today: date) -> None:
        """Of ideas and of what is dropped only the name is asked."""
        named = FormField("name", "name", phase.name, _name)
        only_named = phase.id in (UNPLANNED, DROPPED)
        fields = (named,) if only_named else (named, *_fields(phase, today))
        super().__init__(f"Phase {printable(phase.name)}", (FormGroup("", fields),))
        self._phase = phase

    def refusals(self, values: Mapping[str, Any]) -> Mapping[str, str]:
        wrong: dict[str, str] = {}
        for name, value in values.items():
            try:
                with_value(self._phase, name, plain(value))
            except ChangeRefused as refused:
                wrong[name] = str(refused)
        starts, ends = values.get("starts", self._phase.starts), values.get("ends", self._phase.ends)
        if starts is not None and ends is not None and ends < starts:
            where = "ends" if "ends" in values else "starts"
            wrong[where] = f"it would end on {ends}, before it starts on {starts}"
        return wrong

    def answer(self, values: Mapping[str, Any]) -> Mapping[str, Any]:
        return {name: value for name, value in values.items() if value != getattr(self._phase, name)}


def _fields(phase: Phase, today: date) -> tuple[FormField, ...]:
    a_day = f"a day: {today.isoformat()}, today, +2w"
    return (
        FormField(
            "outcome",
            "outcome",
            phase.outcome,
            text.paragraphs,
            rows=2,
            unset="not said",
            hint="what is true for its users when it is done",
        ),
        FormField(
            "appetite",
            "appetite",
            text.written_number(phase.appetite),
            text.whole("the appetite", least=1),
            unset="not said",
            hint="weeks the team is willing to spend",
        ),
        FormField("starts", "starts", _day(phase.starts), text.day("the start", today), unset="no date", hint=a_day),
        FormField("ends", "ends", _day(phase.ends), text.day("the end", today), unset="no date", hint=a_day),
        FormField(
            "apps",
            "apps",
            settings_text.written_span(phase.apps),
            _apps(settings_text.span("the number of apps")),
            unset="no target",
            hint="how many run in production at its end, least and most: 1–3",
        ),
        FormField(
            "teams",
            "teams",
            text.written_number(phase.teams),
            text.whole("the number of teams"),
            unset="no target",
            hint="how many use the platform at its end",
        ),
        FormField("load", "load", phase.load, text.line, unset="no target", hint="200 req/s at p95 300 ms"),
    )


def _apps(
    read: Callable[[str], tuple[int | float, int | float] | None],
) -> Callable[[str], tuple[int, int] | None]:
    def apps(typed: str) -> tuple[int, int] | None:
        found = read(typed)
        if found is None:
            return None
        if not all(float(one).is_integer() for one in found):
            raise text.FieldError(f"apps are counted in whole numbers, like 1–3, not “{printable(typed)}”")
        return int(found[0]), int(found[1])

    return apps


def _name(typed: str) -> str:
    name = text.line(typed)
    if not name:
        raise text.FieldError("a phase needs a name")
    return name


def _day(value: date | None) -> str:
    return "" if value is None else value.isoformat()
