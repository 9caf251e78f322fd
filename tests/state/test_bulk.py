"""One operation over several targets."""

import threading
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from state.bulk import Prepared, name_of, perform_all, prepare
from state.cell import Cell
from state.journal.entry import Entry
from state.operation import Course, Outcome, Preview, Progress, Refused
from state.ref import GroupKind, Ref


@dataclass
class Journal:
    entries: list[Entry] = field(default_factory=list)

    def record(self, entry: Entry) -> None:
        self.entries.append(entry)


@dataclass(frozen=True)
class Deed:
    """Does nothing, or fails where it is told to."""

    name: str
    lines: tuple[str, ...] = ("to     5",)
    warnings: tuple[str, ...] = ()
    refusal: str = ""
    wrong: Any = None
    tied: bool = False
    ran: list[str] = field(default_factory=list, compare=False)
    id: str = "scale"
    cluster: str = "prod"

    @property
    def title(self) -> str:
        return f"Scale {self.name}"

    @property
    def subject(self) -> Ref:
        return Ref(self.cluster, GroupKind("apps", "Deployment"), "shop", self.name)

    def permitted(self) -> str:
        return self.refusal

    def planned(self) -> "Deed":
        return replace(self, tied=True)

    def preview(self) -> Preview:
        if isinstance(self.wrong, Exception) and not self.tied:
            raise self.wrong
        return Preview(tuple((Cell(line),) for line in self.lines), self.warnings)

    def run(self) -> Outcome:
        self.ran.append(self.name)
        if isinstance(self.wrong, Exception):
            raise self.wrong
        return Outcome(self.wrong is None, self.wrong or f"{self.name} is scaled")


def told(prepared: Prepared) -> list[str]:
    lines = ["".join(cell.text for cell in line) for line in prepared.preview.lines]
    return [*lines, *(f"! {warning}" for warning in prepared.preview.warnings)]


def test_all_are_named_and_what_they_have_in_common_stands_once() -> None:
    prepared = prepare([Deed("a", warnings=("nothing serves",)), Deed("b", warnings=("nothing serves",))])
    assert told(prepared) == ["shop/a", "shop/b", "", "to     5", "! nothing serves"]


def test_targets_of_several_contexts_say_whose_they_are() -> None:
    shown = [
        "".join(cell.text for cell in line) for line in prepare([Deed("a"), Deed("a", cluster="dev")]).preview.lines
    ]
    assert shown[:2] == ["shop/a  prod", "shop/a  dev"]


def test_what_differs_stands_with_its_target() -> None:
    prepared = prepare([Deed("a", ("from 1",)), Deed("b", ("from 2",), ("b is odd",))])
    assert told(prepared) == ["shop/a", "  from 1", "shop/b", "  from 2", "! shop/b: b is odd"]


def test_marks_that_a_filter_hides_are_counted_and_named() -> None:
    deeds = [Deed("a"), Deed("b"), Deed("c")]
    assert told(prepare(deeds, {deeds[1].subject})) == [
        "shop/a", "shop/b  hidden", "shop/c", "", "to     5",
        "! 1 of 3 are marked but hidden by the filter: shop/b",
    ]  # fmt: skip


def test_those_that_cannot_are_left_out_by_name() -> None:
    deeds = [Deed("a"), Deed("b", refusal="you may not"), Deed("c", wrong=KeyError("odd\x1b[2J"))]
    prepared = prepare([deeds[0], deeds[1], replace(deeds[2], lines=())])
    assert [name_of(one) for one in prepared.able] == ["shop/a", "shop/c"]
    assert "! shop/b is left out: you may not" in told(prepared)


def test_when_none_can_be_done_it_is_refused_with_every_reason() -> None:
    with pytest.raises(Refused, match="shop/a: you may not; shop/b: no"):
        prepare([Deed("a", refusal="you may not"), Deed("b", refusal="no")])
    with pytest.raises(Refused, match="nothing is marked"):
        prepare([])


def test_each_is_tied_to_what_was_previewed() -> None:
    prepared = prepare([Deed("a"), Deed("b")])
    assert [one.tied for one in prepared.able] == [True, True]  # type: ignore[attr-defined]


def test_many_are_previewed_side_by_side_and_stay_in_order() -> None:
    together = threading.Barrier(4, timeout=20)

    class Waits(Deed):
        def permitted(self) -> str:
            together.wait()
            return ""

    deeds = [Waits(f"d{number}") for number in range(40)]
    assert [name_of(one) for one in prepare(deeds).able] == [f"shop/d{number}" for number in range(40)]


def test_each_is_run_and_journalled_by_itself_and_a_failure_stops_no_other() -> None:
    journal = Journal()
    deeds = [Deed("a"), Deed("b", wrong=Refused("changed")), Deed("c", wrong="not ready"), Deed("d")]
    outcome, results = perform_all(deeds, journal, False, "ana")
    assert [deed.ran for deed in deeds] == [["a"], ["b"], ["c"], ["d"]]
    assert [(entry.subject, entry.event) for entry in journal.entries] == [
        (str(deed.subject), event) for deed, event in zip(deeds, ("done", "refused", "failed", "done"), strict=True)
    ]
    assert outcome == Outcome(
        False,
        "2 of 4 done, 2 not: shop/b: changed; shop/c: not ready",
        {"shop/a": "a is scaled", "shop/b": "changed", "shop/c": "not ready", "shop/d": "d is scaled"},
    )
    assert [one.done for one in results] == [True, False, False, True]


def test_when_all_are_done_they_are_named() -> None:
    outcome, _ = perform_all([Deed("a"), Deed("b")], Journal(), False, "ana")
    assert (outcome.done, outcome.summary) == (True, "2 done: shop/a, shop/b")


def test_many_failures_are_counted() -> None:
    outcome, _ = perform_all([Deed(name, wrong="no") for name in "abcde"], Journal(), False, "ana")
    assert outcome.summary == "0 of 5 done, 5 not: shop/a: no; shop/b: no; shop/c: no; and 2 more"
    assert len(outcome.details) == 5


def test_read_only_refuses_all_before_anything() -> None:
    journal, deed = Journal(), Deed("a")
    with pytest.raises(Refused, match="read-only"):
        perform_all([deed], journal, True, "ana")
    assert (deed.ran, journal.entries) == ([], [])


def test_it_tells_how_far_it_is_and_can_be_stopped_between_two() -> None:
    seen: list[Progress] = []

    def tell(progress: Progress) -> None:
        seen.append(progress)
        if progress.done == 1:
            course.stop()

    course = Course(tell)
    journal = Journal()
    deeds = [Deed("a"), Deed("b"), Deed("c")]
    outcome, _ = perform_all(deeds, journal, False, "ana", course=course)
    assert [one.text for one in seen] == ["0 of 3; now shop/a", "1 of 3; now shop/b", "3 of 3"]
    assert outcome.summary == "2 of 3 done, 1 not: shop/c: not begun: it was stopped"
    assert len(journal.entries) == 2, "what was not begun is not journalled"


def test_a_long_one_is_tied_to_the_same_course() -> None:
    seen: list[Course] = []

    class Long(Deed):
        def along(self, course: Course) -> "Deed":
            seen.append(course)
            return self

    course = Course()
    perform_all([Long("a")], Journal(), False, "ana", course=course)
    assert seen == [course]
