"""What a rule measures, and its limit."""

import pytest

from state.alerts.expression import Held, held


@pytest.mark.parametrize(
    ("expression", "measured", "sign", "limit"),
    [
        ("up == 0", "up", "==", 0.0),
        ('  (up{job="a>b"} < 1) ', 'up{job="a>b"}', "<", 1.0),
        ('max_over_time(x{reason=~"a|b"}[5m]) >= 1', 'max_over_time(x{reason=~"a|b"}[5m])', ">=", 1.0),
        ("sum(rate(a[1h])) / sum(rate(b[1h])) > 14.4 * 0.001", "sum(rate(a[1h])) / sum(rate(b[1h]))", ">", 0.0144),
        ("(a - b) / c > (0.9)", "(a - b) / c", ">", 0.9),
        ("80 < a", "a", ">", 80.0),
        ("sum(a > 3) > 2", "sum(a > 3)", ">", 2.0),
        ("(a > 14.4) and on (x) (b > 14.4)", "a", ">", 14.4),
        ("a > 1 unless on (x) b", "a", ">", 1.0),
        ("a # not > 3\n > 2", "a # not > 3", ">", 2.0),
    ],
)
def test_one_comparison_with_a_number_is_taken_apart(expression: str, measured: str, sign: str, limit: float) -> None:
    found = held(expression)
    assert found is not None
    assert (found.measured, found.sign) == (measured, sign)
    assert found.limit == pytest.approx(limit)


@pytest.mark.parametrize(
    "expression",
    [
        "",
        "vector(1)",
        "absent(up)",
        "a > 1 or b > 2",
        "a > 1 and b > 2 or c",
        "a and b > 2",
        "a > b",
        "1 < a < 3",
        "a > bool 1",
        "> 1",
        "(a > 1",
        "a) > 1",
    ],
)
def test_anything_else_is_asked_as_it_is(expression: str) -> None:
    assert held(expression) is None


def test_brackets_around_parts_are_not_taken_away() -> None:
    assert held("(a) > (1)") == Held("(a)", ">", 1.0)
