"""The pods that stand behind something else, as they come and go: a workload, a service, a selector."""

from collections.abc import Collection, Iterable, Mapping, Sequence

from msgspec.structs import replace

from state.cluster.kinds.pods import POD, PodRow
from state.cluster.log_pods import PodSet
from state.label_selector import parse_selector
from state.mirror import Mirror
from state.platform_view import PlatformView
from state.ref import GroupKind, Ref

_POD = POD.resource.group_kind
_SERVICE = GroupKind("", "Service")


def pods_behind(view: PlatformView, ref: Ref) -> PodSet:
    """Return the pods that a workload controls, or that a service selects."""

    def rows() -> Sequence[PodRow]:
        if ref.group_kind != _SERVICE:
            return view.pod_rows_of(ref)
        names = {pod.name for pod in view.pods_of_service(ref.namespace, ref.name)}
        return _sorted(row for row in view.feed(_POD).mirror if row.namespace == ref.namespace and row.name in names)

    return PodSet(
        f"{ref.group_kind.kind.lower()} {ref.path}", rows, lambda: view.revisions, f"{ref.name}-", ref.cluster
    )


def selected_pods(view: PlatformView, selector: str, namespaces: Sequence[str] = ()) -> PodSet:
    """Return the pods whose labels match, as kubectl's `-l` takes it, in some namespaces or all.

    Raises SelectorError.
    """
    matches = parse_selector(selector).matches

    def rows() -> Sequence[PodRow]:
        within = (row for row in view.feed(_POD).mirror if not namespaces or row.namespace in namespaces)
        return _sorted(row for row in within if matches(row.labels))

    place = f"{','.join(namespaces)} " if namespaces else ""
    return PodSet(f"{place}{selector}", rows, lambda: view.feed(_POD).mirror.revision)


def marked_pods(title: str, pods: Mirror[PodRow], cluster: str, marked: Mapping[str, Collection[str]]) -> PodSet:
    """Return pods of one cluster by their uids, each with its containers whose logs are meant; none: its own choice."""

    def rows() -> Sequence[PodRow]:
        return [_narrowed(row, marked[uid]) for uid in marked if (row := pods.get(uid)) is not None]

    return PodSet(title, rows, lambda: pods.revision, cluster=cluster)


def _narrowed(row: PodRow, containers: Collection[str]) -> PodRow:
    if not containers:
        return row
    return replace(row, containers=tuple(containers), default_container="")


def _sorted(rows: Iterable[PodRow]) -> list[PodRow]:
    return sorted(rows, key=lambda row: (row.ready >= row.total, -row.created))
