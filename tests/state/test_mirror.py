from hypothesis import given
from hypothesis import strategies as st

from state.mirror import GONE, RESET, Gone, Inbox, Mirror

BATCHES = st.lists(st.dictionaries(st.sampled_from("abcdef"), st.one_of(st.integers(), st.just(GONE)), max_size=6))


@given(BATCHES, st.integers(0, 10))
def test_a_reader_that_follows_the_changes_holds_what_the_mirror_holds(
    batches: list[dict[str, int | Gone]], every: int
) -> None:
    mirror: Mirror[int] = Mirror()
    mine: dict[str, int] = {}
    seen = 0
    for count, batch in enumerate(batches):
        mirror.apply(batch)
        if every and count % every:
            continue
        changes = mirror.changes(seen)
        assert changes is not RESET
        for key in changes:
            row = mirror.get(key)
            if row is None:
                mine.pop(key, None)
            else:
                mine[key] = row
        seen = mirror.revision
        assert mine == dict(mirror.rows)


def test_a_reader_far_behind_is_told_to_look_at_everything() -> None:
    mirror: Mirror[int] = Mirror()
    mirror.apply({"first": 1})
    seen = mirror.revision
    for number in range(5000):
        mirror.apply({"other": number})
    assert mirror.changes(seen) is RESET
    assert mirror.changes(mirror.revision - 10) == {"other"}


def test_a_batch_larger_than_the_memory_is_a_reset_and_not_a_part() -> None:
    mirror: Mirror[int] = Mirror()
    mirror.apply({str(number): number for number in range(10_000)})
    assert mirror.changes(0) is RESET
    assert mirror.changes(mirror.revision) == frozenset()


def test_only_coming_and_going_moves_the_membership() -> None:
    mirror: Mirror[int] = Mirror()
    mirror.apply({"a": 1})
    came = mirror.membership_revision
    mirror.apply({"a": 2})
    assert mirror.membership_revision == came
    mirror.apply({"a": GONE})
    assert mirror.membership_revision == mirror.revision
    assert mirror.apply({"a": GONE}) is False


@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers())), st.integers(1, 4))
def test_an_inbox_gives_the_newest_of_each_key_once(puts: list[tuple[str, int]], limit: int) -> None:
    inbox: Inbox[int] = Inbox()
    inbox.put(puts)
    taken: dict[str, int | Gone] = {}
    while batch := inbox.take(limit):
        assert len(batch) <= limit
        assert not batch.keys() & taken.keys()
        taken.update(batch)
    assert taken == dict(puts)
    assert len(inbox) == 0
