"""The histories of the tools that deliver an app, read from its cluster. Blocks; for a thread.

Which tool it is, and under which name, is written on the workloads: by Argo CD in its tracking annotation or label, by
Flux in two labels, by Helm in two annotations. A workload that none of them wrote on asks nobody.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

from state.apps.listing import list_rows
from state.apps.releases import History, Json, Release, Tool
from state.apps.tool_releases import of_application, of_flux_release, of_helm, of_kustomization, without_doubles
from state.cluster import requests
from state.cluster.errors import ApiError
from state.cluster.kinds.argo_applications import APPLICATION
from state.cluster.kinds.flux import FLUX_HELM_RELEASE, KUSTOMIZATION
from state.cluster.kinds.helm_releases import HELM_RELEASE, history
from state.cluster.kinds.kind import Resource
from state.cluster.transport import Query, Transport
from state.printable import printable
from state.ref import Ref

_ARGO_TRACKING = "argocd.argoproj.io/tracking-id"
_ARGO_INSTANCE = "argocd.argoproj.io/instance"
_HELM = "meta.helm.sh/release"
_KUSTOMIZATION, _FLUX_RELEASE = KUSTOMIZATION.resource, FLUX_HELM_RELEASE.resource
_FLUX = (_KUSTOMIZATION, _FLUX_RELEASE)
_NAME = re.compile(r"[a-z0-9.-]{0,253}")
"""What may stand in a request's path; an annotation may hold anything."""
_READS: Mapping[Resource, Callable[[Ref, Json], tuple[Release, ...]]] = {
    APPLICATION.resource: of_application,
    _KUSTOMIZATION: of_kustomization,
    _FLUX_RELEASE: of_flux_release,
}
_TOOLS = {APPLICATION.resource: Tool.ARGO_CD, _KUSTOMIZATION: Tool.FLUX, _FLUX_RELEASE: Tool.FLUX}


class Keeper(NamedTuple):
    """What keeps a history: an object of a tool. The namespace is empty where nothing says it."""

    resource: Resource
    namespace: str
    name: str


def keepers(wholes: Iterable[Json]) -> tuple[Keeper, ...]:
    """Return what delivers some workloads, by what is written on them; each once. Pure."""
    found: dict[Keeper, None] = {}
    for whole in wholes:
        metadata = _map(whole.get("metadata"))
        labels, annotations = _texts(metadata.get("labels")), _texts(metadata.get("annotations"))
        tracked = annotations.get(_ARGO_TRACKING, "").partition(":")[0] or labels.get(_ARGO_INSTANCE, "")
        # An application outside of Argo CD's own namespace is called by its namespace too.
        place, _, name = tracked.rpartition("_")
        named = [
            (APPLICATION.resource, place, name),
            *((one, labels.get(f"{one.group}/namespace", ""), labels.get(f"{one.group}/name", "")) for one in _FLUX),
            (
                HELM_RELEASE.resource,
                annotations.get(f"{_HELM}-namespace", "") or str(metadata.get("namespace", "")),
                annotations.get(f"{_HELM}-name", ""),
            ),
        ]
        found |= dict.fromkeys(Keeper(*one) for one in named if all(map(_NAME.fullmatch, one[1:])) and one[2])
    return tuple(found)


def read_tools(transport: Transport, cluster: str, wholes: Sequence[Json]) -> History:
    """Return what delivered some workloads of a cluster. Raises Unreachable or SignInFailed; a denial is a sentence."""
    found: list[Release] = []
    unread: list[str] = []
    for keeper in keepers(wholes):
        try:
            found += _read(transport, cluster, keeper)
        except ApiError as error:
            # Argo CD may keep its applications in another cluster, and a tool may be gone.
            if error.status != 404:
                unread.append(_why(keeper, error))
    return History(tuple(without_doubles(found)), tuple(unread))


def _read(transport: Transport, cluster: str, keeper: Keeper) -> tuple[Release, ...]:
    resource = keeper.resource
    if resource == HELM_RELEASE.resource:
        ref = Ref(cluster, resource.group_kind, keeper.namespace, printable(keeper.name))
        return of_helm(ref, list_rows(transport, history(keeper.name), keeper.namespace))
    if keeper.namespace:
        listed = [requests.get(transport, resource.path(keeper.namespace, keeper.name))]
    else:
        query: Query = (("fieldSelector", f"metadata.name={keeper.name}"),)
        listed = list(requests.get(transport, resource.path(), query).get("items") or ())
    return tuple(release for whole in listed for release in _READS[resource](_ref(cluster, resource, whole), whole))


def _ref(cluster: str, resource: Resource, whole: Json) -> Ref:
    metadata = _map(whole.get("metadata"))
    return Ref(
        cluster,
        resource.group_kind,
        printable(str(metadata.get("namespace", ""))),
        printable(str(metadata.get("name", ""))),
    )


def _why(keeper: Keeper, error: ApiError) -> str:
    tool = _TOOLS.get(keeper.resource, Tool.HELM).value
    kept = f"secrets in {keeper.namespace}" if keeper.resource == HELM_RELEASE.resource else keeper.resource.plural
    said = "may not be read" if error.denied else f"could not be read: {error.message}"
    return printable(f"{tool}'s history of {keeper.name}: its {kept} {said}")


def _texts(value: object) -> dict[str, str]:
    return {key: one for key, one in _map(value).items() if isinstance(one, str)}


def _map(value: object) -> Json:
    return value if isinstance(value, dict) else {}
