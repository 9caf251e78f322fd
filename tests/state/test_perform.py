from dataclasses import dataclass, field

import pytest

from state.clock import Clock
from state.cluster.errors import Unreachable
from state.journal.entry import Entry
from state.operation import Operation, Outcome, Preview, Refused
from state.perform import perform
from state.ref import GroupKind, Ref

_POD = Ref("prod", GroupKind("", "Pod"), "payments", "api-1")


@dataclass
class _Journal:
    entries: list[Entry] = field(default_factory=list)

    def record(self, entry: Entry) -> None:
        self.entries.append(entry)


@dataclass
class _Delete:
    """Deletes nothing, and remembers what it was asked."""

    outcome: Outcome | BaseException = field(default_factory=lambda: Outcome(True, "deleted", {"uid": "1"}))
    refusal: str = ""
    asked: list[str] = field(default_factory=list)
    id: str = "delete"
    title: str = "Delete payments/api-1"
    subject: Ref | str = _POD

    def permitted(self) -> str:
        self.asked.append("permitted")
        return self.refusal

    def preview(self) -> Preview:
        self.asked.append("preview")
        return Preview(())

    def run(self) -> Outcome:
        self.asked.append("run")
        if isinstance(self.outcome, BaseException):
            raise self.outcome
        return self.outcome


def _perform(operation: Operation, journal: _Journal, *, read_only: bool = False) -> Outcome:
    times = iter([100.0, 103.0])
    return perform(operation, journal, read_only, "ana", clock=Clock(wall=lambda: next(times)))


def test_read_only_refuses_before_anything_is_asked() -> None:
    operation, journal = _Delete(), _Journal()
    with pytest.raises(Refused, match="read-only"):
        _perform(operation, journal, read_only=True)
    assert operation.asked == []
    assert journal.entries == []


def test_what_was_done_is_journalled_once() -> None:
    operation, journal = _Delete(), _Journal()
    assert _perform(operation, journal).summary == "deleted"
    assert operation.asked == ["permitted", "run"]
    (entry,) = journal.entries
    assert (entry.source, entry.event, entry.who, entry.operation) == ("operation", "done", "ana", "delete")
    assert (entry.start, entry.at) == (100.0, 103.0)
    assert entry.subject == "Pod payments/api-1 @prod"
    assert entry.details == {"title": "Delete payments/api-1", "uid": "1"}


def test_twice_is_two_entries() -> None:
    journal = _Journal()
    _perform(_Delete(), journal)
    _perform(_Delete(), journal)
    assert len({entry.fingerprint for entry in journal.entries}) == 2


def test_what_is_not_permitted_does_not_run() -> None:
    operation, journal = _Delete(refusal="ana may not delete pods in payments"), _Journal()
    with pytest.raises(Refused, match="ana may not"):
        _perform(operation, journal)
    assert operation.asked == ["permitted"]
    assert [(e.event, e.outcome) for e in journal.entries] == [("refused", "ana may not delete pods in payments")]


@pytest.mark.parametrize(
    ("outcome", "event", "said"),
    [
        (Outcome(False, "the pod is protected"), "failed", "the pod is protected"),
        (Refused("its target changed"), "refused", "its target changed"),
        (Unreachable("no answer"), "failed", "no answer"),
        (KeyboardInterrupt(), "failed", "KeyboardInterrupt"),
        (
            Unreachable("GET https://ana:hunter2@host token=abc123def \x1b[31m"),
            "failed",
            "GET https://ana:***@host token=*** ",
        ),
    ],
)
def test_what_fails_is_journalled_once_without_secrets(outcome: Outcome | BaseException, event: str, said: str) -> None:
    journal = _Journal()
    if isinstance(outcome, BaseException):
        with pytest.raises(type(outcome)):
            _perform(_Delete(outcome), journal)
    else:
        assert _perform(_Delete(outcome), journal) is outcome
    assert [(entry.event, entry.outcome) for entry in journal.entries] == [(event, said)]
