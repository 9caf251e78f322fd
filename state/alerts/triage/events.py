"""What the cluster says happened to what an alert is about. Blocks."""

from collections.abc import Callable
from dataclasses import dataclass

from state.cluster.errors import ApiError
from state.cluster.kinds.events import EVENT, EventRow
from state.cluster.reflector import status_error
from state.cluster.transport import Request, Transport
from state.polled import Denied
from state.ref import Ref

MOST_ASKED = 5
_PAGE = "200"


@dataclass(slots=True)
class EventReader:
    """Reads the events of a few objects. `about` is set by the loop, the most important first."""

    transport: Callable[[], Transport]
    about: tuple[Ref, ...] = ()

    def fetch(self) -> tuple[EventRow, ...]:
        """Return their events, the newest first. Raises Denied or ClusterError."""
        transport = self.transport()
        found: dict[str, EventRow] = {}
        for ref in self.about[:MOST_ASKED]:
            found.update((row.uid, row) for row in _events(transport, ref))
        return tuple(sorted(found.values(), key=lambda row: -row.last))


def _events(transport: Transport, ref: Ref) -> list[EventRow]:
    # Events of what has no namespace lie in `default`.
    namespace = ref.namespace or "default"
    selector = f"involvedObject.kind={ref.group_kind.kind},involvedObject.name={ref.name}"
    query = (("fieldSelector", selector), ("limit", _PAGE))
    answer = transport.call(Request(EVENT.resource.path(namespace), query))
    error = status_error(answer)
    if isinstance(error, ApiError) and error.denied:
        raise Denied(error.message)
    if error is not None:
        raise error
    return EVENT.decoder.page(answer.body).rows
