"""What the page of an app says, without a screen."""

from dataclasses import replace

import pytest

from screens.app.diff import lines_of
from screens.app.header import header
from screens.app.signals import marks_of, percent_words, rate_words, seconds_words
from state.alerts.model import Alert, AlertState, Severity
from state.apps.charts import Charts, Firing
from state.apps.model import App, AppHealth, Belonging
from state.apps.releases import Release, ReleaseKind
from state.metrics.span import Span
from state.ref import GroupKind, Ref
from widgets.cell_lines import Line, line_width

API = Ref("prod", GroupKind("apps", "Deployment"), "pay", "api")
RELEASE = Release(API, "u", 7, 500.0, ReleaseKind.RELEASE, "v2", "by ben", True, True)
APP = App(
    "payments", "prod", "pay", False, (), "v2", 2, 3, AppHealth.FAILING, "Burn", None,
    namespaces=("pay",), production=True, belonging=Belonging("pay", "ben"), alerts=("f",),
)  # fmt: skip


def text(lines: list[Line]) -> list[str]:
    return ["".join(cell.text for cell in line) for line in lines]


def test_the_head_says_how_it_does_and_whose_it_is() -> None:
    burn = Alert("f", "Burn", Severity.CRITICAL, AlertState.ACTIVE, (), (), 0.0)
    lines = header(APP, None, [burn, replace(burn, fingerprint="g", name="Other")], 120)
    assert text(lines) == [
        "✗ payments  v2  2/3 ready  in production  Burn",
        "team pay  owner ben  on-call nobody  in pay  repository –  dashboard –",
        "alerts Burn active  ",
    ]


@pytest.mark.parametrize("width", [30, 60, 78])
def test_whose_it_is_fits_the_line(width: int) -> None:
    named = replace(
        APP, belonging=Belonging("t" * 20, "o" * 20, "https://git.example/" + "r" * 30, "c" * 20), alerts=()
    )
    assert line_width(header(named, None, [], width)[1]) <= width


def test_releases_and_alerts_are_marked_within_the_span() -> None:
    releases = [
        RELEASE,
        replace(RELEASE, workload=replace(API, name="worker")),
        replace(RELEASE, when=None),
        replace(RELEASE, when=5000.0),
        replace(RELEASE, when=300.0, kind=ReleaseKind.FIRST),
    ]
    found = Charts(Span(0, 900, 15), firing=(Firing("Burn", 600.0), Firing("Old", 0.0, before=True)))
    assert [(mark.when, mark.glyph, mark.upright) for mark in marks_of(found, releases)] == [
        (500.0, "◆", True),
        (600.0, "▲", False),
    ]


def test_what_came_after_the_last_point_stands_on_it() -> None:
    found = Charts(Span(0, 900, 15), firing=(Firing("Burn", 914.0), Firing("Later", 930.0)))
    assert [(mark.when, mark.glyph) for mark in marks_of(found, [replace(RELEASE, when=905.0)])] == [
        (900.0, "◆"),
        (900.0, "▲"),
    ]


def test_a_release_is_told_with_what_is_not_known() -> None:
    lines = text(lines_of(RELEASE, 560.0))
    assert lines[:3] == ["pay/api revision 7  v2", "release, 1m ago", "by ben"]
    assert "not kept" in lines[-1]
    inferred = replace(RELEASE, inferred="by an event", before={}, template={})
    assert text(lines_of(inferred, 560.0))[1] == "release, 1m ago (known by an event)"
    assert text(lines_of(inferred, 560.0))[-1] == "the template did not change"
    assert text(lines_of(replace(RELEASE, when=None), 560.0))[1] == "release, at a time that nothing tells"


@pytest.mark.parametrize(
    ("words", "value", "said"),
    [
        (seconds_words, 0.0685, "68.5 ms"),
        (seconds_words, 1.25, "1.2 s"),
        (seconds_words, 12.3, "12 s"),
        (percent_words, 0.00041, "0.041 %"),
        (percent_words, 0.041, "4.1 %"),
        (percent_words, 0.62, "62 %"),
        (percent_words, 0.0, "0 %"),
        (rate_words, 17.3, "17/s"),
        (rate_words, 0.42, "0.42/s"),
    ],
)
def test_values_are_said_in_few_characters(words: object, value: float, said: str) -> None:
    assert words(value) == said  # type: ignore[operator]
