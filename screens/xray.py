"""What hangs together, as a tree: workloads down to containers, and what these refer to, with how each does."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType

from screens.commands import bindings
from screens.emptiness import stale_note
from screens.frame import Frame
from screens.wanted import ObjectWanted, Target
from state.cell import GLYPHS, Cell, Tone
from state.clock import SYSTEM, Clock
from state.cluster.kinds.catalogue import find
from state.cluster.kinds.kind import Kind
from state.cluster.kinds.pod_parts import POD_PARTS
from state.cluster.live import Cluster, Lease
from state.cluster.owners import Branch, Listed, tree
from state.freshness import Health
from state.printable import printable
from state.ref import GroupKind, Ref
from widgets.cell_lines import Bold, CellLines
from widgets.tree_view import TreeView, Twig

EVERY = 0.5
"""Seconds between two looks at what changed."""
READ = (
    "deployments", "statefulsets", "daemonsets", "cronjobs", "jobs", "replicasets", "services", "configmaps",
    "secrets", "persistentvolumeclaims", "serviceaccounts",
)  # fmt: skip
ROOTS = frozenset(
    ("Namespace", "Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "Job", "CronJob", "Service", "Pod")
)
"""The kinds that a tree can begin with."""
_SHORT = {"persistentvolumeclaim": "claim", "serviceaccount": "account", "configmap": "config map"}


class XrayScreen(Frame):
    """The tree below some objects, live. Enter goes to what is under the cursor; `z` folds.

    `XrayScreen(cluster, (ref,))` with refs of one namespace whose kind is in `ROOTS`: an app gives its workloads.
    """

    DEFAULT_CSS = "XrayScreen > CellLines { padding: 0 1; }"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("grid", "object", "fold", "pushed")]
    AUTO_FOCUS = "TreeView"

    def __init__(self, cluster: Cluster, roots: Sequence[Ref], title: str = "", clock: Clock = SYSTEM) -> None:
        super().__init__()
        self._cluster = cluster
        self._roots = tuple(roots)
        self._title = printable(title or ", ".join(f"{root.group_kind.kind} {root.path}" for root in roots))
        self._clock = clock
        self._leases: dict[GroupKind, Lease[Any]] = {}
        self._seen: object = None
        self._looked = float("-inf")
        self._branches: dict[str, Branch] = {}
        self._heading = CellLines()
        self._view = TreeView()

    def compose_body(self) -> ComposeResult:
        yield self._heading
        yield self._view

    def on_mount(self) -> None:
        for kind in self._kinds():
            self._leases[kind.resource.group_kind] = self._cluster.lease(kind)
        self._tell(())

    def on_unmount(self) -> None:
        for lease in self._leases.values():
            lease.release()
        self._leases.clear()

    def _kinds(self) -> list[Kind[Any]]:
        """The kinds to read, of the namespaces of the roots alone."""
        names = {root.name if root.group_kind.kind == "Namespace" else root.namespace for root in self._roots}
        kinds: list[Kind[Any]] = [POD_PARTS, *(kind for name in READ if (kind := find(name)) is not None)]
        if len(names) == 1:
            only = ("fieldSelector", f"metadata.namespace={names.pop()}")
            kinds = [replace(kind, query=(*kind.query, only)) for kind in kinds]
        namespaces = find("namespaces")
        if namespaces is not None and any(root.group_kind.kind == "Namespace" for root in self._roots):
            kinds.append(namespaces)
        return kinds

    # --- what it shows ---

    def update(self) -> None:
        now = self._clock.elapsed()
        if now - self._looked < EVERY:
            return
        self._looked = now
        seen = tuple(
            (lease.mirror.revision, lease.feed.complete, lease.feed.freshness.health) for lease in self._leases.values()
        )
        # What is wrong with a pod can change with the clock alone.
        if seen == self._seen and int(now) % 5:
            return
        self._seen = seen
        listed = {
            key: Listed(
                lease.feed.kind,
                lease.mirror,
                lease.feed.complete,
                lease.feed.freshness.health is Health.DENIED,
            )
            for key, lease in self._leases.items()
        }
        branches = tree(self._roots, listed, self._clock.wall())
        self._branches = {one.key: one for branch in branches for one in _all(branch)}
        self._view.show([_twig(branch) for branch in branches])
        self._tell(branches)

    def _tell(self, branches: Sequence[Branch]) -> None:
        everything = [one for branch in branches for one in _all(branch)]
        bad = sum(one.tone is Tone.BAD for one in everything)
        warned = sum(one.tone is Tone.WARN for one in everything)
        words: list[Cell] = [Bold("xray"), Cell(f" {self._title}")]
        if not everything or any(not lease.feed.complete for lease in self._pending()):
            words.append(Cell("  loading …", Tone.QUIET))
        if bad:
            words.append(Cell(f"  ✗ {bad} bad", Tone.BAD))
        if warned:
            words.append(Cell(f"  ▲ {warned} to look at", Tone.WARN))
        if everything and not bad and not warned:
            words.append(Cell(f"  {len(everything)} well", Tone.FAINT))
        pods = self._leases.get(GroupKind("", "Pod"))
        note = stale_note(pods.feed.freshness, self._clock.wall()) if pods is not None else ""
        if note:
            words.append(Cell(f"  ▲ {note}", Tone.WARN))
        self._heading.show([words])

    def _pending(self) -> list[Lease[Any]]:
        return [lease for lease in self._leases.values() if lease.feed.freshness.health is Health.CONNECTING]

    # --- keys ---

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "xray":
            return False
        if action == "reveal":
            key = self._view.cursor_key
            branch = self._branches.get(key) if isinstance(key, str) else None
            return branch is not None and branch.kind == "secret" and bool(branch.uid)
        return super().check_action(action, parameters)

    def on_tree_view_moved(self) -> None:
        self.show_keys()

    def on_tree_view_chosen(self, message: TreeView.Chosen) -> None:
        message.stop()
        target = self._target()
        if target is not None:
            self.app.post_message(ObjectWanted("show", target))
            self.dismiss()

    def _target(self) -> Target | None:
        key = self._view.cursor_key
        branch = self._branches.get(key) if isinstance(key, str) else None
        if branch is None or branch.ref is None or not branch.uid:
            return None
        return Target(branch.ref, branch.uid, find(branch.ref.group_kind.kind))

    def _want(self, verb: str) -> None:
        target = self._target()
        if target is not None:
            self.post_message(ObjectWanted(verb, target))

    def action_describe(self) -> None:
        self._want("describe")

    def action_yaml(self) -> None:
        self._want("yaml")

    def action_events(self) -> None:
        self._want("events")

    def action_reveal(self) -> None:
        self._want("reveal")

    def action_logs(self) -> None:
        self._want("logs")

    def action_previous_logs(self) -> None:
        self._want("previous_logs")

    def action_roll_back(self) -> None:
        self._want("roll_back")

    def action_delete(self) -> None:
        self._want("delete")

    def action_fold(self) -> None:
        self._view.fold()

    def action_fold_all(self) -> None:
        self._view.fold_all()

    def action_back(self) -> None:
        self.dismiss()


def _all(branch: Branch) -> list[Branch]:
    return [branch, *(one for child in branch.children for one in _all(child))]


def _twig(branch: Branch) -> Twig:
    well = branch.tone is Tone.WELL
    tone = Tone.FAINT if well else branch.tone
    return Twig(
        branch.key,
        Cell(GLYPHS.get(branch.tone, " "), tone),
        Cell(_SHORT.get(branch.kind, branch.kind), Tone.QUIET),
        Cell(branch.name),
        Cell(branch.about, Tone.QUIET if well else branch.tone),
        tuple(_twig(child) for child in branch.children),
        _mark(branch.worst),
    )


def _mark(tone: Tone) -> Cell:
    return Cell(GLYPHS.get(tone, " "), Tone.FAINT if tone is Tone.WELL else tone)
