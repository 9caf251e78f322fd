"""The entry points as a shell sees them: what is printed where, and the exit code."""

import errno
import fcntl
import io
import json
import os
import pty
import re
import select
import shlex
import signal
import struct
import subprocess
import sys
import tempfile
import termios
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread
from typing import IO, Any, cast

import pytest

from cockpit.cli.demo import DemoStart, own_folder
from cockpit.demo_world import DemoWorld, Endpoints
from cockpit.logs import crash_guard
from cockpit.start import CannotOpen

COCKPIT = str(Path(sys.executable).with_name("cockpit"))
SECONDS = 30.0
_CONTROL = re.compile(r"\x1b\[[?<]?[0-9;]*[a-z]")


@dataclass(frozen=True)
class Ended:
    code: int
    out: str
    err: str


@pytest.fixture
def home(tmp_path: Path) -> dict[str, str]:
    """The environment of a user who has nothing yet."""
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "LC_ALL") if name in os.environ}
    return {**kept, "HOME": str(tmp_path), "TERM": "xterm-256color", "COLORTERM": "truecolor", "PYTHONUTF8": "1"}


def piped(arguments: Sequence[str], env: Mapping[str, str]) -> Ended:
    """Run the program without a terminal."""
    done = subprocess.run(
        [COCKPIT, *arguments], env=env, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=SECONDS
    )
    return Ended(done.returncode, done.stdout, done.stderr)


def on_terminal(arguments: Sequence[str], env: Mapping[str, str]) -> Ended:
    """Run the program with input and output on a terminal of its own; what it says at the end goes to `err`."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 36, 120, 0, 0))
    before = termios.tcgetattr(theirs)
    with subprocess.Popen([COCKPIT, *arguments], env=env, stdin=theirs, stdout=theirs, stderr=theirs) as process:
        shown, deadline = b"", time.monotonic() + SECONDS
        try:
            while process.poll() is None or select.select([ours], [], [], 0)[0]:
                assert time.monotonic() < deadline, shown
                if select.select([ours], [], [], 0.1)[0]:
                    shown += _read(ours)
        finally:
            process.kill()  # One that does not end must not be waited for.
        assert termios.tcgetattr(theirs) == before, "the terminal is left as it was"
    os.close(ours)
    os.close(theirs)
    _, left, after = shown.decode().rpartition("\x1b[?1049l")
    assert left, "it leaves the alternate screen"
    return Ended(process.returncode, "", _CONTROL.sub("", after).replace("\r\n", "\n"))


def _read(descriptor: int) -> bytes:
    try:
        return os.read(descriptor, 65536)
    except OSError as error:
        if error.errno != errno.EIO:
            raise
        return b""


def kubeconfig(folder: Path, server: str = "http://127.0.0.1:9", context: str = "prod-eu") -> Path:
    """Write a kubeconfig with one context."""
    path = folder / "kubeconfig"
    path.write_text(
        json.dumps(
            {
                "current-context": context,
                "clusters": [{"name": "c", "cluster": {"server": server}}],
                "users": [{"name": "ana", "user": {"token": "t0ken-t0ken"}}],
                "contexts": [{"name": context, "context": {"cluster": "c", "user": "ana"}}],
            }
        )
    )
    return path


# --- what is always answered ---


def test_the_version_is_the_package_s(home: dict[str, str]) -> None:
    from importlib.metadata import version

    assert piped(["--version"], home) == Ended(0, f"cockpit, version {version('mvp-platform-cockpit')}\n", "")


@pytest.mark.parametrize("command", [(), ("board",), ("board", "list"), ("demo",), ("simulate",), ("doctor",)])
def test_help_says_what_there_is(home: dict[str, str], command: tuple[str, ...]) -> None:
    ended = piped([*command, "--help"], home)
    assert (ended.code, ended.err) == (0, "")
    assert ended.out.startswith(f"Usage: {' '.join(('cockpit', *command))} ")
    if not command:
        assert all(f"\n  {name} " in ended.out for name in ("board", "demo", "simulate", "doctor"))


def test_nothing_is_written_by_asking(home: dict[str, str], tmp_path: Path) -> None:
    for arguments in (["--version"], ["--help"], [], ["doctor"]):
        piped(arguments, home)
    assert list(tmp_path.rglob("*")) == []


# --- where the output goes ---

FULL = "cockpit: standard output cannot be written: No space left on device\n"


def writing_to(command: str, output: IO[str], env: Mapping[str, str]) -> tuple[int, str]:
    """Run the program with its output there; return the exit code and what it said on standard error."""
    ended = subprocess.run(
        [COCKPIT, *command.split()],
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.PIPE,
        text=True,
        timeout=SECONDS,
    )
    return ended.returncode, ended.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full")
@pytest.mark.parametrize("unbuffered", ["", "1"])
@pytest.mark.parametrize("command", ["--version", "--help", "doctor --help", "doctor", "simulate --story calm"])
def test_a_full_disk_is_told_in_one_line(home: dict[str, str], command: str, unbuffered: str) -> None:
    with Path("/dev/full").open("w") as full:
        assert writing_to(command, full, {**home, "PYTHONUNBUFFERED": unbuffered}) == (1, FULL)


@pytest.mark.parametrize("command", ["--version", "--help", "doctor", "simulate --story calm"])
def test_a_reader_that_has_gone_ends_it_without_a_word(home: dict[str, str], command: str) -> None:
    reads, writes = os.pipe()
    os.close(reads)
    with os.fdopen(writes, "w") as pipe:
        assert writing_to(command, pipe, home) == (141, "")


@pytest.mark.parametrize("command", ["", "--version", "doctor"])
def test_an_output_that_is_closed_is_told(home: dict[str, str], command: str) -> None:
    shell = f"exec {shlex.quote(COCKPIT)} {command} >&-"
    ended = subprocess.run(["sh", "-c", shell], env=home, stderr=subprocess.PIPE, text=True, timeout=SECONDS)
    assert (ended.returncode, ended.stderr) == (1, "cockpit: standard output cannot be written: it is closed\n")


def test_without_an_input_there_is_no_terminal(home: dict[str, str]) -> None:
    shell = f"exec {shlex.quote(COCKPIT)} <&-"
    ended = subprocess.run(["sh", "-c", shell], env=home, capture_output=True, text=True, timeout=SECONDS)
    assert ended.returncode == 2
    assert ended.stderr.startswith("cockpit: standard input is not a terminal")


# --- wrong usage ---


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["--contxt", "a"], "No such option '--contxt'"),
        (["--screen", "plan"], "'plan' is not one of 'overview', 'cluster', 'apps', 'alerts', 'board'"),
        (["dmo"], "No such command 'dmo'"),
        (["demo", "--speed", "0"], "0 is not in the range"),
        (["simulate", "--story", "sleepy"], "'sleepy' is not one of 'calm', 'night'"),
        (["--read-only", "demo"], "--read-only is not read by 'demo' here: options go behind the command"),
        (["-n", "web", "doctor"], "--namespace is not read by 'doctor' here: options go behind the command"),
    ],
)
def test_wrong_usage_names_what_is_wrong(home: dict[str, str], arguments: list[str], named: str) -> None:
    ended = piped(arguments, home)
    assert (ended.code, ended.out) == (2, "")
    assert named in ended.err


@pytest.mark.parametrize("arguments", [[], ["demo"], ["--kubeconfig", "nowhere"]])
def test_without_a_terminal_it_says_so_in_one_line(home: dict[str, str], arguments: list[str]) -> None:
    ended = piped(arguments, home)
    assert (ended.code, ended.out) == (2, "")
    assert ended.err == (
        "cockpit: standard input is not a terminal, so there is nothing to draw on; "
        "`cockpit doctor` works without one\n"
    )


# --- what cannot be used ---


def test_without_a_kubeconfig_the_demo_is_named(home: dict[str, str], tmp_path: Path) -> None:
    ended = on_terminal([], home)
    assert ended.code == 3
    assert f"cockpit: no kubeconfig: {tmp_path}/.kube/config does not exist" in ended.err
    assert "`cockpit demo`" in ended.err
    assert ended.err.count("\n") == 1


def test_a_context_that_is_not_there_names_the_nearest(home: dict[str, str], tmp_path: Path) -> None:
    path = kubeconfig(tmp_path)
    ended = on_terminal(["--kubeconfig", str(path), "--context", "prod-e"], home)
    assert ended.code == 3
    assert ended.err == f"cockpit: no context 'prod-e' in {path}: did you mean 'prod-eu'?\n"


def test_a_namespace_that_cannot_be_is_refused(home: dict[str, str], tmp_path: Path) -> None:
    arguments = ["--kubeconfig", str(kubeconfig(tmp_path)), "-n", "a b"]
    ended = on_terminal(arguments, home)
    assert ended.code == 3
    assert ended.err.startswith("cockpit: --namespace: 'a b' is no namespace: a name has a-z, 0-9 and - only")
    assert ended.err.count("\n") == 1
    ended = piped(["doctor", *arguments], home)
    assert ended.code == 1
    assert "--namespace: 'a b' is no namespace" in ended.out


def test_a_kubeconfig_that_is_broken_is_named(home: dict[str, str], tmp_path: Path) -> None:
    path = tmp_path / "kubeconfig"
    path.write_text("contexts: [")
    ended = on_terminal(["--kubeconfig", str(path)], home)
    assert ended.code == 3
    assert str(path) in ended.err


def test_a_configuration_that_is_broken_names_file_and_key(home: dict[str, str], tmp_path: Path) -> None:
    config = tmp_path / ".config" / "cockpit" / "config.toml"
    config.parent.mkdir(parents=True)
    config.write_text("[ui]\nthem = 'dark'\n")
    said = f"{config}: unknown key 'ui.them': did you mean 'theme'?"
    ended = piped(["doctor", "--kubeconfig", str(kubeconfig(tmp_path))], home)
    assert ended.code == 1
    assert said in ended.out
    # The look is read before the first frame, so nothing was drawn.
    ours, theirs = pty.openpty()
    done = subprocess.run([COCKPIT], env=home, stdin=theirs, stdout=theirs, stderr=theirs, timeout=SECONDS)
    assert done.returncode == 3
    assert os.read(ours, 65536).decode().strip() == f"cockpit: {said}"
    os.close(ours)
    os.close(theirs)


def test_a_named_configuration_must_be_there(home: dict[str, str], tmp_path: Path) -> None:
    ended = piped(["doctor", "--json"], {**home, "COCKPIT_CONFIG": str(tmp_path / "none.toml")})
    assert ended.code == 1
    found = {one["topic"]: one for one in json.loads(ended.out)["findings"]}
    assert found["config"]["found"] == f"{tmp_path}/none.toml does not exist"


def test_a_group_without_a_user_is_refused(home: dict[str, str], tmp_path: Path) -> None:
    ended = on_terminal(["--kubeconfig", str(kubeconfig(tmp_path)), "--as-group", "viewers"], home)
    assert (ended.code, ended.err) == (2, "cockpit: --as-group needs a user to act as: add --as\n")


def test_a_data_folder_that_cannot_be_made_is_named(home: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    data = tmp_path / "file" / "data"
    ended = on_terminal(["--kubeconfig", str(kubeconfig(tmp_path)), "--data-dir", str(data)], home)
    assert ended.code == 3
    assert f"the data folder {data} cannot be made: Not a directory" in ended.err


# --- doctor ---


def test_doctor_without_anything_says_what_to_do(home: dict[str, str]) -> None:
    ended = piped(["doctor", "--json"], home)
    assert (ended.code, ended.err) == (1, "")
    told = json.loads(ended.out)
    assert told["well"] is False
    found = {one["topic"]: one for one in told["findings"]}
    assert found["contexts"]["verdict"] == "bad"
    assert "cockpit demo" in found["contexts"]["found"]


def test_doctor_of_a_simulated_platform_is_content(home: dict[str, str], simulated: Endpoints) -> None:
    flags = ["--kubeconfig", str(simulated.kubeconfig), "--context", "prod-eu"]
    servers = ["--prometheus", simulated.prometheus, "--alertmanager", simulated.alertmanager]
    ended = piped(["doctor", "--json", *flags, *servers], home)
    told = json.loads(ended.out)
    assert (ended.code, told["well"]) == (0, True), told
    assert {one["topic"] for one in told["findings"] if one["verdict"] != "well"} == {"terminal"}


def test_doctor_of_one_who_may_nothing(home: dict[str, str], simulated: Endpoints) -> None:
    ended = piped(["doctor", "--kubeconfig", str(simulated.kubeconfig), "--context", "prod-eu-nobody"], home)
    assert ended.code == 1
    assert "✗ permissions   may read none of the kinds" in ended.out


@pytest.fixture
def silent() -> Iterator[tuple[str, Event]]:
    """A server that takes every request and answers none, and whether it was asked."""
    asked, over = Event(), Event()

    class Silent(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.set()
            over.wait(SECONDS)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Silent)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}", asked
    over.set()
    server.shutdown()
    server.server_close()
    thread.join(SECONDS)


@pytest.fixture
def interruptible() -> Iterator[None]:
    """Programs that are started can be interrupted, also where the run itself is in a shell's background."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("interruptible")
def test_interrupted_is_130(home: dict[str, str], tmp_path: Path, silent: tuple[str, Event]) -> None:
    url, asked = silent
    command = [COCKPIT, "doctor", "--kubeconfig", str(kubeconfig(tmp_path, url))]
    with subprocess.Popen(command, env=home, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert asked.wait(SECONDS)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=SECONDS)
    assert process.returncode == 130, (out, err)
    assert b"Traceback" not in err


def test_doctor_waits_for_a_server_that_hangs_once(
    home: dict[str, str], tmp_path: Path, silent: tuple[str, Event]
) -> None:
    ended = piped(["doctor", "--kubeconfig", str(kubeconfig(tmp_path, silent[0]))], home)
    assert ended.code == 1
    assert ended.out.count("does not answer") == 1
    assert "▲ prometheus    not configured" in ended.out


# --- simulate ---


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_simulate_says_where_it_is_in_one_line_and_ends_when_told(
    home: dict[str, str], tmp_path: Path, number: signal.Signals
) -> None:
    written = tmp_path / "out"
    command = [COCKPIT, "simulate", "--story", "calm", "--kubeconfig-out", str(written)]
    with subprocess.Popen(command, env=home, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        told = json.loads(process.stdout.readline())
        assert set(told) == {"kubernetes", "staging", "prometheus", "alertmanager", "kubeconfig"}
        assert told["kubeconfig"] == str(written)
        assert written.stat().st_mode & 0o777 == 0o600
        process.send_signal(number)
        out, err = process.communicate(timeout=SECONDS)
    assert (process.returncode, out, err) == (0, b"", b"")


def test_simulate_names_a_port_that_is_taken(home: dict[str, str], silent: tuple[str, Event]) -> None:
    port = silent[0].rpartition(":")[2]
    ended = piped(["simulate", "--port", port], home)
    assert (ended.code, ended.out) == (1, "")
    assert port in ended.err
    assert "Traceback" not in ended.err


# --- the demo's folder ---


def test_the_folder_of_a_demo_goes_with_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with own_folder() as folder:
        (folder / "cockpit.log").touch()
    with pytest.raises(KeyboardInterrupt), own_folder():
        raise KeyboardInterrupt
    assert list(tmp_path.iterdir()) == []


def test_without_a_folder_for_the_demo_it_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "none"))
    with pytest.raises(SystemExit) as ended, own_folder():
        pass
    assert ended.value.code == 1
    said = "the demo needs a folder for a while: No such file or directory; let TMPDIR name one that can be written"
    assert capsys.readouterr().err == f"cockpit: {said}\n"


def test_a_demo_without_room_for_its_board_says_so(tmp_path: Path) -> None:
    (tmp_path / "board.json").mkdir()
    with pytest.raises(CannotOpen, match="the demo's board cannot be written: ") as caught:
        DemoStart(cast("DemoWorld", None), tmp_path)(cast("Any", None))
    assert caught.value.exit_code == 1


def test_a_demo_that_crashed_leaves_the_log_it_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with pytest.raises(SystemExit), own_folder() as folder, crash_guard(folder / "cockpit.log", words=io.StringIO()):
        raise RuntimeError("a programming error")
    assert list(tmp_path.iterdir()) == [folder]
