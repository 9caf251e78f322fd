import pytest
from hypothesis import given
from hypothesis import strategies as st

from state.namespace_name import wrong_namespace

RULE = "is no namespace: a name has a-z, 0-9 and - only, a letter or digit at both ends, and 63 characters at most"
INSIDE = "abcxyz0189-"


@pytest.mark.parametrize("name", ["a", "0", "kube-system", "a--b", "7-eleven", "x" * 63])
def test_a_dns_label_is_a_name(name):
    assert wrong_namespace(name) == ""


@pytest.mark.parametrize(
    "name", ["", " ", "a b", "A", "a_b", "a.b", "-a", "a-", "a/b", "*", "a,b", "a\n", "é", "x" * 64, "\x1b[2J", "٣"]
)
def test_all_else_is_refused_in_a_printable_sentence(name):
    said = wrong_namespace(name)
    assert said.endswith(RULE)
    assert said.isprintable()


def test_a_name_without_end_is_cut():
    assert wrong_namespace("x" * 5000) == f"'{'x' * 63}…' {RULE}"


@given(st.text(st.sampled_from(INSIDE), max_size=70) | st.text(max_size=8))
def test_it_is_the_rule_of_rfc_1123(name):
    within = 0 < len(name) <= 63 and set(name) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")
    assert (wrong_namespace(name) == "") is (within and name[0] != "-" and name[-1] != "-")
