"""Matchers as Alertmanager reads and uses them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from state.alerts.matching import BadMatcher, held_by, matches, quoted, read_matchers, shared_matchers
from state.alerts.model import Alert, AlertState, Matcher, Severity

A = Matcher("a", "x")


def alert(**labels: str) -> Alert:
    pairs = tuple(sorted(labels.items()))
    return Alert("f" + str(pairs), labels.get("alertname", ""), Severity.OTHER, AlertState.ACTIVE, pairs, (), 0.0)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('a="x"', (A,)),
        ("a=x", (A,)),
        (' { a = "x" , b!~"y.*" , } ', (A, Matcher("b", "y.*", regex=True, equal=False))),
        ("a=x b!=y", (A, Matcher("b", "y", equal=False))),
        (r'a="x",b=~"say \"hi\", \\d+"', (A, Matcher("b", 'say "hi", \\d+', regex=True))),
        ('a="x",b=""', (A, Matcher("b", ""))),
        ('"dotted.name"="x"', (Matcher("dotted.name", "x"),)),
    ],
)
def test_a_line_is_read_as_amtool_reads_it(text: str, found: tuple[Matcher, ...]) -> None:
    assert read_matchers(text) == found


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "say what"),
        ("a", "no matcher"),
        ('a="x" and', "no matcher"),
        ("a=~.*", "every alert"),
        ('a=""', "every alert"),
        ("a!=x", "every alert"),
        ("a=~(", "not a pattern"),
        ("a=~(?=x)y", "ahead or behind"),
        ("a=~(?<!x)y", "ahead or behind"),
        (r'a=~"(x)\\1"', "references back"),
        ("a=~(?P<n>x)(?P=n)", "references back"),
        ("a=~x++", "possessive"),
        ("a=~(?x)y", "flag"),
        (r'a=~"\\pL+"', "not previewed"),
    ],
)
def test_what_alertmanager_refuses_or_reads_otherwise_is_refused(text: str, said: str) -> None:
    with pytest.raises(BadMatcher, match=said):
        read_matchers(text)


@pytest.mark.parametrize(
    ("matcher", "labels", "hit"),
    [
        (A, {"a": "x"}, True),
        (A, {}, False),
        (Matcher("a", "", equal=True), {}, True),
        (Matcher("a", "x", equal=False), {}, True),
        (Matcher("a", "x|y", regex=True), {"a": "xy"}, False),
        (Matcher("a", "x|y", regex=True), {"a": "y"}, True),
        (Matcher("a", "x.*", regex=True, equal=False), {"a": "xyz"}, False),
        (Matcher("a", r"\d", regex=True), {"a": "٣"}, False),
        (Matcher("a", "x$", regex=True), {"a": "x\n"}, False),
    ],
)
def test_a_pattern_holds_the_whole_value(matcher: Matcher, labels: dict[str, str], hit: bool) -> None:
    assert matches(matcher, labels) is hit
    assert (len(held_by([matcher], [alert(**labels)])) == 1) is hit


def test_marked_alerts_share_matchers_that_hold_all_of_them() -> None:
    marked = [alert(alertname="Down", pod="a.1", x="1"), alert(alertname="Down", pod="b", y="1")]
    shared = shared_matchers(marked)
    assert shared == (Matcher("alertname", "Down"), Matcher("pod", r"a\.1|b", regex=True))
    assert held_by(shared, [*marked, alert(alertname="Down", pod="ax1")]) == tuple(marked)
    assert shared_matchers([]) == ()


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"])))
def test_a_quoted_value_matches_itself(value: str) -> None:
    assert matches(Matcher("a", quoted(value), regex=True), {"a": value})


@given(st.text(alphabet='ax"\\n{},= ~!'))
def test_any_value_comes_back_from_its_own_text(value: str) -> None:
    escaped = value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    assert read_matchers(f'alertname="x", b="{escaped}"')[1] == Matcher("b", value)
