"""The clusters that are measured against: simulated ones in processes of their own, or one that is given."""

import json
import tempfile
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from cockpit.demo_world import DemoWorld
from state.cluster.connect import connect
from state.cluster.credentials import SignIns
from state.cluster.kubeconfig import find_target
from state.cluster.transport import Transport

PODS = 10_000


@dataclass(frozen=True, slots=True)
class Place:
    """One cluster."""

    kubeconfig: Path
    context: str
    url: str = ""
    """A simulated API server's own address, where its switches are."""

    @property
    def simulated(self) -> bool:
        """Whether it is ours to change."""
        return bool(self.url)

    @property
    def options(self) -> list[str]:
        """The cockpit's options to go there."""
        return ["--kubeconfig", str(self.kubeconfig), *(["--context", self.context] if self.context else [])]

    def connect(self) -> Transport:
        """Return a signed-in transport."""
        return connect(find_target(self.context, self.kubeconfig, {}), SignIns({}), {})

    def freeze(self, on: bool) -> None:
        """Let a simulated server hang, or answer again. Raises OSError when it does not obey."""
        body = json.dumps({"faults": [{"kind": "freeze"}] if on else []}).encode()
        request = urllib.request.Request(f"{self.url}/_simulator/faults", body, method="PUT")
        with urllib.request.urlopen(request, timeout=10.0):
            pass


@contextmanager
def simulated(*options: str, pods: int = PODS) -> Iterator[Place]:
    """Run a calm simulated cluster."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-")))
        world = DemoWorld(folder, options=("--story", "calm", "--pods", str(pods), *options))
        stack.callback(world.close)
        endpoints = world.wait(60)
        yield Place(endpoints.kubeconfig, "prod-eu", endpoints.kubernetes)
