"""What a form asks for."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class FormField:
    """One field: what stands there at first, and what reads it.

    `read` raises ValueError, or a ChangeRefused, whose text says what is wrong. `rows` above 1 make it a text of
    several lines, at least so many high. `choices` are suggested while typing. `unset` stands there faintly while it
    is empty, `hint` says how to write it while it has the focus.
    """

    name: str
    label: str
    text: str
    read: Callable[[str], Any]
    rows: int = 1
    choices: tuple[str, ...] = ()
    unset: str = ""
    hint: str = ""


@dataclass(frozen=True, slots=True)
class FormGroup:
    """Fields that are seen together."""

    name: str
    fields: tuple[FormField, ...]
