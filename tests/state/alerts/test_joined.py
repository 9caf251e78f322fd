"""The picture is joined where the last of it was heard, and is always that of the answers that are shown."""

from collections.abc import Callable

from hypothesis import given
from hypothesis import strategies as st

from state.alerts.joined import Joined
from state.alerts.model import AlertPicture
from state.alerts.reading import FromAlertmanager, FromPrometheus
from state.alerts.together import join_all
from tests.state.alerts.examples import NOW, alert


def heard(name: str) -> FromAlertmanager:
    return FromAlertmanager(NOW, (alert(name),))


def told(name: str) -> FromPrometheus:
    return FromPrometheus(NOW, (alert(name, state="pending"),))


def test_the_picture_is_ready_when_the_answers_arrive() -> None:
    joined, said = Joined(1, 1), heard("A")
    assert joined.of_alertmanager(0, lambda: said)() is said
    picture = joined.picture([said], [None])
    assert joined.picture([said], [None]) is picture
    assert [one.name for one in picture.alerts] == ["A"]


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 1), st.booleans()), max_size=12))
def test_it_is_that_of_the_answers_that_were_taken_over(steps: list[tuple[bool, int, bool]]) -> None:
    joined = Joined(2, 2)
    alertmanagers: list[FromAlertmanager | None] = [None, None]
    prometheuses: list[FromPrometheus | None] = [None, None]
    for number, (which, place, taken) in enumerate(steps):
        # What is not taken over yet has been joined already.
        if which:
            said = heard(f"A{number}")
            joined.of_alertmanager(place, lambda said=said: said)()
            alertmanagers[place] = said if taken else alertmanagers[place]
        else:
            fired = told(f"B{number}")
            ask: Callable[[], FromPrometheus] = lambda fired=fired: fired  # noqa: E731
            joined.of_prometheus(place, ask)()
            prometheuses[place] = fired if taken else prometheuses[place]
        assert joined.picture(alertmanagers, prometheuses) == join_all(alertmanagers, prometheuses)


def test_nothing_heard_is_an_empty_picture() -> None:
    assert Joined(1, 0).picture([None], []) == AlertPicture()
