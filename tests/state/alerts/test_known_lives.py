"""Lives kept as their entries come are those that all entries tell of at once."""

from hypothesis import given
from hypothesis import strategies as st

from state.alerts.known_lives import KnownLives
from state.journal.entry import Entry
from state.journal.lives import begun_at, lives

ENTRY = st.builds(
    lambda fingerprint, start, event: Entry(
        "alerts@x",
        fingerprint,
        float(start),
        event,
        start + 1.0,
        subject=f"A{fingerprint}",
        details={"where": f"ns-{fingerprint}/pod"},
    ),
    st.sampled_from("abc"),
    st.integers(0, 3),
    st.sampled_from(["firing", "acked", "silenced", "resolved", "lost", "unseen"]),
)


@given(st.lists(st.tuples(ENTRY, st.booleans()), max_size=20))
def test_in_whatever_portions_they_come(entries: list[tuple[Entry, bool]]) -> None:
    known = KnownLives(most=100)
    taken: list[Entry] = []
    for entry, looked in entries:
        known.take([entry])
        taken.append(entry)
        if looked:
            assert known.lives == lives(taken)
    assert known.lives == lives(taken)
    found = {place: sorted(moments) for place, moments in begun_at(known.lives).items()}
    assert {place: sorted(moments) for place, moments in known.starts.items()} == found


def test_the_oldest_go() -> None:
    known = KnownLives(most=2)
    known.take(Entry("alerts@x", str(number), float(number), "firing", 0.0, subject="A") for number in range(5))
    assert [life.fingerprint for life in known.lives] == ["4", "3"]
