"""A cockpit that goes to another context takes along the acks that it has to keep."""

from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any, cast

import pytest

from state.session import Session


@dataclass
class Keeper:
    """A keeper of acks in one context."""

    idle: bool
    alerts: Any = field(default_factory=lambda: Alerts())
    stopped: bool = False
    pumps: int = 0

    def pump(self) -> bool:
        self.pumps += 1
        return False

    def stop(self) -> None:
        self.stopped = True


class Alerts:
    stopped = False

    def pump(self) -> bool:
        return False

    def stop(self) -> None:
        self.stopped = True


class Place:
    """A platform that tells how it was left."""

    def __init__(self, name: str, keeper: Keeper | None) -> None:
        self.context = SimpleNamespace(name=name)
        self.keeper = keeper
        self.how = ""

    def leave(self) -> None:
        self.how = "left"

    def end(self) -> None:
        self.how = "ended"

    def pump(self) -> bool:
        return False


def session(home: Place) -> Session:
    quiet = SimpleNamespace(pump=lambda: False, settle=lambda context: None)
    return Session(*map(cast, ["Any"] * 6, [quiet, home, quiet, quiet, quiet, quiet]))  # type: ignore[arg-type]


@pytest.mark.parametrize(("keeper", "how"), [(None, "ended"), (Keeper(idle=True), "ended"), (Keeper(False), "left")])
def test_what_is_left_goes_on_only_for_acks(keeper: Keeper | None, how: str) -> None:
    home = Place("prod", keeper)
    one = session(home)
    one.settle(cast("Any", Place("staging", None)))
    assert home.how == how


def test_acks_are_kept_there_until_there_are_none_or_one_comes_back() -> None:
    keeper = Keeper(idle=False)
    one = session(Place("prod", keeper))
    there = Keeper(idle=False)
    one.settle(cast("Any", Place("staging", there)))
    assert [(name, kept) for name, kept in one.keepers()] == [("", there), ("prod", keeper)]
    one.pump()
    assert keeper.pumps == 1
    one.settle(cast("Any", Place("prod", Keeper(idle=True))))
    assert keeper.stopped
    assert keeper.alerts.stopped
    there.idle = True
    one.pump()
    assert [name for name, _ in one.keepers()] == [""]
    assert there.stopped
