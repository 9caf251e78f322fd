"""The shell of a simulated container: runs lines over its files and environment."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from posixpath import basename

from cockpit.simulator.shell.console import Console, Input
from cockpit.simulator.shell.files import FileError, Files
from cockpit.simulator.shell.language import BadSyntax, Simple, expand, is_assignment, parse

NOT_FOUND = 127
INTERRUPTED = 130


@dataclass(slots=True)
class Machine:
    """What the processes of one run of a container share."""

    hostname: str
    files: Files
    environment: Mapping[str, str]
    shells: tuple[str, ...]
    """The shells its image has."""
    program: str
    """The command of its first process."""
    now: Callable[[], float]


class Leave(Exception):
    """The shell is to end with a code."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


@dataclass(slots=True)
class Shell:
    """One process that reads commands."""

    machine: Machine
    console: Console
    variables: dict[str, str] = field(default_factory=dict)
    folder: str = "/"
    code: int = 0

    def __post_init__(self) -> None:
        self.variables = {**self.machine.environment, **self.variables}

    def path(self, path: str) -> str:
        """Return a path as seen from the present folder."""
        return self.machine.files.at(self.folder, path)

    async def interactive(self) -> int:
        """Read lines until the input ends or somebody leaves; return the exit code."""
        console = self.console
        while True:
            line = await console.line(f"{self.folder} $ " if console.tty else "")
            if line is None:
                await console.out(b"\n" if console.tty else b"")
                return self.code
            try:
                self.code = await self._interruptible(line)
            except Leave as leave:
                return leave.code

    async def _interruptible(self, line: str) -> int:
        running = asyncio.ensure_future(self.run(line))
        self.console.on_interrupt(running.cancel)
        try:
            return await running
        except asyncio.CancelledError:
            own = asyncio.current_task()
            if own is not None and own.cancelling():
                running.cancel()
                raise
            return INTERRUPTED
        finally:
            self.console.on_interrupt(None)

    async def run(self, text: str) -> int:
        """Run a line, or several; return the code of the last command. Raises Leave."""
        try:
            pipelines = parse(text)
        except BadSyntax as error:
            await self.console.error(f"sh: syntax error: {error}\n".encode())
            self.code = 2
            return 2
        for pipeline in pipelines:
            if (pipeline.after == "&&" and self.code) or (pipeline.after == "||" and not self.code):
                continue
            self.code = await self._pipe(pipeline.commands)
        return self.code

    async def _pipe(self, commands: Sequence[Simple]) -> int:
        code, source = 0, self.console.stdin
        for index, simple in enumerate(commands):
            last = index == len(commands) - 1
            held = bytearray()
            code = await self._simple(simple, source, None if last else held)
            source = Input()
            source.feed(bytes(held))
            source.end()
        return code

    async def _simple(self, simple: Simple, stdin: Input, held: bytearray | None) -> int:
        variables = {**self.variables, "?": str(self.code)}
        words = [expand(word, variables) for word in simple.words]
        while words and is_assignment(simple.words[0]):
            name, _, value = words.pop(0).partition("=")
            simple.words.pop(0)
            self.variables[name] = value
        if not words:
            return 0
        files = self.machine.files
        try:
            if simple.reads:
                stdin = Input()
                stdin.feed(files.read(self.path(expand(simple.reads, variables))))
                stdin.end()
            target = self.path(expand(simple.writes, variables)) if simple.writes else ""
            if target and target != "/dev/null":
                files.write(target, b"", append=simple.appends)
        except FileError as error:
            await self.console.error(f"sh: {simple.reads or simple.writes}: {error}\n".encode())
            return 1

        async def out(data: bytes) -> None:
            if simple.complains:
                await self.console.error(data)
            elif target:
                if target != "/dev/null":
                    files.write(target, data, append=True)
            elif held is not None:
                held.extend(data)
            else:
                await self.console.out(data)

        async def wrong(data: bytes) -> None:
            if simple.joined:
                await out(data)
            elif not simple.quiet:
                await self.console.error(data)

        streams = Console(stdin, out, wrong)
        return await start(self, streams, words)


Command = Callable[["Shell", Console, list[str]], Awaitable[int]]


async def start(shell: Shell, streams: Console, words: list[str]) -> int:
    """Run one command by its name; 127 when there is none of that name."""
    from cockpit.simulator.shell.commands import COMMANDS

    name = basename(words[0])
    machine = shell.machine
    if name in ("bash", "ash", "sh", "dash"):
        if name not in machine.shells:
            await streams.error(f"sh: {words[0]}: not found\n".encode())
            return NOT_FOUND
        return await _another(shell, streams, words[1:])
    command = COMMANDS.get(name)
    if command is None:
        await streams.error(f"sh: {words[0]}: not found\n".encode())
        return NOT_FOUND
    return await command(shell, streams, words[1:])


async def _another(shell: Shell, streams: Console, words: list[str]) -> int:
    inner = Shell(shell.machine, streams, dict(shell.variables), shell.folder)
    return await execute(inner, words)


async def execute(shell: Shell, words: list[str]) -> int:
    """Be a shell that was started with these words; return its exit code."""
    options = [word for word in words if word.startswith("-") and word != "-"]
    rest = [word for word in words if not word.startswith("-")]
    try:
        if any("c" in option for option in options if not option.startswith("--")):
            return await shell.run(rest[0]) if rest else 2
        if rest:
            return await shell.run(shell.machine.files.read(shell.path(rest[0])).decode(errors="replace"))
        return await shell.interactive()
    except Leave as leave:
        return leave.code
    except FileError as error:
        await shell.console.error(f"sh: {rest[0]}: {error}\n".encode())
        return NOT_FOUND
