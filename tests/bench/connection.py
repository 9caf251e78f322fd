"""A server that stops to answer: noticed, found again, and left behind."""

import socket
import tempfile
import time
from collections.abc import Iterator

from tests.bench.figures import Figure
from tests.bench.opening import COCKPIT
from tests.bench.places import Place, simulated
from tests.bench.terminal import Program

_LIVE = r"●\s*k8s"
_LOST = r"[◌✗]\s*k8s \d+"


def measure(given: Place | None) -> Iterator[Figure]:
    """Freeze and thaw a simulated server; quit while it and the monitoring hang."""
    if given is not None:
        yield Figure("a lost connection noticed", "s", 10.0, None, "only measured with the simulator")
        return
    with (
        simulated(pods=1_000) as place,
        tempfile.TemporaryDirectory(prefix="bench-") as folder,
        socket.create_server(("127.0.0.1", 0)) as silent,
    ):
        # Connections wait in its queue for ever: nobody accepts them.
        nobody = f"http://127.0.0.1:{silent.getsockname()[1]}"
        command = [COCKPIT, *place.options, "--data-dir", folder, "--screen", "cluster"]
        with Program([*command, "--prometheus", nobody, "--alertmanager", nobody]) as program:
            program.until(_LIVE, 30)
            program.watch(3.0)
            place.freeze(True)
            yield Figure("a lost connection noticed", "s", 10.0, program.until(_LOST, 30))
            program.watch(20.0)
            began = time.monotonic()
            place.freeze(False)
            program.until(_LIVE, 60)
            yield Figure("live again after the server is back", "s", 5.0, time.monotonic() - began)
            place.freeze(True)
            program.watch(8.0)
            yield Figure("end, with every source hanging", "s", 1.0, program.quit())
