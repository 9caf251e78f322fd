"""What becomes of a wish: an object opened, read, rolled back, deleted; an alert acknowledged."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace

from textual.screen import Screen

from screens.alert_deeds import AlertDeeds
from screens.cluster import ClusterScreen
from screens.doing import Doing
from screens.object import ObjectScreen
from screens.operating import Operating
from screens.wanted import AlertWanted, AppWanted, ObjectWanted, Target
from state.alerts.workload import subject_of, why_nowhere
from state.apps.model import App
from state.cluster.log_options import LogOptions
from state.cluster.operations.derived import RELEASE
from state.cluster.transport import Transport
from state.platform_view import PlatformView
from state.printable import printable
from state.ref import GroupKind, Ref

POD, CONTAINER = GroupKind("", "Pod"), GroupKind("", "Container")


@dataclass(frozen=True, slots=True)
class Deeds:
    """Answers what screens want, with one cluster's view and operations."""

    view: PlatformView
    doing: Doing
    alert_deeds: AlertDeeds
    show_object: Callable[[Ref], Awaitable[None]]
    """Go to the cluster screen at an object."""
    operating: Operating
    log_options: LogOptions = field(default_factory=LogOptions)
    """How logs are read and shown."""

    async def object(self, screen: Screen[None], wanted: ObjectWanted) -> None:
        """Do what was wanted with an object."""
        target = wanted.target
        match wanted.verb:
            case "open":
                await self._open(screen, target)
            case "show":
                await self.show_object(target.ref)
            case "describe" | "yaml" | "events" | "values" | "reveal" as verb:
                self._look(screen, target, verb)
            case "xray":
                self._xray(screen, target.ref)
            case "logs" | "previous_logs" as verb:
                self._logs(screen, wanted.marked or (target,), previous=verb == "previous_logs")
            case "roll_back":
                await self.operating.roll_back(screen, self._with_kind(target))
            case verb:
                await self.operating.do(screen, verb, self._with_kind(target), wanted.marked, wanted.hidden)

    async def alert(self, screen: Screen[None], wanted: AlertWanted) -> None:
        """Do what was wanted with an alert, or with the workload it is about."""
        if await self.alert_deeds.did(screen, wanted):
            return
        found = subject_of(wanted.alert, self.view)
        if found is None:
            self._say(screen, f"{wanted.alert.name}: {why_nowhere(wanted.alert)}")
            return
        await self._with(screen, wanted.verb, found.ref)

    async def app(self, screen: Screen[None], wanted: AppWanted) -> None:
        """Do what was wanted with an app's worst workload."""
        workload = worst_workload(wanted.app, self.view)
        if workload is not None:
            await self._with(screen, wanted.verb, workload)

    # --- one by one ---

    async def _open(self, screen: Screen[None], target: Target) -> None:
        """A pod opens into its logs, anything else into its place among its kind."""
        ref = target.ref
        if ref.group_kind in (POD, CONTAINER) and isinstance(screen, ClusterScreen):
            self._logs(screen, (target,), previous=False)
        elif isinstance(screen, ClusterScreen):
            self._look(screen, target, "describe")
        else:
            await self.show_object(ref)

    async def _with(self, screen: Screen[None], verb: str, ref: Ref) -> None:
        row = self.view.row(ref)
        if row is None:
            self._say(screen, f"{ref.path} is not there any more")
            return
        await self.object(screen, ObjectWanted(verb, Target(ref, row.uid)))

    def _look(self, screen: Screen[None], target: Target, verb: str) -> None:
        ref = target.ref
        kind = target.kind or self.view.kind(ref.group_kind)
        if kind is None:
            self._say(screen, f"{ref.group_kind} is not read here")
            return
        from state.cluster.helm_text import HelmText
        from state.cluster.object_text import ObjectText

        if ref.group_kind == RELEASE:
            release = HelmText(self._transport(ref), ref.namespace, ref.name, target.uid)
            screen.app.push_screen(ObjectScreen(release.title, release.sheets, verb))
            return
        text = ObjectText(self._transport(ref), kind.resource, ref.namespace, ref.name)
        reveals = verb == "reveal"
        first = "describe" if reveals else verb
        screen.app.push_screen(ObjectScreen(text.title, text.sheets, first, values=text.values, reveals=reveals))

    def _xray(self, screen: Screen[None], ref: Ref) -> None:
        """The tree that an object stands in: of a pod or a replica set from its topmost owner down."""
        from screens.xray import ROOTS, XrayScreen

        context = self.operating.contexts.get(ref.cluster)
        cluster = context.cluster if context is not None else self.view.cluster
        root = (self.view.owner(ref) if cluster is self.view.cluster else None) or ref
        if root.group_kind.kind not in ROOTS:
            self._say(screen, f"{ref.group_kind.kind} {ref.path}: nothing hangs from it; ask for what uses it")
            return
        screen.app.push_screen(XrayScreen(cluster, (root,)))

    def _logs(self, screen: Screen[None], targets: Sequence[Target], *, previous: bool) -> None:
        """The logs of a pod, or of all pods of what stands for several; those that come later join them."""
        from screens.log_opening import open_logs

        contexts = self.operating.contexts
        open_logs(screen, contexts, self.view, targets, previous=previous, options=self.log_options)

    def _with_kind(self, target: Target) -> Target:
        return target if target.kind is not None else replace(target, kind=self.view.kind(target.ref.group_kind))

    def _transport(self, ref: Ref) -> Callable[[], Transport]:
        """What asks the object's cluster; it need not be the one that the cockpit is about."""
        context = self.operating.contexts.get(ref.cluster)
        return (context.cluster if context is not None else self.view.cluster).transport

    def _say(self, screen: Screen[None], text: str) -> None:
        screen.app.notify(printable(text), severity="warning", markup=False)


def worst_workload(app: App, view: PlatformView) -> Ref | None:
    """Return the app's workload that stands highest among the worst, else its first."""
    unwell = {faulty.ref for faulty in reversed(view.worst.faulty)}
    return next((ref for ref in app.workloads if ref in unwell), app.workloads[0] if app.workloads else None)
