"""Operations on objects of a cluster: what each has to know is asked, then it is previewed, confirmed and done."""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from textual.screen import Screen

from screens.copying import copy_files
from screens.dialogs.choose import Choose, Option
from screens.dialogs.operations.asking import AskImage, AskMetadata, AskReplicas, read_metadata, read_replicas
from screens.dialogs.operations.options import DeleteAs, DrainAs
from screens.doing import ANSWER_SECONDS, Doing
from screens.editing import edit_object
from screens.forwards import open_forward
from screens.plain_operations import PLAIN, At, Make
from screens.rollouts import ROLLING, Begun, watch_rollouts
from screens.shell import Wanted, attach, open_shell
from screens.wanted import Target
from state import threads
from state.bulk import tied
from state.cell import Cell, Tone
from state.cluster.errors import ClusterError
from state.cluster.forwards import Forwards
from state.cluster.operations.delete import Delete
from state.cluster.operations.drain import Drain
from state.cluster.operations.edit_session import EditSession
from state.cluster.operations.metadata import ChangeMetadata
from state.cluster.operations.object_operation import GENERATION, ObjectOperation
from state.cluster.operations.offered import CONTAINER, POD
from state.cluster.operations.revision_keeper import roll_back_of
from state.cluster.operations.scale import Scale
from state.cluster.operations.set_image import SetImage
from state.cluster.shell_settings import Shell
from state.contexts import Contexts
from state.operation import Operation, Outcome, Refused
from state.printable import printable
from state.ref import Ref

_SHOWN = ("restart", "roll-back", "set-image")
"""What is done for the sake of its rollout, so that how far that is stands in a dialog."""


_INSIDE: Mapping[str, Callable[[Screen[None], Doing, Wanted], Awaitable[None]]] = {
    "shell": open_shell,
    "attach": attach,
    "copy_files": copy_files,
}
"""What is done in a container."""


@dataclass(frozen=True, slots=True)
class Operating:
    """Does operations on the objects of all contexts that are open."""

    contexts: Contexts
    doing: Doing
    forwards: Forwards
    shell: Shell = field(default_factory=Shell)

    async def do(
        self,
        screen: Screen[None],
        verb: str,
        target: Target,
        marked: Sequence[Target] = (),
        hidden: Collection[Ref] = (),
    ) -> None:
        """Do one thing to an object, or to all that is marked, asking for what has to be known.

        `hidden` are those of them that are not in sight.
        """
        found = [at for one in marked or (target,) if (at := self._at(screen, one)) is not None]
        if not found:
            return
        if verb == "forward":
            transport, _, ref, _ = found[0]
            await open_forward(screen, self.doing, self.forwards, transport, _pod_of(ref))
            return
        if self._read_only(screen, target):
            return
        if verb == "edit":
            await edit_object(screen, self.doing, EditSession(*found[0]))
            return
        if verb in _INSIDE:
            transport, _, ref, uid = found[0]
            container = ref.name.partition("/")[2]
            wanted = Wanted(transport, _pod_of(ref), uid.partition("/")[0], container, self.shell)
            await _INSIDE[verb](screen, self.doing, wanted)
            return
        make = await self._make(screen, verb, found)
        if make is None:
            return
        if len(found) > 1:
            title = f"{_words(verb)} {len(found)} {target.kind.resource.plural if target.kind is not None else ''}"
            results = await self.doing.ask_and_do_all(screen, title, lambda: [make(at) for at in found], hidden)
            self._watch(screen, title, [(one.operation, one.outcome) for one in results])
            return
        at = found[0]
        await self._one(screen, f"{_words(verb)} {at[1].kind} {at[2].path}", lambda: tied(make(at)), at[2].cluster)

    async def roll_back(self, screen: Screen[None], target: Target) -> None:
        """Roll back what keeps the revisions of an object, in the object's own cluster."""
        at = self._at(screen, target)
        if at is not None and not self._read_only(screen, target):
            await self._one(screen, f"Roll back {target.ref.path}", lambda: roll_back_of(*at), target.ref.cluster)

    async def _one(self, screen: Screen[None], title: str, plan: Callable[[], Operation], cluster: str) -> None:
        planned: list[Operation] = []

        def kept() -> Operation:
            planned[:] = [plan()]
            return planned[0]

        outcome = await self.doing.ask_and_do(screen, title, kept, cluster)
        if planned:
            self._watch(screen, planned[0].title, [(planned[0], outcome)])

    def _watch(self, screen: Screen[None], title: str, done: Sequence[tuple[Operation | None, Outcome | None]]) -> None:
        """Watch the rollouts that changes began to their end."""
        begun = [one for operation, outcome in done if (one := self._begun(operation, outcome)) is not None]
        if begun:
            shown = any(operation is not None and operation.id in _SHOWN for operation, _ in done)
            # Not on the screen: one that is left would end it.
            screen.app.run_worker(watch_rollouts(screen.app, title, begun, shown=shown))

    def _begun(self, operation: object, outcome: Outcome | None) -> Begun | None:
        if not isinstance(operation, ObjectOperation) or outcome is None or not outcome.done:
            return None
        ref, generation = operation.subject, outcome.details.get(GENERATION)
        context, kind = self.contexts.get(ref.cluster), ROLLING.get(ref.group_kind)
        if context is None or kind is None or generation is None:
            return None
        return Begun(context.cluster, kind, operation.uid, ref.path, int(generation))

    def _read_only(self, screen: Screen[None], target: Target) -> bool:
        """Return whether nothing is changed where an object is, and say so."""
        found = self.doing.read_only(target.ref.cluster)
        if found:
            _say(screen, f"nothing is changed: this cockpit is read-only in {target.ref.cluster}")
        return found

    def _at(self, screen: Screen[None], target: Target) -> At | None:
        context = self.contexts.get(target.ref.cluster)
        if context is None or target.kind is None:
            _say(screen, f"{target.ref.cluster} is not open any more")
            return None
        return context.cluster.transport, target.kind.resource, target.ref, target.uid

    async def _make(self, screen: Screen[None], verb: str, found: Sequence[At]) -> Make | None:
        """Return how the operation is made, None when the user left it."""
        at = found[0]
        ref = at[2]
        name = ref.path if len(found) == 1 else f"{len(found)} {at[1].plural}"
        if verb in PLAIN:
            return PLAIN[verb]
        match verb:
            case "scale":
                now = await _asked(screen, Scale(*at, 0).current) if len(found) == 1 else None
                if now is None and len(found) == 1:
                    return None
                answer = await screen.app.push_screen_wait(AskReplicas(name, now))
                return None if answer is None else lambda at: Scale(*at, read_replicas(answer))
            case "set_image":
                return await self._image(screen, at)
            case "label":
                return await self._metadata(screen, name, "labels")
            case "annotate":
                return await self._metadata(screen, name, "annotations")
            case "delete_as":
                chosen = await screen.app.push_screen_wait(DeleteAs(name))
                return None if chosen is None else lambda at: Delete(*at, *chosen)
            case "drain":
                options = await screen.app.push_screen_wait(DrainAs(name))
                return None if options is None else lambda at: Drain(*at, options)
        return None

    async def _image(self, screen: Screen[None], at: At) -> Make | None:
        found = await _asked(screen, SetImage(*at, ()).containers)
        if not found:
            return None
        container, image = found[0]
        if len(found) > 1:
            options = [Option(name, Cell(printable(name)), Cell(printable(one), Tone.QUIET)) for name, one in found]
            chosen = await screen.app.push_screen_wait(Choose("Which container", options))
            if chosen is None:
                return None
            container, image = next(pair for pair in found if pair[0] == chosen)
        wanted = await screen.app.push_screen_wait(AskImage(at[2].path, container, image))
        return None if wanted is None else lambda at: SetImage(*at, ((container, wanted),))

    async def _metadata(self, screen: Screen[None], name: str, field: Literal["labels", "annotations"]) -> Make | None:
        answer = await screen.app.push_screen_wait(AskMetadata(name, field))
        return None if answer is None else lambda at: ChangeMetadata(*at, field, read_metadata(answer, field))


def _pod_of(ref: Ref) -> Ref:
    """Return a container's pod; anything else as it is."""
    if ref.group_kind not in (CONTAINER, POD):
        return ref
    return replace(ref, group_kind=POD, name=ref.name.partition("/")[0])


def _words(verb: str) -> str:
    return verb.replace("_", " ").capitalize()


async def _asked(screen: Screen[None], ask: Callable[[], Any]) -> Any:
    """Return what the server says, None after the user was told why it does not."""
    try:
        return await threads.call("asking", ask, timeout=ANSWER_SECONDS)
    except TimeoutError:
        _say(screen, f"no answer in {ANSWER_SECONDS:.0f} s")
    except (Refused, ClusterError) as error:
        _say(screen, str(error))
    return None


def _say(screen: Screen[None], text: str) -> None:
    screen.app.notify(printable(text), severity="warning", markup=False)
