"""The logs of what was marked: of a pod, of what stands for several, of any of them together, whatever the context."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from textual.screen import Screen

from screens.wanted import Target
from state.cluster.kinds.kind import Kind
from state.cluster.kinds.pods import POD
from state.cluster.live import Feed
from state.cluster.log_options import LogOptions
from state.cluster.log_pods import PodSet
from state.contexts import Contexts
from state.freshness import Health
from state.platform_view import PlatformView
from state.pods_behind import marked_pods, pods_behind
from state.printable import printable
from state.ref import GroupKind, Ref

CONTAINER = GroupKind("", "Container")
_POD = POD.resource.group_kind
_CONTROLLERS = ("Deployment", "ReplicaSet", "StatefulSet", "DaemonSet", "Rollout", "Job", "CronJob", "Service")
"""Kinds that stand between a pod and what its log is asked of."""


def open_logs(
    screen: Screen[None],
    contexts: Contexts,
    view: PlatformView,
    targets: Sequence[Target],
    *,
    previous: bool = False,
    options: LogOptions,
) -> None:
    """Show the logs of some objects in one stream, or say why there are none. `view` is that of the home context."""
    from screens.logs import LogScreen

    names = tuple(dict.fromkeys(one.ref.cluster for one in targets))
    opened = {name: context for name in names if (context := contexts.get(name)) is not None}
    for name in names:
        if name not in opened:
            _say(screen, f"{name} is not open any more")
            return
    transport = opened[names[0]].cluster.transport
    if len(targets) == 1 and targets[0].ref.group_kind in (_POD, CONTAINER):
        ref, container = _pod_and_container(targets[0].ref)
        screen.app.push_screen(LogScreen(transport, ref, previous=previous, options=options, container=container))
        return
    pods = len({target.uid.partition("/")[0] for target in targets if target.ref.group_kind in (_POD, CONTAINER)})
    title = f"{pods} marked pod{'s' if pods != 1 else ''}"
    sets: list[PodSet] = []
    borrowed: list[PlatformView] = []
    for name, context in opened.items():
        here, there = [one for one in targets if one.ref.cluster == name], view
        if context.cluster is not view.cluster:
            there = PlatformView(context.cluster, _kinds_for(view, here))
            there.begin()
            borrowed.append(there)
        sets += _sets(there, name, here, title)
    if not borrowed and not any(one.rows() for one in sets):
        _say(screen, f"{targets[0].ref.path if len(targets) == 1 else 'what is marked'} has no pods")
        return

    def ended() -> None:
        for one in borrowed:
            one.end()

    screen.app.push_screen(LogScreen(transport, sets, previous=previous, options=options, ended=ended))


def _sets(view: PlatformView, cluster: str, targets: Sequence[Target], title: str) -> Iterator[PodSet]:
    """The pods and containers that are marked as one set of this title, then those behind each other object."""
    pods: dict[str, list[str]] = {}
    for target in targets:
        ref, container = _pod_and_container(target.ref)
        if ref.group_kind == _POD:
            containers = pods.setdefault(target.uid.partition("/")[0], [])
            containers += [container] if container else []
    found = [marked_pods(title, view.feed(_POD).mirror, cluster, pods)] if pods else []
    found += [pods_behind(view, one.ref) for one in targets if one.ref.group_kind not in (_POD, CONTAINER)]
    for one in found:
        yield replace(one, transport=view.cluster.transport, complete=lambda: all(map(_is_settled, _feeds(view))))


def _pod_and_container(ref: Ref) -> tuple[Ref, str]:
    """Return what the log is asked of: a container's pod and the container's name, else the object itself."""
    if ref.group_kind != CONTAINER:
        return ref, ""
    pod, _, container = ref.name.partition("/")
    return replace(ref, group_kind=_POD, name=pod), container


def _kinds_for(view: PlatformView, targets: Sequence[Target]) -> list[Kind[Any]]:
    """Return what has to be read in another context to find the pods behind some objects there."""
    pods_alone = all(one.ref.group_kind in (_POD, CONTAINER) for one in targets)
    wanted = ("Pod",) if pods_alone else ("Pod", *_CONTROLLERS)
    return [kind for kind in view.kinds if kind.resource.kind in wanted]


def _feeds(view: PlatformView) -> Iterator[Feed[Any]]:
    return (view.feed(kind.resource.group_kind) for kind in view.kinds)


def _is_settled(feed: Feed[Any]) -> bool:
    """Whether all there is of a kind has come, or nothing of it will for now."""
    return feed.complete or feed.freshness.health in (Health.DENIED, Health.FAILED)


def _say(screen: Screen[None], words: str) -> None:
    screen.app.notify(printable(words), severity="warning", markup=False)
