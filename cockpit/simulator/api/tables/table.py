"""Tables as the server prints objects: columns, and a row of cells for each object."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from cockpit.simulator.clock import seconds_of
from cockpit.simulator.store import Object

Cells = list[Any]
_MINUTE, _HOUR, _DAY = 60, 3600, 86400


class Column(NamedTuple):
    """One column. `priority` 0 is always shown, 1 only when a wide table is asked for."""

    name: str
    type: str = "string"
    format: str = ""
    priority: int = 0
    description: str = ""

    def as_json(self) -> Object:
        """Return the column as the API writes it."""
        return self._asdict()


NAME = Column("Name", format="name", description="Name must be unique within a namespace.")
AGE = Column("Age", description="The time since the object was created.")


@dataclass(frozen=True, slots=True)
class TableView:
    """How objects of a kind are printed: `cells(object, now)` gives as many cells as there are columns."""

    columns: Sequence[Column]
    cells: Callable[[Object, float], Cells]


def columns(*names: str, integers: Sequence[str] = (), wide: Sequence[str] = ()) -> tuple[Column, ...]:
    """Return columns of text after the name; those in `integers` hold numbers, those in `wide` come last."""
    return (
        NAME,
        *(AGE if name == "Age" else Column(name, "integer" if name in integers else "string") for name in names),
        *(Column(name, priority=1) for name in wide),
    )


def age(obj: Object, now: float) -> str:
    """Return how long an object has been there."""
    return since(obj["metadata"].get("creationTimestamp"), now)


def since(moment: str | None, now: float) -> str:
    """Return the time since a moment, `<unknown>` without one."""
    return human_duration(now - seconds_of(moment)) if moment else "<unknown>"


def human_duration(seconds: float) -> str:
    """Return a span as the API prints it: two or three figures of it. The real function is `HumanDuration`."""
    total = int(seconds)
    if total < -1:
        return "<invalid>"
    if total < 0:
        return "0s"
    if total < 2 * _MINUTE:
        return f"{total}s"
    if total < 10 * _MINUTE:
        return _two(total // _MINUTE, "m", total % _MINUTE, "s")
    if total < 3 * _HOUR:
        return f"{total // _MINUTE}m"
    if total < 8 * _HOUR:
        return _two(total // _HOUR, "h", total % _HOUR // _MINUTE, "m")
    if total < 2 * _DAY:
        return f"{total // _HOUR}h"
    if total < 8 * _DAY:
        return _two(total // _DAY, "d", total % _DAY // _HOUR, "h")
    days = total // _DAY
    if days < 2 * 365:
        return f"{days}d"
    if days < 8 * 365:
        return _two(days // 365, "y", days % 365, "d")
    return f"{days // 365}y"


def _two(large: int, large_unit: str, small: int, small_unit: str) -> str:
    return f"{large}{large_unit}{small}{small_unit}" if small else f"{large}{large_unit}"


def some_of(items: Sequence[str], total: int, most: int = 3) -> str:
    """Return the first few of a list and how many more there are; nothing is `<none>`."""
    if not items:
        return "<none>"
    text = ",".join(items[:most])
    return f"{text} + {total - most} more..." if total > most else text
