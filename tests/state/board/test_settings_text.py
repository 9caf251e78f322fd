from datetime import date

import pytest

from state.board import settings_text
from state.board.field_text import FieldError
from state.printable import printable

TODAY = date(2025, 11, 24)


def refused(read, typed):
    with pytest.raises(FieldError) as caught:
        read(typed)
    sentence = str(caught.value)
    assert sentence == printable(sentence)
    return sentence


@pytest.mark.parametrize(
    ("typed", "value"), [("", None), ("1-3", (1, 3)), ("20 – 40", (20, 40)), ("2", (2, 2)), ("2.5 10", (2.5, 10))]
)
def test_spans(typed, value):
    assert settings_text.span("the band")(typed) == value


@pytest.mark.parametrize("typed", ["3-1", "1-2-3", "a-b", "-", "–"])
def test_what_is_no_span_is_refused(typed):
    refused(settings_text.span("the band"), typed)


def test_a_written_span_reads_back():
    assert settings_text.span("the band")(settings_text.written_span((20, 40.5))) == (20, 40.5)


def test_limits():
    given = {"owner:ana": 2, "lane:Build, deploy": 3}
    assert settings_text.limits(settings_text.written_limits(given)) == given
    assert (
        refused(settings_text.limits, "ana 2") == "a limit is written like owner:ana 2 or lane:Security 3, not “ana 2”"
    )


def test_days_off_are_in_order_and_each_once():
    read = settings_text.days("a day off", TODAY)
    assert read("2025-12-26, 2025-12-25\n2025-12-25") == (date(2025, 12, 25), date(2025, 12, 26))
