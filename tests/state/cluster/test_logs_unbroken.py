"""A followed log is whole and without doubles, wherever the server cuts it and whatever the container does."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from state.cluster import logs
from state.cluster.log_source import LogSource
from state.cluster.logs import LogFollower
from tests.state.cluster.log_server import CuttingServer, LogWorld

SOURCE = LogSource("shop", "web-0", "web", tail=None)
GAP = "lines may be missing here"

# Few texts and small steps: many lines share a moment, a second, or both with their text.
_WRITING = st.tuples(st.just("write"), st.sampled_from("abc"), st.sampled_from([0, 0, 1, 300_000, 900_000, 5_000_000]))
_CUT = (st.integers(0, 400), st.integers(1, 60), st.booleans())


@pytest.fixture(autouse=True, scope="module")
def hurry():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(logs, "FIRST_PAUSE", 0.0)
        yield


def followed(script, world=None):
    world = world or LogWorld()
    follower = LogFollower(lambda: server, SOURCE)
    server = CuttingServer(world, script)
    follower.run()
    return world, follower.ring.read(0).lines


@given(st.lists(st.tuples(st.lists(_WRITING, max_size=6), *_CUT), max_size=8))
def test_of_one_run_every_line_comes_once(script):
    world, found = followed(script)
    assert [line.text for line in found if not line.mark] == world.written
    assert not any(GAP in line.text for line in found)


@given(st.lists(st.tuples(st.lists(_WRITING, min_size=1, max_size=5), st.booleans(), *_CUT), max_size=8))
def test_over_restarts_every_line_comes_once(parts):
    # A new run writes later than the one before, and the server still has that one.
    script = [([("restart",), ("write", "begin", 1), *events] if new else events, *cut) for events, new, *cut in parts]
    world, found = followed([([("write", "first", 0)], 10_000, 50, True), *script])
    assert [line.text for line in found if not line.mark] == world.written


def test_a_restart_that_nobody_saw_is_marked_between_the_runs():
    world, found = followed(
        [
            ([("write", "one", 0)], 10_000, 50, True),
            ([("write", "last words", 10), ("restart",), ("write", "again", 20)], 10_000, 50, False),
        ]
    )
    assert [line.text for line in found] == [
        "one",
        "connection lost for 0s, going on",
        "last words",
        "the container was started again",
        "again",
    ]
    assert world.written == [line.text for line in found if not line.mark]


_EVENT = _WRITING | st.just(("restart",)) | st.just(("rotate",))


@given(st.lists(st.tuples(st.lists(_EVENT, max_size=6), *_CUT), min_size=1, max_size=8))
def test_what_the_server_no_longer_has_is_marked_and_nothing_comes_twice(script):
    # Each line is another one, so that what is missing can be told.
    count = iter(range(1000))
    script = [
        ([(e[0], f"line {next(count)};", e[2]) if e[0] == "write" else e for e in events], *cut)
        for events, *cut in script
    ]
    world, found = followed(script)
    # Of a line that was cut, and is no longer there, the beginning is shown.
    found = [line for line in found if line.mark or line.text.endswith(";")]
    came = [line.text for line in found if not line.mark]
    assert len(came) == len(set(came))
    assert came == sorted(came, key=world.written.index)
    place = {text: index for index, text in enumerate(world.written)}
    before, marked = None, False
    for line in found:
        if line.mark:
            marked |= GAP in line.text
        else:
            if before is not None and place[line.text] != before + 1:
                assert marked
            before, marked = place[line.text], False
