"""`cockpit check readiness`: whether apps are ready for production."""

import difflib
import os
import sys
import time
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cockpit.cli.board.output import JSON, TABLE, in_form, print_bytes, print_json, print_line
from cockpit.cli.root import USAGE, fail
from cockpit.start import CONFIG
from state.apps.readiness.model import Outcome, Report, Result
from state.printable import printable

if TYPE_CHECKING:
    from state.apps.model import App

JUNIT = "junit"
FAILED, UNANSWERED = 1, 4
_GLYPHS = {
    Outcome.FAIL: ("✗", "x"),
    Outcome.UNKNOWN: ("▲", "!"),
    Outcome.WAIVED: ("●", "*"),
    Outcome.PASS: ("✓", "+"),
    Outcome.NOT_APPLICABLE: ("–", "-"),
}
_ID_WIDTH = 18


@click.command()
@click.argument("app", required=False)
@in_form(TABLE, JSON, JUNIT)
@click.option("--at-least", type=click.FloatRange(0, 100), help="The least score in percent that is good enough.")
@click.option("--platform", "with_platform", is_flag=True, help="The platform's services too, not product apps alone.")
@click.option("--context", help="The kubeconfig's context.")
@click.option("--kubeconfig", type=click.Path(path_type=Path), help="The kubeconfig file, instead of KUBECONFIG.")
@click.option("--namespace", "-n", "namespaces", multiple=True, help="A namespace to read; may be given several times.")
@click.option("--prometheus", help="The URL of Prometheus.")
def readiness(
    app: str | None,
    form: str,
    at_least: float | None,
    with_platform: bool,
    context: str | None,
    kubeconfig: Path | None,
    namespaces: tuple[str, ...],
    prometheus: str | None,
) -> None:
    """Check whether all product apps, or one APP (by its name or as NAMESPACE/NAME), are ready for production.

    \b
    Ends with 0 when nothing fails, 1 when something does or the cluster does not answer, 4 when nothing fails and
    something could not be answered. With --at-least the score alone decides between 0 and 1.
    """
    from cockpit.cli.check.asking import Asking, NotReadable
    from state.config import InvalidConfig

    try:
        asking = Asking.of(context, kubeconfig, namespaces, prometheus, os.environ)
    except InvalidConfig as error:
        fail(str(error), CONFIG)
    for doubt in asking.doubts:
        click.echo(f"cockpit: {printable(doubt)}", err=True)
    now = time.time()
    try:
        apps = asking.apps(now)
        chosen = _chosen(apps, app, with_platform)
        reports = [asking.report(one, now, date.today()) for one in chosen]
    except NotReadable as error:
        fail(str(error))
    if form == JSON:
        print_json([_record(report) for report in reports])
    elif form == JUNIT:
        from cockpit.cli.check.junit import junit

        print_bytes(junit(reports).encode())
    else:
        unicode = "utf" in (sys.stdout.encoding or "").casefold()
        for report in reports:
            for line in _lines(report, ascii_only=not unicode):
                print_line(line)
    sys.exit(exit_code(reports, at_least))


def exit_code(reports: Sequence[Report], at_least: float | None) -> int:
    """Return the exit code that some reports come to."""
    if at_least is not None:
        scores = [report.score.percent for report in reports]
        return FAILED if any(score is not None and score < at_least for score in scores) else 0
    if any(report.of(Outcome.FAIL) for report in reports):
        return FAILED
    return UNANSWERED if any(report.of(Outcome.UNKNOWN) for report in reports) else 0


def _chosen(apps: "Sequence[App]", name: str | None, with_platform: bool) -> "list[App]":
    """Return the apps that are meant, by name. Ends the process with 2 when there is none of the name."""
    listed = sorted(apps, key=lambda app: (app.platform, app.name, app.namespace))
    if name is None:
        chosen = [app for app in listed if with_platform or not app.platform]
        if not chosen:
            fail("there is no product app here; --platform shows the platform's services")
        return chosen
    found = [app for app in listed if name in (app.name, f"{app.namespace}/{app.name}")]
    if not found:
        near = difflib.get_close_matches(name, [app.name for app in listed], 1)
        hint = f": did you mean {near[0]!r}?" if near else ""
        fail(f"there is no app {printable(name)!r}{hint}", USAGE)
    return found


def _lines(report: Report, *, ascii_only: bool) -> Iterator[str]:
    yield f"{report.app}  {report.score.words}"
    for result in report.worst_first():
        glyph = _GLYPHS[result.outcome][ascii_only]
        yield f"{glyph} {result.check.id:<{_ID_WIDTH}} {result.found}"
        if result.outcome is Outcome.FAIL:
            yield f"  {'':<{_ID_WIDTH}} {'->' if ascii_only else '→'} {result.check.mend}"
        elif result.waiver is not None:
            words = printable(f"waived until {result.waiver.until}: {result.waiver.reason}")
            yield f"  {'':<{_ID_WIDTH}} {words}"
    yield ""


def _record(report: Report) -> dict[str, Any]:
    score = report.score
    return {
        "app": report.app,
        "namespaces": list(report.namespaces),
        "at": report.at,
        "score": {
            "percent": score.percent,
            "passed": score.passed,
            "asked": score.asked,
            "weight_passed": score.weight_passed,
            "weight_asked": score.weight_asked,
            "unknown": score.unknown,
            "waived": score.waived,
            "not_applicable": score.not_applicable,
        },
        "checks": [_result(result) for result in report.results],
    }


def _result(result: Result) -> dict[str, Any]:
    check, waiver = result.check, result.waiver
    return {
        "id": check.id,
        "title": check.title,
        "outcome": result.outcome.value,
        "found": result.found,
        "why": check.why,
        "source": check.source,
        "mend": check.mend,
        "weight": check.weight,
        "waiver": None if waiver is None else {"reason": waiver.reason, "until": waiver.until},
    }
