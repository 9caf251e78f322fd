"""Any kind in one live grid: filtered, sorted, gone into and back, of one context or several."""

from dataclasses import replace
from typing import ClassVar

from textual.binding import BindingType

from screens.cluster.jumping import Jumping
from screens.cluster.taking import copy, copy_cell, save
from screens.commands import BY_ID, bindings
from screens.rollouts import ROLLING
from screens.wanted import LineWanted, ObjectWanted, Target
from state.cluster.kinds.pods import PodRow
from state.cluster.operations.derived import instead
from state.cluster.operations.offered import CONTAINER, NODE, OFFERS, POD
from state.cluster.used_by import USED
from state.own_kinds import GROUP
from state.ref import GroupKind
from widgets.grid import Grid

RESTING = 0.25
"""Seconds that the cursor rests on an object before the server is asked what may be done with it."""
ENDED = ("Succeeded", "Failed")
"""The phases of pods that will never run again."""
_NAMESPACE, _SERVICE = GroupKind("", "Namespace"), GroupKind("", "Service")


class ClusterScreen(Jumping):
    """One kind at a time; `:` goes to another, `/` narrows, enter goes into the object, escape back."""

    NAME = "cluster"
    FILTERS = True
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("cluster")]
    AUTO_FOCUS = "Grid"

    _rests: tuple[object, float] = (None, 0.0)
    """Where the cursor is, and since when."""
    _shown_for: object = None
    """Where it was when the keys were last shown."""

    def update(self) -> None:
        super().update()
        self._renew_keys()
        self.doubt_filter(self.objects.problem)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        kind = self.objects.kind if self.is_mounted and self.ready else None
        if kind is None:
            return super().check_action(action, parameters)
        group_kind = kind.resource.group_kind
        match action:
            case "used_by":
                return group_kind in USED
            case "node":
                return group_kind == POD
            case "copy":
                return group_kind != NODE
            case "owner" | "copy_namespace":
                return kind.resource.group != GROUP
            case "warp":
                return kind.resource.namespaced
            case "use":
                return group_kind == _NAMESPACE
            case "forwards":
                return group_kind in (POD, CONTAINER, _SERVICE)
            case "tidy":
                return group_kind == POD
            case "revisions":
                return group_kind in ROLLING
        return super().check_action(action, parameters)

    # --- what may be done ---

    def refusal(self, verb: str, target: Target) -> str:
        """Return why a verb does nothing to an object, in a sentence, as far as that is known."""
        if said := instead(verb, target.ref):
            return said
        offer, kind, context = OFFERS.get(verb), target.kind, self._contexts.get(target.ref.cluster)
        if offer is None or kind is None or context is None:
            return ""
        if offer.changes and context.settings.read_only:
            return f"this cockpit is read-only in {context.name}"
        return context.rights.why_not(offer.permission(kind.resource, target.ref))

    def why_not(self, command: str) -> str:
        target = self.objects.pointed if self.is_mounted else None
        if target is None:
            return ""
        name, _, rest = BY_ID[command].action.partition("(")
        return self.refusal(rest.strip("')") if name == "operate" else name, target)

    def _renew_keys(self) -> None:
        """Ask what may be done with the object that the cursor rests on, and show it."""
        target, now = self.objects.pointed, self._clock.elapsed()
        if target is None:
            return
        context = self._contexts.get(target.ref.cluster)
        here = (target.ref, context.rights.revision if context is not None else 0)
        if here != self._rests[0]:
            self._rests = here, now
        elif here != self._shown_for and now - self._rests[1] >= RESTING:
            self._shown_for = here
            self.show_keys()

    # --- going back ---

    def action_leave(self) -> None:
        """Go back to where one came from; from a list of all, quit."""
        if not self.leave():
            self.app.run_worker(self.app.run_action("quit_safely"), exit_on_error=False)

    def action_kinds(self) -> None:
        self.list_kinds()

    def action_forwards(self) -> None:
        """Show the port-forwards that are open."""
        self.post_message(LineWanted("pf"))

    def action_ask_again(self) -> None:
        """Ask the servers at once; what is watched needs it only after a connection was lost."""
        for name in self.contexts:
            context = self._contexts.get(name)
            if context is not None:
                context.cluster.probe_now()
                context.kinds.ask()
        self.app.notify("asked again; what changes shows by itself, too", markup=False)

    # --- narrowing and ordering ---

    @property
    def filter_text(self) -> str:
        return self.objects.wanted.text

    def filter_by(self, text: str) -> str:
        return self.objects.ask(replace(self.objects.wanted, text=text))

    def action_clear(self) -> None:
        """Show everything again; where everything is shown, go back."""
        query = self.objects.wanted
        if query.text or query.faults_only:
            self.objects.ask(replace(query, text="", faults_only=False))
        else:
            self.action_back()

    def action_faults(self) -> None:
        """Show only what is not well, or everything again."""
        query = self.objects.wanted
        self.objects.ask(replace(query, faults_only=not query.faults_only))

    def action_sort(self, header: str) -> None:
        self.objects.sort(header)

    def action_sort_beside(self, by: int) -> None:
        """Order by the next column, or by the one before."""
        self.objects.sort_beside(by)

    def action_wide(self) -> None:
        """Show the columns of `kubectl get -o wide`, or the usual ones again."""
        self.objects.widen()

    # --- clearing away ---

    def action_tidy(self) -> None:
        """Ask whether to delete all pods of the list that have ended: completed, failed, evicted."""
        ended = self.objects.those(lambda row: isinstance(row, PodRow) and row.phase in ENDED)
        if not ended:
            self.say("no pod in this list has ended")
            return
        self.post_message(ObjectWanted("delete", ended[0], ended))

    # --- taking along ---

    def action_copy(self) -> None:
        """Copy the name of the object, or those of all that is marked, one a line."""
        targets = self.objects.targets
        if targets:
            copy(self, "\n".join(target.ref.name for target in targets), f"{len(targets)} names")

    def action_copy_namespace(self) -> None:
        """Copy the name of the object's namespace."""
        target = self.objects.pointed
        if target is not None and target.ref.namespace:
            copy(self, target.ref.namespace)

    def action_copy_cell(self) -> None:
        """Copy what one column says of the object."""
        cells = self.objects.cells()
        if cells:
            self.run_worker(copy_cell(self, cells), exclusive=True, exit_on_error=False)

    def action_save(self) -> None:
        """Write the list as it is ordered and narrowed to a file, with all its columns."""
        listing = self.objects.listing
        if listing is not None:
            name = f"{'-'.join(self.contexts)}-{listing.kind.resource.plural}"
            self.run_worker(save(self, listing, name, self._clock.wall()), exit_on_error=False)

    # --- marking ---

    def action_mark_range(self) -> None:
        """Mark all from the last mark to here."""
        self.query_one(Grid).action_mark_range()
