"""Showing what was asked of the cluster as a whole: pulse, xray, logs, and who may do what."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual.screen import Screen

from screens.look_command import AskRights, Look, ShowLogs, ShowPulse, ShowXray

if TYPE_CHECKING:
    from state.platform import Platform

MOST = 40
"""Objects that one tree begins with at most."""


def screen_of(look: Look, platform: "Platform", namespaces: Sequence[str]) -> "Screen[None] | str":
    """Return the screen that shows it, or the sentence that says why not. `namespaces` are those that are shown."""
    cluster = platform.cluster
    match look:
        case ShowPulse():
            from screens.pulse import PulseScreen

            return PulseScreen(platform)
        case ShowXray():
            return _tree(look, platform, namespaces)
        case ShowLogs():
            return _logs(look, platform, namespaces)
        case AskRights(wanted, subject, namespace):
            from screens.rbac import RightsScreen, my_rights_question, rights_question, who_can_question

            if wanted is not None:
                return RightsScreen(who_can_question(cluster.transport, wanted))
            if subject is not None:
                return RightsScreen(rights_question(cluster.transport, subject))
            here = namespace or (namespaces[0] if len(namespaces) == 1 else "default")
            return RightsScreen(my_rights_question(cluster.transport, here))


def _tree(look: ShowXray, platform: "Platform", namespaces: Sequence[str]) -> "Screen[None] | str":
    from screens.xray import ROOTS, XrayScreen
    from state.ref import GroupKind, Ref

    cluster, view = platform.cluster, platform.view
    if look.kind not in ROOTS:
        return f"nothing hangs from a {look.kind}: xray takes {', '.join(sorted(ROOTS))}"
    namespace = look.namespace or (namespaces[0] if len(namespaces) == 1 else "")
    if not namespace:
        words = "" if look.kind == "Namespace" else f"{look.kind.casefold()} "
        return f"name a namespace: xray {words}NAMESPACE"
    if look.kind == "Namespace":
        root = Ref(cluster.name, GroupKind("", "Namespace"), "", namespace)
        return XrayScreen(cluster, (root,))
    kind = next((one for one in view.kinds if one.resource.kind == look.kind), None)
    if kind is None:
        return f"{look.kind} is not read here"
    if look.name:
        return XrayScreen(cluster, (Ref(cluster.name, kind.resource.group_kind, namespace, look.name),))
    rows = view.feed(kind.resource.group_kind).mirror
    roots = sorted(
        (kind.ref(cluster.name, row) for row in rows if row.namespace == namespace), key=lambda ref: ref.name
    )
    if not roots:
        return f"no {kind.resource.plural} in {namespace}"
    title = f"{kind.resource.plural} of {namespace}"
    return XrayScreen(cluster, roots[:MOST], f"{title}, {MOST} of {len(roots)}" if len(roots) > MOST else title)


def _logs(look: ShowLogs, platform: "Platform", namespaces: Sequence[str]) -> "Screen[None] | str":
    from screens.logs import LogScreen
    from state.cluster.log_options import log_options
    from state.pods_behind import pods_behind, selected_pods
    from state.ref import Ref

    cluster, view = platform.cluster, platform.view
    options = log_options(platform.context.settings.logs)
    if look.selector:
        pods = selected_pods(view, look.selector, [look.namespace] if look.namespace else namespaces)
        if not pods.rows():
            return f"no pods match {pods.title}"
        return LogScreen(cluster.transport, pods, options=options)
    kind = next((one for one in view.kinds if one.resource.kind == look.kind), None)
    if kind is None:
        return f"{look.kind} is not read here"
    ref = Ref(cluster.name, kind.resource.group_kind, look.namespace, look.name)
    if look.kind == "Pod":
        return LogScreen(cluster.transport, ref, options=options)
    pods = pods_behind(view, ref)
    return LogScreen(cluster.transport, pods, options=options) if pods.rows() else f"{ref.path} has no pods"
