"""Opening a port-forward."""

from collections.abc import Callable
from dataclasses import dataclass

from state.cell import Cell
from state.cluster.forwards import Forwards
from state.cluster.local_ports import HOST
from state.cluster.operations.enter import may_stream
from state.cluster.pod_choice import PodChoice
from state.cluster.transport import Transport
from state.operation import Outcome, Preview
from state.ref import Ref


@dataclass(frozen=True, slots=True)
class OpenForward:
    """Lead a port of this machine (`local`, 0: a free one) to a port of a ready pod of an object."""

    transport: Callable[[], Transport]
    forwards: Forwards
    subject: Ref
    choice: PodChoice
    local: int
    remote: int
    id: str = "port-forward"

    @property
    def title(self) -> str:
        return f"Forward {HOST}:{self.local or 'a free port'} to {self.subject.path}:{self.remote}"

    def permitted(self) -> str:
        return may_stream(self.transport(), self.choice.namespace, self.choice.name, "portforward")

    def preview(self) -> Preview:
        return Preview(((Cell(self.title),),))

    def run(self) -> Outcome:
        opened = self.forwards.open(self.transport, self.subject, self.choice, self.remote, self.local)
        details = {"local": str(opened.local), "remote": str(opened.remote), "pod": opened.pod}
        return Outcome(True, f"{opened.address} leads to {self.subject.path}:{self.remote}", details)
