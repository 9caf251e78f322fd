"""What can be done to the phases of a board."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from state.board import phases
from state.board.changes import Change, Step
from state.board.model import Board


@dataclass(frozen=True, slots=True)
class PhaseAction:
    """One of them: a new phase after `phase`, its fields, its place, its end, the current one.

    `name` is the new phase's, `into` the phase that takes the cards, `places` how far it goes, later when positive.
    """

    what: Literal["add", "edit", "shift", "merge", "remove", "current"]
    phase: str
    name: str = ""
    into: str = ""
    places: int = 0
    fields: Mapping[str, Any] = field(default_factory=dict)

    def changes(self, board: Board, by: Step) -> tuple[Change, ...]:
        """Return the changes that do it. Raises ChangeRefused as `state.board.phases` does."""
        if self.what == "add":
            return phases.add_phase(board, by, self.name, after=self.phase or None)
        if self.what == "edit":
            return phases.edit_phase(board, by, self.phase, self.fields)
        if self.what == "shift":
            return phases.shift_phase(board, by, self.phase, self.places)
        if self.what == "merge":
            return phases.merge_phases(board, by, self.phase, self.into)
        if self.what == "remove":
            return phases.remove_phase(board, by, self.phase)
        return phases.make_current(board, by, self.phase)
