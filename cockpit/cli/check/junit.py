"""Readiness reports as JUnit XML, which every pipeline shows: an app is a suite, a check a case."""

from collections.abc import Iterator, Sequence
from xml.sax.saxutils import escape, quoteattr

from state.apps.readiness.model import Outcome, Report, Result


def junit(reports: Sequence[Report]) -> str:
    """Return the reports as one document: what fails is a failure, what has no answer an error, the rest skipped."""
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', '<testsuites name="readiness">']
    for report in reports:
        lines += _suite(report)
    return "\n".join([*lines, "</testsuites>", ""])


def _suite(report: Report) -> Iterator[str]:
    skipped = len(report.of(Outcome.WAIVED)) + len(report.of(Outcome.NOT_APPLICABLE))
    yield (
        f"  <testsuite name={quoteattr(report.app)} tests={_number(len(report.results))}"
        f" failures={_number(len(report.of(Outcome.FAIL)))} errors={_number(len(report.of(Outcome.UNKNOWN)))}"
        f" skipped={_number(skipped)}>"
    )
    for result in report.results:
        yield from _case(report.app, result)
    yield "  </testsuite>"


def _case(app: str, result: Result) -> Iterator[str]:
    check = result.check
    yield f"    <testcase classname={quoteattr(app)} name={quoteattr(check.id)}>"
    match result.outcome:
        case Outcome.FAIL:
            told = f"{check.why}\n{check.mend}\n{check.source}"
            yield f"      <failure message={quoteattr(result.found)}>{escape(told)}</failure>"
        case Outcome.UNKNOWN:
            yield f"      <error message={quoteattr(result.found)}/>"
        case Outcome.WAIVED if result.waiver is not None:
            words = f"waived until {result.waiver.until}: {result.waiver.reason}"
            yield f"      <skipped message={quoteattr(words)}/>"
        case Outcome.NOT_APPLICABLE:
            yield f"      <skipped message={quoteattr(result.found)}/>"
        case _:
            yield f"      <system-out>{escape(result.found)}</system-out>"
    yield "    </testcase>"


def _number(count: int) -> str:
    return f'"{count}"'
