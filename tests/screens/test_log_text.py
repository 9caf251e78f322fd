"""What is shown of a ring, and the words for an empty one."""

import time
from typing import Any

import pytest

from screens.log_filter import log_filter, split_context
from screens.log_paint import head_of, paint
from screens.log_text import LogReader, Showing, stamp
from screens.log_words import LogStatus, title, why_empty
from state.cell import Tone
from state.cluster.containers import ContainerState, container_state
from state.cluster.log_level import Level
from state.cluster.log_ring import Coming, LogHead, LogRing
from state.freshness import Freshness, Health
from state.pattern import BadPattern
from widgets.text_lines import Remark


def put(ring: LogRing, *lines: str) -> None:
    ring.put([(line, None) for line in lines])


def test_lines_marks_and_notes_come_in_their_order() -> None:
    ring = LogRing()
    reader = LogReader(ring)
    put(ring, "one", "two")
    reader.note("ended")
    reader.note("ended")
    assert reader.take() == ["one", "two", "── ended ──"]
    ring.put([("connection lost for 3s, going on", None)], mark=True)
    put(ring, "three")
    assert reader.take() == ["── connection lost for 3s, going on ──", "three"]
    assert (reader.read, reader.matched) == (3, 3)
    again = reader.again(Showing(only=log_filter("t")))
    assert again.take() == ["two", "── ended ──", "── connection lost for 3s, going on ──", "three"]
    assert (again.read, again.matched) == (3, 2)


def test_a_gap_is_said_and_only_marks_are_remarks() -> None:
    ring = LogRing(lines=10)
    reader = LogReader(ring)
    put(ring, "first", "── not a mark ──")
    lines = reader.take()
    assert not any(isinstance(line, Remark) for line in lines)
    put(ring, *(f"line {n}" for n in range(25)))
    lines = reader.take()
    assert lines == ["── 15 lines went by unread ──", *(f"line {n}" for n in range(15, 25))]
    assert isinstance(lines[0], Remark)


def test_a_place_is_found_again_under_another_filter() -> None:
    ring = LogRing()
    put(ring, *(f"line {n} {'odd' if n % 2 else 'even'}" for n in range(100)))
    reader = LogReader(ring)
    reader.take()
    odd = reader.again(Showing(only=log_filter("odd")))
    lines = odd.take()
    at = odd.index_of(reader.number_at(60))
    assert lines[at] == "line 61 odd"
    assert odd.number_at(at) == 61


def numbered(*lines: str, showing: Showing) -> list[str]:
    ring = LogRing()
    put(ring, *lines)
    return LogReader(ring, showing).take()


LETTERS = [f"{letter}{'#' if letter in 'cek' else ''}" for letter in "abcdefghijklm"]


def test_lines_around_each_match_are_shown_once_and_what_lies_between_is_marked() -> None:
    def around(context: int) -> str:
        return "".join(numbered(*LETTERS, showing=Showing(only=log_filter("#"), context=context)))

    assert around(0) == "c#e#k#"
    assert around(1) == "bc#de#f··jk#l"
    assert around(2) == "abc#de#fg··ijk#lm"
    assert around(3) == "abc#de#fghijk#lm"
    assert numbered(*LETTERS, showing=Showing(only=log_filter("##"), context=2)) == []


def test_what_comes_behind_a_match_comes_in_the_next_take_too() -> None:
    ring = LogRing()
    reader = LogReader(ring, Showing(only=log_filter("#"), context=1))
    put(ring, "a", "b#")
    assert reader.take() == ["a", "b#"]
    put(ring, "c", "d", "e", "f#")
    assert reader.take() == ["c", "··", "e", "f#"]
    assert (reader.read, reader.matched) == (6, 2)


TRACE = [
    "INFO fine", "ERROR broke", "  at a.b(c)", "Caused by: x", "served GET /", "  indented", "WARN late", "DEBUG x",
]  # fmt: skip


def test_a_level_picks_lines_and_what_goes_on_from_them() -> None:
    def least(level: Level) -> list[str]:
        return numbered(*TRACE, showing=Showing(least=level))

    assert least(Level.ERROR) == ["ERROR broke", "  at a.b(c)", "Caused by: x"]
    assert least(Level.WARN) == [*least(Level.ERROR), "WARN late"]
    assert least(Level.INFO) == TRACE[:-1]
    assert numbered(*TRACE, showing=Showing(least=Level.ERROR, only=log_filter("caused"))) == ["Caused by: x"]


def test_objects_are_words_unless_they_are_wanted_as_written() -> None:
    line = '{"level":"info","msg":"paid","password":"x"}'
    assert numbered(line, showing=Showing()) == ["INFO  paid password=***"]
    assert numbered(line, showing=Showing(readable=False)) == ['{"level":"info","msg":"paid","password":"***"}']
    assert numbered(line, showing=Showing(revealed=frozenset({"password"}))) == ["INFO  paid password=x"]
    assert numbered(line, showing=Showing(only=log_filter("password=x"))) == []


def test_a_mask_that_is_too_slow_covers_whole_lines() -> None:
    ring = LogRing()
    put(ring, "password=x", "fine")
    reader = LogReader(ring, too_slow=frozenset({"password"}))
    assert reader.take() == ["*** not shown: the mask 'password' of the configuration takes too long", "fine"]


def test_lines_of_several_streams_have_their_names() -> None:
    ring = LogRing()
    ring.add([Coming("one", None, False, 0), Coming("gone", None, True, 1), Coming("two", None, False, 1)])
    reader = LogReader(ring, Showing(labels=6), label=lambda stream: ("a", "much-too-long")[stream])
    assert reader.take() == ["a       one", "── much-too-long: gone ──", "muc…ng  two"]


def test_what_was_taken_off_the_screen_stays_off_it() -> None:
    ring = LogRing()
    reader = LogReader(ring)
    put(ring, "old")
    reader.take()
    reader.forget()
    put(ring, "new")
    assert reader.again(Showing()).again(Showing()).take() == ["new"]


def test_many_lines_are_taken_a_little_at_a_time() -> None:
    ring = LogRing()
    put(ring, *(f"line {n}" for n in range(1000)))
    reader = LogReader(ring)
    shown = reader.take_for(0.0)
    assert 0 < len(shown) < 1000
    assert reader.behind == 1000 - len(shown)
    while reader.behind:
        shown += reader.take_for(0.0)
    assert shown == [f"line {n}" for n in range(1000)]
    assert reader.indices_of({3, 7, 5000}) == {3, 7}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("-C 3 err", (3, "err")),
        ("-C0 x", (0, "x")),
        ("-C 12", (12, "")),
        ("err", (None, "err")),
        ("-C x", (None, "-C x")),
    ],
)
def test_a_number_of_lines_around_is_told_from_the_pattern(text: str, found: tuple[int | None, str]) -> None:
    assert split_context(text) == found


def test_a_head_keeps_what_came_first() -> None:
    ring = LogHead(3)
    put(ring, "a", "b")
    assert not ring.full
    put(ring, "c", "d")
    put(ring, "e")
    assert [line.text for line in ring.read(0).lines] == ["a", "b", "c"]
    assert ring.full


def test_filters_are_read_as_they_are_typed() -> None:
    assert log_filter("") is None
    assert log_filter("!") is None
    only, others = log_filter("err"), log_filter("!err")
    assert only is not None
    assert only.lets_through("ERROR")
    assert not only.lets_through("fine")
    assert others is not None
    assert others.lets_through("fine")
    with pytest.raises(BadPattern):
        log_filter("(")


@pytest.mark.parametrize(
    ("line", "word", "tone"),
    [
        ('{"level":"error","msg":"no"}', "error", Tone.BAD),
        ("ts=1 level=warn msg=late", "warn", Tone.WARN),
        ("ts=1 level=info msg=an error", "", None),
        ("DEBUG an error was mended", "DEBUG", Tone.FAINT),
        ("2026-11-24 FATAL config: PAYMENTS_DB_URL is not set", "FATAL", Tone.BAD),
        ("key=value", "", None),
        ("", "", None),
    ],
)
def test_a_line_has_its_level_in_a_tone_and_its_parts_stay_whole(line: str, word: str, tone: Tone | None) -> None:
    for showing, text in (
        (Showing(), line),
        (Showing(timestamps=True), f"10:39:21  {line}"),
        (Showing(labels=5), f"web-0  {line}"),
        (Showing(timestamps=True, labels=5), f"11-23 10:39:21  web-0  {line}"),
    ):
        cells = paint(text, showing, {"web-0": Tone.STREAM_1})
        assert "".join(cell.text for cell in cells) == text
        assert head_of(text, showing) == len(text) - len(line)
        level = [cell for cell in cells if cell.tone in (Tone.BAD, Tone.WARN, Tone.FAINT) and cell.text == word]
        assert [cell.tone for cell in level] == ([tone] if word else [])
        assert [cell.text for cell in cells if cell.tone is Tone.STREAM_1] == (["web-0  "] if showing.labels else [])


def test_moments_are_short_today_and_dated_before() -> None:
    now = time.mktime((2026, 11, 24, 12, 0, 0, 0, 0, -1))
    assert stamp(now - 60, now) == "11:59:00"
    assert stamp(now - 86400, now) == "11-23 12:00:00"
    assert stamp(None, now) == "--:--:--"


LIVE = Freshness(Health.LIVE, 0.0, 0.0)


def status(**how: Any) -> LogStatus:
    given: dict[str, Any] = {
        "name": "payments/payments-api-7d4f9c-x7k2p",
        "container": "api",
        "previous": False,
        "following": True,
        "part": "newest 1000",
        "freshness": LIVE,
        "ended": False,
        "gone": False,
        "state": ContainerState("running"),
        "lines": 0,
    }
    return LogStatus(**(given | how))


def words(said: LogStatus) -> str:
    return "\n".join("".join(cell.text for cell in line) for line in why_empty(said, 10.0))


FAILED = Freshness(Health.FAILED, 0.0, None, "connection refused")
CRASHED = ContainerState("waiting", "CrashLoopBackOff", 5, ran_before=True, exit_code=1)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (status(), "◌ no line yet"),
        (status(part="last 5m"), "◌ no line in the last 5m"),
        (status(state=CRASHED), "waiting to start again, CrashLoopBackOff, 5 restarts\np shows what the run before"),
        (status(state=ContainerState("running", "", 2, True)), "no line yet  p shows the run before"),
        (status(state=ContainerState("waiting", "ContainerCreating")), "has not started: ContainerCreating"),
        (status(freshness=FAILED), "never reached\nconnection refused"),
        (status(freshness=Freshness(Health.DENIED, 0.0, None, "pods/log is forbidden")), "denied\npods/log is forb"),
        (status(freshness=Freshness(Health.CONNECTING, 0.0)), "loading"),
        (status(gone=True, freshness=FAILED), "the pod is gone"),
        (status(previous=True, ended=True), "the run before wrote nothing"),
        (status(previous=True, ended=True, freshness=FAILED), "no run before this one"),
        (status(lines=7, filter="x"), "none of 7 lines matches 'x'"),
        (status(lines=7, filter="!x"), "none of 7 lines is without 'x'"),
    ],
)
def test_an_empty_log_says_which_empty_it_is(said: LogStatus, expected: str) -> None:
    assert expected in words(said)


def test_a_log_with_lines_is_not_empty() -> None:
    assert words(status(lines=1)) == ""


@pytest.mark.parametrize("width", [60, 78, 118])
def test_the_title_keeps_what_matters_in_its_width(width: int) -> None:
    said = "".join(cell.text for cell in title(status(lines=9, filter="err", matched=2), width, 10.0))
    assert len(said) <= width or width == 60
    assert "· api · following · /err/ 2 of 9" in said
    assert said.startswith("logs payments/" if width > 78 else "logs pay")


def test_a_container_s_state_is_read_whatever_the_pod_lacks() -> None:
    assert container_state({}, "api") == ContainerState()
    assert container_state({"status": {"containerStatuses": [None, {"name": "api"}]}}, "api") == ContainerState()
    pod = {
        "status": {
            "initContainerStatuses": [{"name": "init", "state": {"terminated": {"reason": "Completed"}}}],
            "containerStatuses": [
                {
                    "name": "api",
                    "restartCount": 5,
                    "state": {"waiting": {"reason": "CrashLoopBackOff"}},
                    "lastState": {"terminated": {"exitCode": 1}},
                }
            ],
        }
    }
    assert container_state(pod, "api") == CRASHED
    assert container_state(pod, "init").words == "Completed"


def test_a_container_of_a_pod_without_a_node_waits() -> None:
    full = {"type": "PodScheduled", "status": "False", "reason": "Unschedulable", "message": "0/3 nodes are available"}
    pod = {"status": {"phase": "Pending", "conditions": [full]}}
    assert container_state(pod, "api") == ContainerState("waiting", "Unschedulable: 0/3 nodes are available")
    assert container_state({"status": {"phase": "Pending"}}, "api") == ContainerState("waiting", "Pending")


@pytest.mark.parametrize(
    "status",
    [
        [],
        {"containerStatuses": 5},
        {"containerStatuses": [{"name": "api", "state": "x", "restartCount": "many", "lastState": 3}]},
        {"containerStatuses": [{"name": "api", "state": {"": {"reason": None}}}]},
    ],
)
def test_a_state_of_an_odd_shape_is_no_state(status: object) -> None:
    assert container_state({"status": status}, "api") == ContainerState()
