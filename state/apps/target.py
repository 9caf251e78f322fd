"""How many apps are wanted in production, and how many there are. Pure."""

from collections.abc import Iterable
from typing import NamedTuple

from state.apps.model import App
from state.board.model import MVP, Board
from state.printable import printable

MVP_APPS = (1, 3)
"""The pattern's own target for the MVP: one to three small apps."""


class Target(NamedTuple):
    """How many apps are to run in production at the end of the current phase, least and most."""

    least: int
    most: int
    phase: str
    """The phase's name."""

    @property
    def words(self) -> str:
        """The target as it is said: `1–3 wanted`."""
        return f"{self.least}–{self.most} wanted" if self.least != self.most else f"{self.least} wanted"


class Count(NamedTuple):
    """The product apps in production, those that are not, and the platform's services."""

    production: int
    elsewhere: int
    platform: int


def target_of(board: Board | None) -> Target | None:
    """Return the current phase's target; the MVP's is the pattern's where the board says none. None: there is none."""
    if board is None:
        return Target(*MVP_APPS, "MVP")
    phase = board.phase(board.settings.current)
    if phase is None:
        return None
    wanted = phase.apps or (MVP_APPS if phase.id == MVP else None)
    return Target(*wanted, printable(phase.name)) if wanted is not None else None


def count(apps: Iterable[App]) -> Count:
    """Return how many apps there are of each sort."""
    listed = list(apps)
    product = [app for app in listed if not app.platform]
    production = sum(app.production for app in product)
    return Count(production, len(product) - production, len(listed) - len(product))


def count_words(counted: Count, target: Target | None) -> str:
    """Return the count against the target: `4 in production, 1–3 wanted: 1 too many · 1 elsewhere`."""
    words = f"{counted.production} in production"
    if target is not None:
        words += f", {target.words}"
        over, under = counted.production - target.most, target.least - counted.production
        if over > 0:
            words += f": {over} too many"
        elif under > 0:
            words += f": {under} missing"
    return words + (f" · {counted.elsewhere} elsewhere" if counted.elsewhere else "")
