"""Which pods use an object: mount it, read it into their environment, pull images with it or run as it."""

from state.cluster.kinds.pod_parts import POD_PARTS, PodPartsRow
from state.cluster.reflector import status_error
from state.cluster.transport import Request, Transport
from state.ref import GroupKind, Ref

PAGE = 500
USED = frozenset(GroupKind("", kind) for kind in ("ConfigMap", "Secret", "PersistentVolumeClaim", "ServiceAccount"))
"""The kinds that pods use by name."""


def users(transport: Transport, used: Ref) -> frozenset[tuple[str, str]]:
    """Return namespace and name of the pods that use an object of its namespace. Blocks.

    Raises ApiError, Unreachable or SignInFailed.
    """
    path = POD_PARTS.reads.path(used.namespace)
    found: set[tuple[str, str]] = set()
    token = ""
    while True:
        query = (("limit", str(PAGE)), *((("continue", token),) if token else ()))
        answer = transport.call(Request(path, query))
        error = status_error(answer)
        if error is not None:
            raise error
        page = POD_PARTS.decoder.page(answer.body)
        found |= {(row.namespace, row.name) for row in page.rows if uses(row, used)}
        token = page.continue_token
        if not token:
            return frozenset(found)


def uses(pod: PodPartsRow, used: Ref) -> bool:
    """Return whether a pod, or one of its containers, refers to an object."""
    if pod.namespace != used.namespace:
        return False
    wanted = (used.group_kind.kind, used.name)
    references = (*pod.references, *(one for part in pod.parts for one in part.references))
    return any((one.kind, one.name) == wanted for one in references)
