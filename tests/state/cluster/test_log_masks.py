import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from state.cluster.log_masks import COVER, MASKS, Masker, own_masks


@pytest.mark.parametrize(
    ("line", "shown", "name"),
    [
        ("dial postgres://app:hunter2@db:5432/x", "dial postgres://app:***@db:5432/x", "password in a URL"),
        ("Authorization: Bearer abc.def-ghi==", "Authorization: Bearer ***", "bearer token"),
        ('"authorization": "Basic dXNlcjpw"', '"authorization": "Basic ***"', "authorization"),
        ("got eyJhbGciOiJIUzI1NiJ9.eyJzdWIi.sig_x", "got ***", "JSON web token"),
        ("id AKIAIOSFODNN7EXAMPLE used", "id *** used", "AWS key"),
        ("push ghp_0123456789abcdefghij0123", "push ***", "GitHub token"),
        ("password=hunter2", "password=***", "password"),
        ("PGPASSWORD='two words' psql", "PGPASSWORD='***' psql", "password"),
        ('{"password":"a \\" b","x":1}', '{"password":"***","x":1}', "password"),
        (r'{"body":"{\"token\":\"x y\"}"}', r'{"body":"{\"token\":***}"}', "password"),
        ('{"api_key":123,"x":1}', '{"api_key":***,"x":1}', "password"),
        ("GET /login?user=ana&token=abc&x=1", "GET /login?user=ana&token=***&x=1", "password"),
        ("mysql --db-password hunter2 -u root", "mysql --db-password *** -u root", "password"),
        ("aws_secret_access_key = wJalr/X+Y", "aws_secret_access_key = ***", "password"),
    ],
)
def test_what_looks_like_a_secret_is_covered_and_counted(line, shown, name):
    masker = Masker()
    assert masker.masked(line) == shown
    assert (masker.count, dict(masker.counts)) == (1, {name: 1})
    assert Masker().masked(shown) == shown


@pytest.mark.parametrize(
    "line",
    [
        "passed: 5 tests", "bypass: true", "tokens=15", "monkey=3", "secretName: web-tls", "token_count=5",
        "author=ana", "http://db:5432/x", "compass = north", "bearer of news", "keyboard: on",
    ],
)  # fmt: skip
def test_what_only_sounds_like_one_stays(line):
    masker = Masker()
    assert masker.masked(line) == line
    assert not masker.counts


def test_a_private_key_is_covered_over_its_lines_in_its_own_stream_alone():
    masker = Masker()
    key = ["x -----BEGIN RSA PRIVATE KEY-----", "MIIEow", "AKCAQ", "-----END RSA PRIVATE KEY----- y", "after"]
    shown = []
    for line in key:
        shown.append(masker.masked(line, 0))
        assert masker.masked("other", 1) == "other"
    assert shown == [
        "x -----BEGIN RSA PRIVATE KEY-----***",
        "***",
        "***",
        "***-----END RSA PRIVATE KEY----- y",
        "after",
    ]
    assert masker.count == 1
    whole = "-----BEGIN PRIVATE KEY-----MII-----END PRIVATE KEY-----z"
    assert Masker().masked(whole) == "-----BEGIN PRIVATE KEY-----***-----END PRIVATE KEY-----z"


def test_a_private_key_without_an_end_does_not_cover_the_rest():
    masker = Masker()
    masker.masked("-----BEGIN PRIVATE KEY-----")
    shown = [masker.masked(f"line {number}") for number in range(300)]
    assert shown[199:202] == [COVER, "line 200", "line 201"]


def test_what_was_asked_for_by_name_is_shown_and_still_counted_apart():
    masker = Masker(revealed=frozenset({"password"}))
    assert masker.masked("password=x Bearer abcdefg") == "password=x Bearer ***"
    assert masker.count == 1
    assert masker.counts["password"] == 1


def test_the_users_own_patterns_cover_all_or_their_group():
    masker = Masker(own_masks({"customer": r"KD-\d+", "card": r"card (?P<secret>\d{4})\d+"}))
    assert masker.masked("kd-123 paid with card 49927398") == "*** paid with card ***7398"
    assert masker.counts == {"customer": 1, "card": 1}
    with pytest.raises(re.error):
        own_masks({"half": "("})


@given(st.text(st.sampled_from("pasword=token: \"'\\{}&://@Bearer-xyJ.AKI"), max_size=60))
def test_what_is_covered_stays_covered_when_it_is_read_again(text):
    shown = Masker().masked(text)
    assert Masker().masked(shown).count(COVER) >= shown.count(COVER)


@pytest.mark.parametrize("one", MASKS, ids=lambda one: one.name)
def test_no_pattern_of_ours_runs_on_for_ever(one):
    for line in ("a" * 16_000, "://" * 5000, "token " * 2600, "password:" * 1700, '"' * 16_000, "\\" * 16_000):
        for text in (line, f"authorization {line}", f"bearer {line}", f"password = {line}", f"--token {line}"):
            one.pattern.sub("", text)
