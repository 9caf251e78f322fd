"""The simulated platform as a child process: started, waited for, ended; it never outlives its parent."""

import json
import select
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

_READY_SECONDS = 30.0
_END_SECONDS = 0.7
_KEPT_ERROR = 4000


class DemoWorldFailed(Exception):
    """The simulator did not start; the text says why."""


@dataclass(frozen=True, slots=True)
class Endpoints:
    """Where the simulated platform is to be reached."""

    kubernetes: str
    staging: str
    prometheus: str
    alertmanager: str
    kubeconfig: Path


class DemoWorld:
    """A running simulator. `folder` is where its kubeconfig and its log lie; the caller removes it."""

    def __init__(self, folder: Path, *, options: Sequence[str] = ()) -> None:
        """Start it; `wait` says when it is ready. Raises DemoWorldFailed when there is no process to be had."""
        # -P: in the current folder there may be packages named like ours.
        command = [sys.executable, "-P", "-m", "cockpit", "simulate", "--kubeconfig-out", str(folder / "kubeconfig")]
        command += ["--end-with-input", *options]
        # The kernel's signal comes when the *thread* that started the child ends, so only the main one may ask for it.
        if threading.current_thread() is threading.main_thread() and sys.platform == "linux":
            command.append("--end-with-parent")
        self._errors = folder / "simulator.log"
        try:
            with self._errors.open("wb") as errors:
                self._process = subprocess.Popen(
                    command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors, start_new_session=True
                )
        except OSError as error:
            raise DemoWorldFailed(f"the simulator cannot be started: {error.strerror}") from error

    @property
    def pid(self) -> int:
        """The process id."""
        return self._process.pid

    @property
    def running(self) -> bool:
        """Whether the process lives."""
        return self._process.poll() is None

    def wait(self, seconds: float = _READY_SECONDS) -> Endpoints:
        """Return where it is once it is ready. Blocks; raises DemoWorldFailed when it ends or takes longer."""
        line = self._first_line(time.monotonic() + seconds)
        if line is None:
            self.close()
            raise DemoWorldFailed(f"the simulator was not ready within {seconds:g} s; its log is {self._errors}")
        try:
            told = json.loads(line)
            return Endpoints(**{**told, "kubeconfig": Path(told["kubeconfig"])})
        except (ValueError, TypeError, KeyError) as error:
            self.close()
            said = self._errors.read_text(errors="replace")[-_KEPT_ERROR:].strip()
            raise DemoWorldFailed(f"the simulator did not start: {said or 'it said nothing'}") from error

    def _first_line(self, deadline: float) -> bytes | None:
        """Return the first line of its output, what there was when it ended, or None when time is up."""
        output = self._process.stdout
        assert output is not None
        read = b""
        while b"\n" not in read:
            ready, _, _ = select.select([output], [], [], max(0.0, deadline - time.monotonic()))
            if not ready:
                return None
            part = output.read1(4096)  # type: ignore[attr-defined]
            if not part:
                break
            read += part
        return read

    def close(self) -> None:
        """End it, with force when it does not go by itself."""
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                stream.close()
        try:
            self._process.wait(_END_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def __enter__(self) -> "DemoWorld":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
