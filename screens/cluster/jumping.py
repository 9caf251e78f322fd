"""From an object to what belongs to it: its owner, its node, what uses it."""

from screens.cluster.wandering import Wandering
from state import threads
from state.cluster.errors import ClusterError
from state.cluster.inside import PODS, Inside
from state.cluster.operations.offered import NODE
from state.cluster.used_by import users
from state.ref import Ref
from state.within import Named, Owned, Within

ANSWER_SECONDS = 30.0


class Jumping(Wandering):
    """A screen on which one jumps from the object under the cursor to others."""

    def action_owner(self) -> None:
        """Go to what controls the object."""
        target, row = self.objects.pointed, self.objects.pointed_row
        if target is None or row is None:
            return
        if row.owner is None:
            self.say(f"nothing controls {target.ref.path}")
            return
        self.show_kind_of(row.owner.kind, row.owner.name, target.ref)

    def action_node(self) -> None:
        """Go to the node that runs the pod."""
        target, row = self.objects.pointed, self.objects.pointed_row
        node = getattr(row, "node", "")
        if target is None:
            return
        if not node:
            self.say(f"no node runs {target.ref.path}")
            return
        self.show_object(Ref(target.ref.cluster, NODE, "", node))

    def action_use(self) -> None:
        """Show the namespace under the cursor alone from now on."""
        row = self.objects.pointed_row
        if row is not None:
            self.look_at((row.name,))

    def action_used_by(self) -> None:
        """Show the pods that use the object."""
        target = self.objects.pointed
        if target is not None:
            self.run_worker(self._used_by(target.ref), exclusive=True, exit_on_error=False)

    def action_revisions(self) -> None:
        """Show the revisions of the workload: a deployment's replica sets, a set's controller revisions."""
        target = self.objects.pointed
        if target is not None:
            plural = "replicasets.apps" if target.ref.group_kind.kind == "Deployment" else "controllerrevisions.apps"
            self.enter(Inside(plural, Within(target.ref, Owned(target.uid))))

    async def _used_by(self, ref: Ref) -> None:
        context = self._contexts.get(ref.cluster)
        if context is None:
            return
        transport = context.cluster.transport
        try:
            found = await threads.call("used by", lambda: users(transport(), ref), timeout=ANSWER_SECONDS)
        except TimeoutError:
            self.say(f"no answer in {ANSWER_SECONDS:.0f} s")
        except ClusterError as error:
            self.say(str(error))
        else:
            if found:
                self.enter(Inside(PODS, Within(ref, Named(found), "in use")))
            else:
                self.say(f"no pod uses {ref.group_kind.kind} {ref.path}")
