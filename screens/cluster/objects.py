"""The grid of one kind, of one context or several, with the keys of an object."""

from collections.abc import Callable
from typing import ClassVar

from textual.binding import BindingType

from screens.cluster.object_list import ObjectList
from screens.cluster.ordering import moved, ordered
from screens.cluster.targets import READING, wish
from screens.commands import bindings
from screens.wanted import Target
from state.clock import Clock
from state.cluster.operations.derived import RELEASE, answered
from state.cluster.operations.offered import offered
from state.own_kinds import GROUP
from state.printable import printable
from state.ref import GroupKind
from widgets.grid import Grid


class ObjectGrid(ObjectList):
    """The grid of one kind, with the keys of an object."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings("object", "operation")]

    def __init__(self, clock: Clock, why_not: Callable[[str, Target], str]) -> None:
        """`why_not` says why a verb does nothing to an object, in a sentence; empty when it does something."""
        super().__init__(clock)
        self._why_not = why_not

    # --- order and columns ---

    def sort(self, header: str) -> None:
        """Order by a column; again turns it round, a third time goes back to the names."""
        if header in self._headers:
            self.ask(ordered(self.wanted, header))

    def sort_beside(self, by: int) -> None:
        """Order by the column so many places to the right of the one that orders now."""
        self.ask(moved(self.wanted, self._headers, by))

    def widen(self) -> None:
        """Show the columns of `kubectl get -o wide` before others, or where there is room left again."""
        self._wide = not self._wide
        self._columns_changed()

    def on_grid_sort_asked(self, message: Grid.SortAsked) -> None:
        message.stop()
        self.sort(self._headers[message.index])

    # --- keys ---

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        kind = self.kind
        verb = str(parameters[0]) if action == "operate" else action
        if verb == "values":
            return kind is not None and kind.resource.group_kind == RELEASE
        if kind is not None and not offered(verb, kind.resource):
            return answered(verb, kind)
        if kind is not None and kind.resource.group == GROUP and action in READING:
            return False
        return super().check_action(action, parameters)

    def want(self, verb: str) -> None:
        target = self.pointed
        if target is None:
            return
        why = self._why_not(verb, target)
        if why:
            self.app.notify(printable(why), severity="warning", markup=False)
            return
        marked = self.targets if self._marks else ()
        self.post_message(wish(verb, target, marked, self.hidden if marked else ()))

    def action_values(self) -> None:
        self._ask_for("values")

    def action_operate(self, verb: str) -> None:
        self._ask_for(verb)

    @property
    def reveals(self) -> bool:
        return self.kind is not None and self.kind.resource.group_kind == GroupKind("", "Secret")
