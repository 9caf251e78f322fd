"""Where one is: the list at the end of the way, of contexts that are open, and what is remembered of it."""

from collections.abc import Sequence

from textual.app import ComposeResult

from screens.cluster.objects import ObjectGrid
from screens.cluster.remembering import Remembering
from screens.cluster.stops import Stop, Trail
from screens.frame import Frame
from screens.wanted import Target
from state.clock import SYSTEM, Clock
from state.cluster.errors import ClusterError
from state.config import InvalidConfig
from state.contexts import Context, Contexts
from state.looked_at import Memory
from state.printable import printable


class Arriving(Frame):
    """A screen that shows one kind at a time, and knows how one came there."""

    def __init__(self, contexts: Contexts, memory: Memory, clock: Clock = SYSTEM) -> None:
        """`memory` is how each context was looked at before."""
        super().__init__()
        self._contexts = contexts
        self._memory = Remembering(memory, lambda: contexts.home.name)
        self._clock = clock
        self._trail = Trail()
        self._namespaces: tuple[str, ...] = ()

    def compose_body(self) -> ComposeResult:
        yield ObjectGrid(self._clock, self.refusal)

    def refusal(self, verb: str, target: Target) -> str:
        """Return why a verb does nothing to an object, in a sentence; empty when it does something."""
        return ""

    @property
    def objects(self) -> ObjectGrid:
        """The grid."""
        return self.query_one(ObjectGrid)

    @property
    def _home(self) -> str:
        return self._contexts.home.name

    @property
    def contexts(self) -> tuple[str, ...]:
        """The contexts that are shown."""
        way = self._trail.way
        return way[-1].contexts if way else (self._home,)

    # --- the way ---

    def _start(self, stop: Stop) -> None:
        """Begin a way anew."""
        self._leave_behind()
        self._trail.start(stop)
        self._arrive()

    def _go_in(self, stop: Stop) -> None:
        """Go from where one is into something."""
        self._leave_behind()
        self._trail.enter(stop)
        self._arrive()

    def leave(self) -> bool:
        """Go back to what one came from; return whether there is such a place."""
        came = self._trail.leave() is not None
        if came:
            self._arrive()
        return came

    def action_back(self) -> None:
        """Go back to what one came from."""
        self.leave()

    def action_turn(self, by: int) -> None:
        """Show again what was shown before, or after that."""
        self._leave_behind()
        if self._trail.turn(by) is not None:
            self._arrive()

    def _leave_behind(self) -> None:
        """Keep how what is shown is narrowed, and where the cursor is."""
        stop = self.objects.stop
        if stop is not None:
            self._trail.become(stop)

    def _arrive(self) -> None:
        """Show the end of the way, as soon as its contexts are open."""
        names = self._trail.way[-1].contexts
        opened = [context for name in names if (context := self._contexts.get(name)) is not None]
        if len(opened) == len(names):
            self._show(opened)
        else:
            self.run_worker(self._open_and_show(names), exclusive=True, exit_on_error=False)

    async def _open_and_show(self, names: Sequence[str]) -> None:
        try:
            opened = [await self._contexts.open(name) for name in names]
        except (ClusterError, InvalidConfig) as error:
            self._trail.turn(-1)
            self.say(str(error))
            return
        self._show(opened)

    def _show(self, contexts: Sequence[Context]) -> None:
        for context in contexts:
            if self._namespaces:
                read_also(context, self._namespaces)
        self.objects.show(self._trail.way, {context.name: context.cluster for context in contexts})
        self.update()
        self._remember()
        self.show_keys()

    def say(self, text: str) -> None:
        """Tell the user."""
        self.app.notify(printable(text), severity="warning", markup=False)

    # --- remembering ---

    def on_object_list_asked(self) -> None:
        self._remember()

    def _remember(self) -> None:
        self._memory.keep(self.objects.stop, self._namespaces)


def read_also(context: Context, namespaces: Sequence[str]) -> None:
    """Let a cluster that reads some namespaces only read these too; empty: all."""
    read = context.cluster.namespaces
    if not read:
        return
    if not namespaces:
        context.cluster.look_at(())
    elif not set(namespaces) <= set(read):
        context.cluster.look_at(tuple(dict.fromkeys((*read, *namespaces))))
