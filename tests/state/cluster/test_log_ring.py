from hypothesis import given
from hypothesis import strategies as st

from state.cluster.log_ring import LogRing


def put(ring, *texts):
    ring.put([(text, None) for text in texts])


def texts(chunk):
    return [line.text for line in chunk.lines]


def test_a_reader_goes_on_where_it_was():
    ring = LogRing()
    put(ring, "a", "b")
    first = ring.read(0)
    assert (texts(first), first.next, first.lost) == (["a", "b"], 2, 0)
    put(ring, "c")
    second = ring.read(first.next)
    assert (texts(second), second.next, second.lost) == (["c"], 3, 0)
    assert ring.read(second.next).lines == ()


def test_a_reader_that_falls_behind_is_told_how_many_lines_it_lost():
    ring = LogRing(lines=3)
    put(ring, *"abcde")
    chunk = ring.read(1)
    assert (texts(chunk), chunk.lost, ring.start) == (["c", "d", "e"], 1, 2)


def test_a_long_log_is_read_in_parts():
    ring = LogRing()
    put(ring, *"abcde")
    chunk = ring.read(1, limit=2)
    assert (texts(chunk), chunk.next) == (["b", "c"], 3)


def test_the_size_is_bounded_but_the_newest_line_stays():
    ring = LogRing(characters=10)
    put(ring, "x" * 6, "y" * 6)
    assert texts(ring.read(0)) == ["y" * 6]
    put(ring, "z" * 50)
    assert texts(ring.read(0)) == ["z" * 50]


def test_a_mark_is_told_from_a_line():
    ring = LogRing()
    ring.put([("lost", None)], mark=True)
    put(ring, "a")
    assert [line.mark for line in ring.read(0).lines] == [True, False]


@given(st.lists(st.integers(0, 5), max_size=20), st.integers(1, 6))
def test_lines_read_and_lines_lost_are_all_that_ever_came(batches, room):
    ring, offset, seen, lost = LogRing(lines=room), 0, 0, 0
    for number, size in enumerate(batches):
        ring.put([(str(number), None)] * size)
        if number % 2:
            chunk = ring.read(offset)
            assert [line.number for line in chunk.lines] == list(range(offset + chunk.lost, chunk.next))
            seen, lost, offset = seen + len(chunk.lines), lost + chunk.lost, chunk.next
    chunk = ring.read(offset)
    assert seen + len(chunk.lines) + lost + chunk.lost == sum(batches) == ring.end
