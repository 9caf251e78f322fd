"""The pods that stand behind something else, as they come and go: a workload, a service, a selector."""

from collections.abc import Iterable, Sequence

from state.cluster.kinds.pods import POD, PodRow
from state.cluster.log_pods import PodSet
from state.label_selector import parse_selector
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

    return PodSet(f"{ref.group_kind.kind.lower()} {ref.path}", rows, lambda: view.revisions, f"{ref.name}-")


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


def _sorted(rows: Iterable[PodRow]) -> list[PodRow]:
    return sorted(rows, key=lambda row: (row.ready >= row.total, -row.created))
