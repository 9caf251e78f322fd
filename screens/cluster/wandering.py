"""The ways between kinds: by name, into an object, over contexts."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from screens.cluster.arriving import Arriving, read_also
from screens.cluster.finding import Finding, Found
from screens.cluster.own_lists import contexts_listed, kinds_listed
from screens.cluster.stops import Stop
from screens.wanted import ContextWanted, LineWanted, ObjectWanted
from state.clock import SYSTEM, Clock
from state.cluster.inside import Inside, inside
from state.cluster.kinds.catalogue import find
from state.cluster.kinds.kind import Kind
from state.cluster.kinds.pods import POD
from state.cluster.known_kinds import KnownKinds
from state.cluster.own_columns import OwnColumns
from state.contexts import Contexts
from state.looked_at import Memory
from state.own_kinds import CONTEXT, GROUP
from state.query import Query
from state.ref import GroupKind, Ref
from state.within import Within

_NAMESPACE, _ACCOUNT = GroupKind("", "Namespace"), GroupKind("", "ServiceAccount")


class Wandering(Arriving):
    """A screen that finds the kinds that are asked for, and goes into objects."""

    _seek = ""
    """The kind that was shown in the run before, which the server has to tell of first."""

    def __init__(self, contexts: Contexts, memory: Memory, clock: Clock = SYSTEM) -> None:
        """`memory` is how each context was looked at before."""
        super().__init__(contexts, memory, clock)
        self._finding = Finding(lambda: self._kinds, self.say)
        self._columns = OwnColumns(contexts.home.settings.columns)

    def on_mount(self) -> None:
        if not self._trail.way:
            before = self._memory.last
            self._namespaces = before.namespaces
            known = find(before.kind)
            self.show_kind(known or POD)
            if known is None and before.kind:
                self._seek = before.kind

    def update(self) -> None:
        self.objects.update_at(self._clock.wall())
        self._find_again()

    def _find_again(self) -> None:
        seek, kinds = self._seek, self._contexts.home.kinds
        if not seek or not kinds.resources:
            return
        self._seek = ""
        if len(self._trail.way) == 1 and (found := self._finding.find(seek)) is not None:
            self.visit(found)

    # --- going somewhere ---

    @property
    def _kinds(self) -> KnownKinds:
        return (self._contexts.get(self.contexts[0]) or self._contexts.home).kinds

    def visit(
        self,
        found: Found,
        namespaces: Sequence[str] | None = None,
        text: str | None = None,
        contexts: Sequence[str] = (),
    ) -> None:
        """Show a kind as `show_kind` does, as soon as it is known."""
        self._when_known(found, lambda kind: self.show_kind(kind, namespaces, text, contexts))

    def _when_known(self, found: Found, then: Callable[[Kind[Any]], None]) -> None:
        self._seek = ""
        if isinstance(found, Kind):
            then(found)
        else:
            self.run_worker(self._ask_for(found, then), exclusive=True, exit_on_error=False)

    async def _ask_for(self, found: Found, then: Callable[[Kind[Any]], None]) -> None:
        kind = await self._finding.ask(found)
        if kind is not None:
            then(kind)

    def show_kind(
        self,
        kind: Kind[Any],
        namespaces: Sequence[str] | None = None,
        text: str | None = None,
        contexts: Sequence[str] = (),
    ) -> None:
        """Show a kind: of these namespaces (empty: all, None: as it is), contexts (empty: as they are), narrowed by a
        filter (None: as this kind was narrowed last)."""
        if namespaces is not None:
            self.look_at(namespaces, ask=False)
        query = self._memory.query(kind, self._namespaces)
        if text is not None:
            query = replace(query, text=text)
        self._start(Stop(self._with_columns(kind), tuple(contexts) or self.contexts, query))

    def _with_columns(self, kind: Kind[Any]) -> Kind[Any]:
        """Return a kind with the user's own columns; what is wrong with them is said once."""
        found = self._columns.of(kind)
        if problem := self._columns.problems.pop(kind.resource.plural, ""):
            self.say(f"columns.{kind.resource.plural} of the configuration: {problem}")
        return found

    def look_at(self, namespaces: Sequence[str], *, ask: bool = True) -> None:
        """Show these namespaces from now on, empty for all; what is not read yet is read then."""
        self._namespaces = tuple(namespaces)
        for name in self.contexts:
            context = self._contexts.get(name)
            if context is not None:
                read_also(context, namespaces)
        if ask and self._trail.way:
            top = self._trail.way[0].kind
            self.show_kind(top)

    def show_object(self, ref: Ref) -> None:
        """Show an object's kind with the cursor on it, whatever was left out before."""
        found = self._finding.find(str(ref.group_kind))
        if found is not None:
            self._when_known(found, lambda kind: self._show_object(kind, ref))

    def show_kind_of(self, kind: str, name: str, beside: Ref) -> None:
        """Show an object of a kind's name, in the namespace of another one where it has one."""
        found = self._finding.find(kind)
        if found is None:
            self.say(f"{kind} is not served here")
            return

        def show(kind: Kind[Any]) -> None:
            namespace = beside.namespace if kind.resource.namespaced else ""
            self._show_object(kind, Ref(beside.cluster, kind.resource.group_kind, namespace, name))

        self._when_known(found, show)

    def _show_object(self, kind: Kind[Any], ref: Ref) -> None:
        if self._namespaces and ref.namespace and ref.namespace not in self._namespaces:
            self._namespaces = ()
        query = Query(namespaces=frozenset(self._namespaces))
        self._start(Stop(self._with_columns(kind), (ref.cluster,), query, ref))

    def show_contexts(self, names: Sequence[str]) -> None:
        """Show what is shown, of these contexts."""
        way = self._trail.way
        kind = way[0].kind if way and way[0].own is None else POD
        self.show_kind(kind, contexts=names)

    def list_contexts(self) -> None:
        """Show which contexts there are; enter goes to one."""
        self._start(contexts_listed(self._contexts))

    def list_kinds(self) -> None:
        """Show which kinds there are, and what they may be called; enter shows one."""
        self._start(kinds_listed(self._contexts))

    def enter(self, into: Inside) -> None:
        """Go into an object."""
        found = self._finding.find(into.kind) if isinstance(into.kind, str) else into.kind
        if found is None:
            self.say(f"{into.kind} are not served here")
        else:
            self._when_known(found, lambda kind: self._enter(kind, into.within))

    def _enter(self, kind: Kind[Any], within: Within | None) -> None:
        if within is None:
            query, contexts = Query(namespaces=frozenset(self._namespaces)), self.contexts
        else:
            namespace = within.of.namespace or (within.of.name if within.of.group_kind == _NAMESPACE else "")
            query, contexts = Query(namespaces=frozenset({namespace} - {""}), within=within), (within.of.cluster,)
        self._go_in(Stop(self._with_columns(kind), contexts, query))

    def action_everywhere(self) -> None:
        """Show all namespaces."""
        self.look_at(())

    def action_warp(self) -> None:
        """Show the namespace of the object under the cursor alone."""
        row = self.objects.pointed_row
        if row is not None and row.namespace:
            self.look_at((row.namespace,))

    def on_object_wanted(self, message: ObjectWanted) -> None:
        """What can be gone into is gone into here."""
        kind, row = self.objects.kind, self.objects.pointed_row
        if kind is not None and kind.resource.group == GROUP:
            message.stop()
            if message.verb == "open":
                self._choose(message.target.ref.name, kind)
            return
        if message.verb != "open" or kind is None or row is None:
            return
        ref = message.target.ref
        found = inside(kind, row, ref.cluster)
        if found is not None:
            message.stop()
            self.enter(found)
        elif ref.group_kind == _ACCOUNT and ref.cluster == self._home:
            # What is inside of an account is what it may do.
            message.stop()
            self.post_message(LineWanted(f"can s:{ref.namespace}/{ref.name}"))

    def _choose(self, name: str, kind: Kind[Any]) -> None:
        """Go to what was chosen from a list of the cockpit's own."""
        if kind is CONTEXT:
            self.post_message(ContextWanted(name))
        elif (found := self._finding.find(name)) is not None:
            self.visit(found)
