"""Which of my steps `undo` and `redo` take, also after a restart: all of it is in the history."""

from collections.abc import Iterable, Set

from state.board.changes import Change

_REMEMBERED = 200


class Undo:
    """My steps in two stacks. A step that reverts the newest of one stack moves to the other."""

    def __init__(self) -> None:
        self._done: list[tuple[Change, ...]] = []
        self._undone: list[tuple[Change, ...]] = []

    def done(self, changes: Iterable[Change]) -> None:
        """Take in steps that were made, in order, from the history or just now."""
        for made in _steps(changes):
            reverts = made[0].reverts
            if reverts and _take(self._done, reverts):
                self._undone.append(made)
            elif reverts and _take(self._undone, reverts):
                self._done.append(made)
            else:
                self._done.append(made)
                self._undone.clear()
        del self._done[:-_REMEMBERED]

    def undo(self) -> tuple[Change, ...]:
        """Return the step to take back; none when there is none."""
        return self._done[-1] if self._done else ()

    def redo(self) -> tuple[Change, ...]:
        """Return the taking back that is to be taken back; none when there is none."""
        return self._undone[-1] if self._undone else ()

    def pass_over(self, step: str) -> None:
        """Forget a step that cannot be taken back any more."""
        _take(self._done, step)
        _take(self._undone, step)

    def settled(self, changes: Iterable[Change], dropped: Set[str]) -> None:
        """Take over what came of my changes: some differ from what was asked, some were left out."""
        by_id = {change.id: change for change in changes}
        for stack in (self._done, self._undone):
            kept = [tuple(by_id.get(c.id, c) for c in made if c.id not in dropped) for made in stack]
            stack[:] = [made for made in kept if made]


def _steps(changes: Iterable[Change]) -> list[tuple[Change, ...]]:
    steps: dict[str, list[Change]] = {}
    for change in changes:
        steps.setdefault(change.step, []).append(change)
    return [tuple(made) for made in steps.values()]


def _take(stack: list[tuple[Change, ...]], step: str) -> bool:
    for at in reversed(range(len(stack))):
        if stack[at][0].step == step:
            del stack[at]
            return True
    return False
