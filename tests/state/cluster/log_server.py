"""A server of one container's log, in a world whose container writes, ends, starts again, and whose file rotates."""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime

from state.cluster.errors import Unreachable
from state.rfc3339 import seconds_of

BEGIN = 1_795_489_800


@dataclass
class Answered:
    """An answer that ends, or breaks, behind its chunks."""

    status: int
    chunks: list
    breaks: bool = False

    def read(self):
        if self.chunks:
            return self.chunks.pop(0)
        if self.breaks:
            self.breaks = False
            raise Unreachable("reset")
        return b""

    def shutdown(self):
        self.chunks, self.breaks = [], False


@dataclass
class LogWorld:
    """One container with its runs; a server keeps the last two, and of each what was written since a rotation."""

    runs: list = field(default_factory=lambda: [[]])
    written: list = field(default_factory=list)
    """Every line ever, in order."""
    micros: int = 0
    read_run: int = 1
    """How many runs there were when a line was last read."""

    def write(self, text, after=0):
        """Let the container write a line, so many microseconds after the one before."""
        self.micros += after
        second, micro = divmod(self.micros, 1_000_000)
        line = f"{_moment(BEGIN + second)}.{micro:06d}000Z {text}"
        self.runs[-1].append(line)
        self.written.append(text)

    def restart(self):
        self.runs.append([])

    def rotate(self):
        """Lose what the run wrote so far; of a run of which nobody read a line nobody could tell."""
        if self.read_run == len(self.runs):
            self.runs[-1].clear()

    def read(self, query):
        """Return the bytes of a run's log, None when there is no such run."""
        previous = "previous" in query
        if previous and len(self.runs) < 2:
            return None
        lines = self.runs[-2 if previous else -1]
        if "sinceTime" in query:
            since = seconds_of(query["sinceTime"])
            lines = [line for line in lines if seconds_of(line.partition(" ")[0]) >= since]
        if "tailLines" in query:
            lines = lines[-int(query["tailLines"]) :]
        return "".join(f"{line}\n" for line in lines).encode()


def _moment(second):
    return datetime.fromtimestamp(second, UTC).strftime("%Y-%m-%dT%H:%M:%S")


def refusal(status, message, reason=""):
    return Answered(status, [json.dumps({"message": message, "reason": reason, "code": status}).encode()])


class CuttingServer:
    """Gives a world's log, cut wherever a script says; after the script once whole, and then the pod is gone.

    A part of the script is what happens to the world first, how many bytes then come, in chunks of how many, and
    whether the connection breaks or is ended behind them.
    """

    def __init__(self, world, script):
        self.world = world
        self.script = [*script, None]

    def open(self, request):
        query = dict(request.query)
        if "previous" in query:
            body = self.world.read(query)
            return refusal(400, "previous terminated container not found") if body is None else Answered(200, [body])
        if not self.script:
            return refusal(404, "gone")
        part = self.script.pop(0)
        if part is None:
            return Answered(200, [self.world.read(query)])
        happens, size, chunk, breaks = part
        for event, *rest in happens:
            getattr(self.world, event)(*rest)
        body = self.world.read(query)[:size]
        if b"\n" in body:
            self.world.read_run = len(self.world.runs)
        return Answered(200, [body[at : at + chunk] for at in range(0, len(body), chunk)], breaks)
