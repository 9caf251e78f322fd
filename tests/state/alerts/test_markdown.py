"""An alert as Markdown."""

from hypothesis import given
from hypothesis import strategies as st

from state.alerts.markdown import alert_markdown, code, escaped, links
from state.alerts.model import Alert, AlertState, Severity

ALERT = Alert(
    "f",
    "Down*",
    Severity.CRITICAL,
    AlertState.ACTIVE,
    (("alertname", "Down*"), ("namespace", "pay"), ("pod", "api-1")),
    (("runbook_url", "https://wiki/down"), ("summary", "it <broke>"), ("dashboard_url", "javascript:alert(1)")),
    1_800_000_000.0,
    value=0.25,
    generator_url="https://prom/graph?g0.expr=up",
    expression="up == `x`",
)


def test_it_says_all_that_is_known() -> None:
    text = alert_markdown(ALERT, 1_800_000_180.0, ref="Deployment.apps pay/api @prod", log=["``` FATAL", "no url"])
    assert text == (
        "### Down\\* pay/api-1\n\n"
        "- critical, active since 2027-01-15 08:00 UTC (3m)\n"
        "- it \\<broke\\>\n"
        "- about `Deployment.apps pay/api @prod`\n"
        "- rule `` up == `x` `` = 0.25\n"
        "- labels `alertname=Down*, namespace=pay, pod=api-1`\n"
        "- <https://wiki/down>\n"
        "- <https://prom/graph?g0.expr=up>\n"
        "\n````\n``` FATAL\nno url\n````\n"
    )


def test_links_are_those_that_a_browser_opens() -> None:
    assert links(ALERT) == ("https://wiki/down", "https://prom/graph?g0.expr=up")


@given(st.text())
def test_text_from_outside_stays_on_its_line(text: str) -> None:
    assert "\n" not in escaped(text) + code(text)


@given(st.text(alphabet="` a"))
def test_code_ends_where_it_should(text: str) -> None:
    found = code(text)
    ticks = len(found) - len(found.lstrip("`"))
    inside = found[ticks:-ticks]
    assert "`" * ticks not in inside.replace(" ", "  ") or not text.strip()
