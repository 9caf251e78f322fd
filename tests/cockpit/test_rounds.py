"""What a round does when, and that a defect in it ends nothing."""

from dataclasses import dataclass, field
from typing import Any

import pytest

from cockpit.rounds import QUIET_EVERY, STATUS_EVERY, Rounds


@dataclass
class FakeSession:
    arrives: bool = False

    def pump(self) -> bool:
        return self.arrives


class Quiet:
    """Calls nobody."""

    def look(self, session: object, write: object) -> None:
        pass


@dataclass
class FakeOpened:
    session: FakeSession = field(default_factory=FakeSession)
    calling: Quiet = field(default_factory=Quiet)

    def status(self, width: int) -> int:
        return width


@dataclass
class FakeFrame:
    """A screen that remembers what it was asked to do."""

    STREAMS: bool = False
    ready: bool = True
    focused: object = "something"
    did: list[str] = field(default_factory=list)
    defect: str = ""

    def update(self) -> None:
        self.did.append("update")
        if self.defect:
            raise ValueError(self.defect)

    def keep_focus(self) -> None:
        self.did.append("focus")

    def show_status(self, status: int) -> None:
        self.did.append(f"status {status}")


class Walk:
    """Rounds on a clock that a test moves."""

    def __init__(self) -> None:
        self.now = 100.0
        self.said: list[str] = []
        self.rounds = Rounds(self.said.append, lambda: self.now)
        self.opened: Any = FakeOpened()
        self.frame: Any = FakeFrame()

    def go(self, seconds: float = 0.0) -> list[str]:
        """Go round after so many seconds; return what the screen was asked to do."""
        self.now += seconds
        self.frame.did.clear()
        self.rounds.go(self.opened, self.frame, 80)
        return list(self.frame.did)


@pytest.fixture
def walk() -> Walk:
    made = Walk()
    assert made.go() == ["update", "focus", "status 80"]
    return made


def test_while_nothing_arrives_a_screen_is_looked_at_now_and_then(walk: Walk) -> None:
    assert walk.go(0.1) == []
    assert walk.go(QUIET_EVERY - 0.1) == ["update"]
    assert walk.go(STATUS_EVERY - QUIET_EVERY) == ["focus", "status 80"]


def test_what_arrives_is_shown_at_once(walk: Walk) -> None:
    walk.opened.session.arrives = True
    assert walk.go(0.1) == ["update"]
    assert walk.go(0.1) == ["update"]


def test_a_screen_that_reads_a_stream_is_looked_at_every_time(walk: Walk) -> None:
    walk.frame.STREAMS = True
    assert walk.go(0.1) == ["update"]


def test_what_the_user_did_shows_at_once(walk: Walk) -> None:
    walk.rounds.touched()
    assert walk.go() == ["update"]
    walk.rounds.all_due()
    assert walk.go() == ["update", "focus", "status 80"]


def test_keys_that_nothing_takes_are_given_to_something_at_once(walk: Walk) -> None:
    walk.frame.focused = None
    assert walk.go(0.1) == ["focus"]


def test_a_screen_that_is_not_there_yet_is_left_alone(walk: Walk) -> None:
    walk.frame.ready = False
    assert walk.go(9) == []
    walk.rounds.go(walk.opened, None, 80)


def test_a_defect_is_told_once_and_the_rest_goes_on(walk: Walk) -> None:
    walk.frame.defect = "odd\x1b[2J"
    assert walk.go(9) == ["update", "focus", "status 80"]
    assert walk.go(9) == ["update", "focus", "status 80"]
    assert walk.rounds.faults == ["ValueError: odd"]
    assert walk.said == ["a defect, the log has it: ValueError: odd"]
    walk.frame.defect = "another"
    walk.go(9)
    assert walk.rounds.faults == ["ValueError: odd", "ValueError: another"]
    assert len(walk.said) == 2
