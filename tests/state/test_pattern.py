"""Patterns that users type."""

import signal
import threading
import time

import pytest

from state.pattern import BadPattern, TooSlow, compiled, time_limit


@pytest.mark.parametrize("text", ["(", "[", "*", "a{2,1}", "(?P<x", "\\", "(" * 5000, "a{99999999999}"])
def test_what_is_half_typed_is_told(text: str) -> None:
    with pytest.raises(BadPattern, match="not a regular expression yet: "):
        compiled(text)


def test_what_python_warns_of_is_taken() -> None:
    assert compiled("[[a]").search("[")


def test_letters_of_either_case_match() -> None:
    assert compiled("fatal").search("FATAL")


@pytest.mark.parametrize(
    ("pattern", "text"),
    [("(a+)+$", "a" * 40 + "b"), ("(a|aa)+$", "a" * 60 + "b"), (".*.*.*.*x", "a" * 3000), (r"(\S+\s*)+~", "ab " * 30)],
)
def test_a_search_without_end_is_ended(pattern: str, text: str) -> None:
    begun = time.process_time()
    with pytest.raises(TooSlow), time_limit(0.02):
        compiled(pattern).search(text)
    assert time.process_time() - begun < 5


def test_nothing_is_left_behind() -> None:
    before = signal.getsignal(signal.SIGVTALRM)
    with time_limit(0.5):
        pass
    with pytest.raises(TooSlow), time_limit(0.01):
        compiled("(a+)+$").search("a" * 40 + "b")
    assert signal.getsignal(signal.SIGVTALRM) is before
    assert signal.getitimer(signal.ITIMER_VIRTUAL) == (0.0, 0.0)


def test_other_threads_go_without() -> None:
    said: list[str] = []

    def run() -> None:
        with time_limit(0.01):
            said.append("ran")

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    assert said == ["ran"]
