"""The shell of simulated containers: its language, its commands, its terminal."""

import asyncio
import io
import tarfile
from typing import Any

import pytest

from cockpit.simulator.shell.console import Console, Input, Terminal
from cockpit.simulator.shell.files import FileError, Files
from cockpit.simulator.shell.language import BadSyntax, expand, parse
from cockpit.simulator.shell.shell import Machine, Shell, execute


def machine() -> Machine:
    files = Files()
    for folder in ("/etc", "/tmp"):
        files.make_folder(folder)
    files.write("/etc/hostname", b"web-1\n")
    return Machine("web-1", files, {"HOME": "/tmp", "NAME": "a b"}, ("bash", "sh"), "/app/web", lambda: 0.0)


class Run:
    """Runs lines and keeps what they write."""

    def __init__(self) -> None:
        self.machine = machine()

    async def __call__(self, text: str, stdin: bytes = b"") -> tuple[int, str, str]:
        out, wrong, given = bytearray(), bytearray(), Input()
        given.feed(stdin)
        given.end()

        async def write(data: bytes) -> None:
            out.extend(data)

        async def complain(data: bytes) -> None:
            wrong.extend(data)

        code = await execute(Shell(self.machine, Console(given, write, complain)), ["-c", text])
        return code, out.decode(), wrong.decode()


@pytest.fixture
def run() -> Run:
    return Run()


@pytest.mark.parametrize(
    ("text", "code", "out"),
    [
        ("echo a  b 'c  d' \"$NAME\" '$NAME' \\$x", 0, "a b c  d a b $NAME $x\n"),
        ("false || echo no; true && echo yes; false && echo never", 1, "no\nyes\n"),
        ("exit 7; echo never", 7, ""),
        ("false; echo $?", 0, "1\n"),
        ("seq 5 | tail -n 2 | wc -l", 0, "2\n"),
        ("echo hello > /tmp/a; echo more >> /tmp/a; cat /tmp/a", 0, "hello\nmore\n"),
        ("cat < /etc/hostname", 0, "web-1\n"),
        ("X=1; echo $X ${X}2", 0, "1 12\n"),
        ("nosuch 2>/dev/null; echo $?", 0, "127\n"),
        ("nosuch 2>&1", 127, "sh: nosuch: not found\n"),
        ("cd /etc && pwd && ls", 0, "/etc\nhostname\n"),
        ("test -d /etc && [ -f /etc/hostname ] && [ ! -e /nothing ] && echo all", 0, "all\n"),
        ("mkdir -p /tmp/x/y && touch /tmp/x/y/f && ls /tmp/x/y && rm -r /tmp/x && ls /tmp", 0, "f\n"),
        ("sh -c 'echo inner; exit 3'; echo $?", 0, "inner\n3\n"),
        ("command -v sh; command -v nosuch", 1, "/bin/sh\n"),
        ("printf 'a\\n'; hostname; whoami # all", 0, "a\nweb-1\nroot\n"),
        ("grep web /etc/hostname; head -n 1 /etc/hostname; printenv NAME", 0, "web-1\nweb-1\na b\n"),
    ],
)
async def test_lines_do_what_a_shell_does(run: Run, text: str, code: int, out: str) -> None:
    assert (await run(text))[:2] == (code, out)


async def test_complaints_are_the_systems(run: Run) -> None:
    assert (await run("cat /nothing"))[2] == "cat: /nothing: No such file or directory\n"
    assert (await run("cd /nothing"))[2].startswith("sh: cd: can't cd to /nothing")
    assert (await run("echo 'open"))[2] == "sh: syntax error: unterminated quoted string\n"
    assert (await run("echo a >&2"))[1:] == ("", "a\n")


async def test_files_stay_for_the_next_process(run: Run) -> None:
    await run("echo kept > /tmp/kept")
    assert (await run("cat /tmp/kept"))[1] == "kept\n"


async def test_an_archive_comes_and_goes(run: Run) -> None:
    held = io.BytesIO()
    with tarfile.open(fileobj=held, mode="w") as archive:
        entry = tarfile.TarInfo("in/a.txt")
        entry.size = 5
        archive.addfile(entry, io.BytesIO(b"bytes"))
    code, _, wrong = await run("tar xmf - -C /tmp", held.getvalue())
    assert (code, wrong) == (0, "")
    assert (await run("cat /tmp/in/a.txt"))[1] == "bytes"
    assert (await run("tar xf - -C /nothing"))[0] == 1


@pytest.mark.parametrize("text", ["a |", "| a", "a && ", "a > ", "; ;a", "a & b", "'"])
def test_what_is_no_line_is_refused(text: str) -> None:
    if text == "; ;a":
        assert len(parse(text)) == 1
        return
    with pytest.raises(BadSyntax):
        parse(text)


def test_words_are_expanded_but_for_single_quotes() -> None:
    assert expand("\"$A-${B}\"'$A'$A\\$A", {"A": "1", "B": "2"}) == "1-2$A1$A"


def test_paths_are_seen_from_a_folder() -> None:
    files = machine().files
    assert files.at("/etc", "../tmp/./a") == "/tmp/a"
    with pytest.raises(FileError, match="Is a directory"):
        files.read("/etc")
    with pytest.raises(FileError, match="No such file"):
        files.write("/nothing/a", b"")
    files.link("/tmp/l", "/etc/hostname")
    assert files.read("/tmp/l") == b"web-1\n"


class Screen:
    """A terminal with somebody at it."""

    def __init__(self) -> None:
        self.shown = ""
        self._written = asyncio.Event()
        self.given = Input()

        async def write(data: bytes) -> None:
            self.shown += data.decode()
            self._written.set()

        self.terminal = Terminal(self.given, write)

    async def shows(self, words: str) -> None:
        async with asyncio.timeout(10):
            while words not in self.shown:
                self._written.clear()
                await self._written.wait()


async def test_a_terminal_echoes_edits_and_interrupts() -> None:
    screen = Screen()
    shell = Shell(machine(), screen.terminal)
    tasks: list[asyncio.Task[Any]] = [
        asyncio.create_task(shell.interactive()),
        asyncio.create_task(screen.terminal.serve()),
    ]
    await screen.shows("/ $ ")
    screen.given.feed(b"echo helx\x7flo\r")
    await screen.shows("echo helx\b \blo\r\nhello\r\n/ $ ")
    screen.given.feed(b"sleep 3600\r")
    await screen.shows("sleep 3600\r\n")
    screen.given.feed(b"\x03")
    await screen.shows("^C\r\n/ $ ")
    screen.given.feed(b"echo $?\r")
    await screen.shows("\r\n130\r\n")
    screen.given.feed(b"junk\x15exit 4\r")
    assert await asyncio.wait_for(tasks[0], 10) == 4
    tasks[1].cancel()


async def test_the_end_of_the_input_leaves() -> None:
    screen = Screen()
    shell = Shell(machine(), screen.terminal)
    serving = asyncio.create_task(screen.terminal.serve())
    running = asyncio.create_task(shell.interactive())
    await screen.shows("/ $ ")
    screen.given.feed(b"\x04")
    assert await asyncio.wait_for(running, 10) == 0
    serving.cancel()
