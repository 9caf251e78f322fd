"""What can be done to what an alert is about: everything that the cluster view can do to it."""

from collections.abc import Iterator, Sequence

from screens.commands import BY_ID, COMMANDS
from screens.dialogs.choose import Option
from screens.wanted import Target
from state.alerts.triage.about import About
from state.alerts.workload import NODE
from state.cell import Cell, Tone
from state.cluster.kinds.pod_row import PodRow
from state.cluster.operations.offered import OFFERS, offered
from state.platform_view import PlatformView
from state.ref import Ref

VERBS = (
    "roll_back", "restart", "scale", "set_image", "pause", "suspend", "trigger", "shell", "delete", "kill", "forward",
    "copy_files", "attach", "cordon", "uncordon", "drain", "edit", "label", "annotate", "delete_as",
)  # fmt: skip
"""The likeliest to mend something first."""
_OPERATE = "operate('"
_TITLES = {
    **{
        command.action.removeprefix(_OPERATE).removesuffix("')"): command.title
        for command in COMMANDS
        if command.action.startswith(_OPERATE)
    },
    "roll_back": BY_ID["object.rollback"].title,
    "delete": BY_ID["object.delete"].title,
}

Repair = tuple[str, Target]
"""What is wanted, and with what."""


def repairs(found: About, view: PlatformView) -> tuple[Sequence[Option], Sequence[Repair]]:
    """Return what can be done to the object, its first pod and the node of that, as options whose keys are places
    among the repairs."""
    options: list[Option] = []
    each: list[Repair] = []
    for target in _targets(found, view):
        assert target.kind is not None
        resource = target.kind.resource
        for verb in VERBS:
            if verb not in OFFERS or not offered(verb, resource):
                continue
            where = Cell(f"{resource.kind} {target.ref.name}", Tone.QUIET)
            options.append(Option(len(each), Cell(_TITLES[verb]), where))
            each.append((verb, target))
    return options, each


def _targets(found: About, view: PlatformView) -> Iterator[Target]:
    refs = [found.ref] if found.ref is not None else []
    if found.pods:
        pod, of_pod = found.pods[0]
        refs += [pod, *_node_of(of_pod, pod)]
    for ref in dict.fromkeys(refs):
        row, kind = view.row(ref), view.kind(ref.group_kind)
        if row is not None and kind is not None:
            yield Target(ref, row.uid, kind)


def _node_of(row: PodRow, pod: Ref) -> tuple[Ref, ...]:
    return (Ref(pod.cluster, NODE, "", row.node),) if row.node else ()
