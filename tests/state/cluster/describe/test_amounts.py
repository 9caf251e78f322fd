from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from state.cluster.describe.amounts import Amount, total


@pytest.mark.parametrize(
    "text", ["0", "1", "250m", "1500m", "128Mi", "1Gi", "1536Mi", "1k", "100M", "5n", "1Ei", "1100", "2", "500u"]
)
def test_what_is_canonical_stays(text):
    assert str(Amount.of(text)) == text


@pytest.mark.parametrize(
    ("text", "canonical"),
    [("1000m", "1"), ("1024Mi", "1Gi"), ("0.5", "500m"), ("1e3", "1k"), ("2048", "2048"), ("512Ki", "512Ki"),
     ("1000", "1k"), ("0.1n", "1n"), ("100Ki", "100Ki"), ("1.5Gi", "1536Mi"), ("12E", "12E"), ("-1500m", "-1500m")],
)  # fmt: skip
def test_other_spellings_become_canonical(text, canonical):
    assert str(Amount.of(text)) == canonical


@pytest.mark.parametrize("text", ["", "x", "1..2", None, {}, "1Xi", "--1"])
def test_what_is_no_quantity_is_nothing(text):
    assert str(Amount.of(text)) == "0"


def test_a_sum_takes_the_suffix_of_its_first_part():
    assert str(total(map(Amount.of, ["64Mi", "1Gi"]))) == "1088Mi"
    assert str(total(map(Amount.of, ["100m", "1"]))) == "1100m"
    assert str(total([])) == "0"


def test_shares_are_whole_percents_and_none_of_nothing():
    assert Amount.of("999m").percent_of(Amount.of("10")) == 9
    assert Amount.of("1").percent_of(Amount()) == 0


@given(st.integers(min_value=1, max_value=10**15), st.sampled_from(["m", "", "k", "Mi", "Gi"]))
def test_what_is_written_reads_as_what_it_was(number, suffix):
    amount = Amount.of(f"{number}{suffix}")
    assert Amount.of(str(amount)).value == amount.value
    assert amount.value > Fraction(0)
