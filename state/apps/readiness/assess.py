"""From what was read of an app to its report. Pure."""

import logging
from collections.abc import Iterable, Sequence
from datetime import date
from fnmatch import fnmatchcase

from state.apps.readiness.catalogue import CHECKS
from state.apps.readiness.facts import Facts, unknown
from state.apps.readiness.model import Answer, Check, Outcome, Report, Result
from state.apps.settings import Waiver
from state.printable import printable

_log = logging.getLogger(__name__)


def assess(facts: Facts, waivers: Iterable[Waiver], today: date, checks: Sequence[Check] = CHECKS) -> Report:
    """Return an app's report. A waiver turns what fails into waived, until its last day."""
    own = [one for one in waivers if fnmatchcase(facts.app.name, one.app)]
    results = tuple(_result(check, facts, own, today) for check in checks)
    return Report(facts.app.name, facts.app.namespaces, facts.now, results)


def wrong_waivers(waivers: Iterable[Waiver], checks: Sequence[Check] = CHECKS) -> list[str]:
    """Return a sentence for each waiver that names no check."""
    known = {check.id for check in checks}
    return [f"apps.waivers: there is no check {one.check!r}" for one in waivers if one.check not in known]


def _result(check: Check, facts: Facts, waivers: Sequence[Waiver], today: date) -> Result:
    outcome, said = _answer(check, facts)
    found = printable(said)
    if outcome is not Outcome.FAIL:
        return Result(check, outcome, found)
    for waiver in waivers:
        if waiver.check == check.id:
            if waiver.until >= today:
                return Result(check, Outcome.WAIVED, found, waiver)
            return Result(check, outcome, f"{found}; its waiver ended on {waiver.until}", None)
    return Result(check, outcome, found)


def _answer(check: Check, facts: Facts) -> Answer:
    try:
        return check.answer(facts)
    except Exception as error:
        # Objects of any shape come from outside: one that nobody thought of must not take the other answers along.
        _log.exception("the readiness check %s failed", check.id)
        return unknown(f"a defect, the log has it: {type(error).__name__}")
