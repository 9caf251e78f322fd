"""The commands of a simulated container."""

import asyncio
import stat
from collections.abc import Callable
from datetime import UTC, datetime

from cockpit.simulator.shell.console import Console
from cockpit.simulator.shell.files import File, FileError
from cockpit.simulator.shell.shell import Command, Leave, Shell, start
from cockpit.simulator.shell.tar import tar


async def echo(shell: Shell, streams: Console, words: list[str]) -> int:
    end = b"\n"
    if words[:1] == ["-n"]:
        words, end = words[1:], b""
    await streams.out(" ".join(words).encode() + end)
    return 0


async def printf(shell: Shell, streams: Console, words: list[str]) -> int:
    text = words[0].replace("\\n", "\n").replace("\\t", "\t") if words else ""
    for word in words[1:]:
        text = text.replace("%s", word, 1).replace("%d", word, 1)
    await streams.out(text.encode())
    return 0


async def cat(shell: Shell, streams: Console, words: list[str]) -> int:
    if not words or words == ["-"]:
        while data := await streams.stdin.read():
            await streams.out(data)
        return 0
    code = 0
    for word in words:
        try:
            await streams.out(shell.machine.files.read(shell.path(word)))
        except FileError as error:
            await streams.error(f"cat: {word}: {error}\n".encode())
            code = 1
    return code


async def ls(shell: Shell, streams: Console, words: list[str]) -> int:
    files = shell.machine.files
    options = "".join(word[1:] for word in words if word.startswith("-"))
    paths = [word for word in words if not word.startswith("-")] or ["."]
    code, said = 0, []
    for word in paths:
        path = shell.path(word)
        try:
            names = files.listed(path) if files.is_folder(path) and "d" not in options else None
            shown = (
                [(word, files.entry(path))] if names is None else [(n, files.entry(files.at(path, n))) for n in names]
            )
        except FileError as error:
            await streams.error(f"ls: {word}: {error}\n".encode())
            code = 1
            continue
        if "a" not in options:
            shown = [one for one in shown if names is None or not one[0].startswith(".")]
        said += [f"{word}:"] if len(paths) > 1 and names is not None else []
        said += [_long(shell, name, file) if "l" in options else name for name, file in shown]
    if said:
        await streams.out("".join(f"{line}\n" for line in said).encode())
    return code


def _long(shell: Shell, name: str, file: File) -> str:
    kind = stat.S_IFLNK if file.target else stat.S_IFDIR if file.data is None else stat.S_IFREG
    when = datetime.fromtimestamp(shell.machine.now(), UTC)
    size = len(file.target or file.data or b"")
    shown = f"{name} -> {file.target}" if file.target else name
    return f"{stat.filemode(kind | file.mode)}    1 root     root     {size:>9} {when:%b %e %H:%M} {shown}"


async def environment(shell: Shell, streams: Console, words: list[str]) -> int:
    if words:
        value = shell.variables.get(words[0])
        if value is None:
            return 1
        await streams.out(f"{value}\n".encode())
        return 0
    await streams.out("".join(f"{name}={value}\n" for name, value in shell.variables.items()).encode())
    return 0


async def export(shell: Shell, streams: Console, words: list[str]) -> int:
    for word in words:
        name, given, value = word.partition("=")
        if given:
            shell.variables[name] = value
    return 0


async def leave(shell: Shell, streams: Console, words: list[str]) -> int:
    try:
        code = int(words[0]) % 256 if words else shell.code
    except ValueError:
        await streams.error(f"sh: exit: Illegal number: {words[0]}\n".encode())
        code = 2
    raise Leave(code)


async def cd(shell: Shell, streams: Console, words: list[str]) -> int:
    path = shell.path(words[0] if words else shell.variables.get("HOME", "/"))
    if not shell.machine.files.is_folder(path):
        await streams.error(f"sh: cd: can't cd to {words[0] if words else path}: No such file or directory\n".encode())
        return 2
    shell.folder = path
    return 0


async def pwd(shell: Shell, streams: Console, words: list[str]) -> int:
    await streams.out(f"{shell.folder}\n".encode())
    return 0


async def true(shell: Shell, streams: Console, words: list[str]) -> int:
    return 0


async def false(shell: Shell, streams: Console, words: list[str]) -> int:
    return 1


async def hostname(shell: Shell, streams: Console, words: list[str]) -> int:
    await streams.out(f"{shell.machine.hostname}\n".encode())
    return 0


async def whoami(shell: Shell, streams: Console, words: list[str]) -> int:
    await streams.out(b"root\n")
    return 0


async def identity(shell: Shell, streams: Console, words: list[str]) -> int:
    await streams.out(b"uid=0(root) gid=0(root) groups=0(root)\n")
    return 0


async def date(shell: Shell, streams: Console, words: list[str]) -> int:
    await streams.out(f"{datetime.fromtimestamp(shell.machine.now(), UTC):%a %b %e %H:%M:%S UTC %Y}\n".encode())
    return 0


async def uname(shell: Shell, streams: Console, words: list[str]) -> int:
    full = f"Linux {shell.machine.hostname} 6.8.0 #1 SMP x86_64 Linux"
    await streams.out(f"{full if '-a' in words else 'Linux'}\n".encode())
    return 0


async def ps(shell: Shell, streams: Console, words: list[str]) -> int:
    rows = ("PID   USER     TIME  COMMAND", f"    1 root      0:01 {shell.machine.program}", "   23 root      0:00 ps")
    await streams.out("".join(f"{row}\n" for row in rows).encode())
    return 0


async def sleep(shell: Shell, streams: Console, words: list[str]) -> int:
    try:
        await asyncio.sleep(86400.0 * 365 if words[:1] == ["infinity"] else float(words[0].rstrip("s")))
    except (ValueError, IndexError):
        await streams.error(f"sleep: invalid number '{' '.join(words)}'\n".encode())
        return 1
    return 0


async def sequence(shell: Shell, streams: Console, words: list[str]) -> int:
    try:
        first, last = (1, int(words[0])) if len(words) == 1 else (int(words[0]), int(words[1]))
    except (ValueError, IndexError):
        return 1
    for begin in range(first, last + 1, 5000):
        await streams.out("".join(f"{n}\n" for n in range(begin, min(begin + 5000, last + 1))).encode())
    return 0


async def make_folder(shell: Shell, streams: Console, words: list[str]) -> int:
    return await _each(shell, streams, "mkdir", words, lambda path: _make_folder(shell, path, "-p" in words))


def _make_folder(shell: Shell, path: str, parents: bool) -> None:
    shell.machine.files.make_folder(path, parents=parents)


async def remove(shell: Shell, streams: Console, words: list[str]) -> int:
    options = "".join(word for word in words if word.startswith("-"))

    def one(path: str) -> None:
        try:
            shell.machine.files.remove(path, whole="r" in options.lower())
        except FileError:
            if "f" not in options:
                raise

    return await _each(shell, streams, "rm", words, one)


async def touch(shell: Shell, streams: Console, words: list[str]) -> int:
    return await _each(shell, streams, "touch", words, lambda path: shell.machine.files.write(path, b"", append=True))


async def link(shell: Shell, streams: Console, words: list[str]) -> int:
    names = [word for word in words if not word.startswith("-")]
    if len(names) != 2 or "-s" not in words:
        await streams.error(b"ln: only ln -s TARGET NAME\n")
        return 1
    return await _each(shell, streams, "ln", names[1:], lambda path: shell.machine.files.link(path, names[0]))


async def _each(shell: Shell, streams: Console, name: str, words: list[str], what: Callable[[str], None]) -> int:
    code = 0
    for word in words:
        if word.startswith("-"):
            continue
        try:
            what(shell.path(word))
        except FileError as error:
            await streams.error(f"{name}: {word}: {error}\n".encode())
            code = 1
    return code


async def test(shell: Shell, streams: Console, words: list[str]) -> int:
    words = words[:-1] if words[-1:] == ["]"] else words
    if words[:1] == ["!"]:
        return 1 - await test(shell, streams, words[1:])
    files = shell.machine.files
    match words:
        case ["-d", path]:
            return int(not files.is_folder(shell.path(path)))
        case ["-f" | "-e" | "-r" | "-s" as option, path]:
            try:
                found = files.find(shell.path(path))
            except FileError:
                return 1
            return int((option == "-f" and found.data is None) or (option == "-s" and not found.data))
        case ["-z", text]:
            return int(bool(text))
        case ["-n", text] | [text]:
            return int(not text)
        case [left, "=" | "==", right]:
            return int(left != right)
        case [left, "!=", right]:
            return int(left == right)
        case _:
            return 2


async def word_count(shell: Shell, streams: Console, words: list[str]) -> int:
    data = await _given(shell, streams, words)
    if data is None:
        return 1
    counts = {"-l": data.count(b"\n"), "-w": len(data.split()), "-c": len(data)}
    wanted = [word for word in words if word in counts] or list(counts)
    await streams.out((" ".join(str(counts[one]) for one in wanted) + "\n").encode())
    return 0


async def head(shell: Shell, streams: Console, words: list[str]) -> int:
    if words[:1] == ["-c"] and len(words) == 2 and words[1].isdecimal():
        left = int(words[1])
        while left > 0 and (data := await streams.stdin.read()):
            await streams.out(data[:left])
            left -= len(data)
        return 0
    return await _some_lines(shell, streams, words, first=True)


async def tail(shell: Shell, streams: Console, words: list[str]) -> int:
    return await _some_lines(shell, streams, words, first=False)


async def _some_lines(shell: Shell, streams: Console, words: list[str], *, first: bool) -> int:
    count, rest = 10, list(words)
    if rest[:1] and rest[0].startswith("-"):
        option = rest.pop(0)[1:].lstrip("n")
        number = option or (rest.pop(0) if rest else "")
        if not number.isdecimal():
            return 1
        count = int(number)
    data = await _given(shell, streams, rest)
    if data is None:
        return 1
    lines = data.splitlines(keepends=True)
    await streams.out(b"".join(lines[:count] if first else lines[max(0, len(lines) - count) :]))
    return 0


async def grep(shell: Shell, streams: Console, words: list[str]) -> int:
    rest = [word for word in words if not word.startswith("-")]
    data = await _given(shell, streams, rest[1:])
    if data is None or not rest:
        return 2
    inverse = "-v" in words
    found = [line for line in data.splitlines(keepends=True) if (rest[0].encode() in line) != inverse]
    await streams.out(b"".join(found))
    return int(not found)


async def _given(shell: Shell, streams: Console, words: list[str]) -> bytes | None:
    """Return what the named files hold, or the input; None after a complaint."""
    names = [word for word in words if not word.startswith("-")]
    if not names:
        held = bytearray()
        while data := await streams.stdin.read():
            held += data
        return bytes(held)
    try:
        return b"".join(shell.machine.files.read(shell.path(name)) for name in names)
    except FileError as error:
        await streams.error(f"sh: {names[0]}: {error}\n".encode())
        return None


async def which(shell: Shell, streams: Console, words: list[str]) -> int:
    names = [word for word in words if not word.startswith("-")]
    found = [name for name in names if name in COMMANDS or name in shell.machine.shells]
    await streams.out("".join(f"/bin/{name}\n" for name in found).encode())
    return int(len(found) < len(names))


async def command(shell: Shell, streams: Console, words: list[str]) -> int:
    if words[:1] == ["-v"]:
        return await which(shell, streams, words[1:])
    return await start(shell, streams, words) if words else 0


async def terminal(shell: Shell, streams: Console, words: list[str]) -> int:
    if not shell.console.tty:
        await streams.error(b"stty: standard input: Not a tty\n")
        return 1
    rows, columns = shell.console.size()
    await streams.out(f"{rows} {columns}\n".encode() if words == ["size"] else b"speed 38400 baud; line = 0;\n")
    return 0


async def clear(shell: Shell, streams: Console, words: list[str]) -> int:
    await streams.out(b"\x1b[H\x1b[J")
    return 0


COMMANDS: dict[str, Command] = {
    "[": test,
    "cat": cat,
    "cd": cd,
    "clear": clear,
    "command": command,
    "date": date,
    "echo": echo,
    "env": environment,
    "exit": leave,
    "export": export,
    "false": false,
    "grep": grep,
    "head": head,
    "hostname": hostname,
    "id": identity,
    "ln": link,
    "ls": ls,
    "mkdir": make_folder,
    "printenv": environment,
    "printf": printf,
    "ps": ps,
    "pwd": pwd,
    "rm": remove,
    "seq": sequence,
    "sleep": sleep,
    "stty": terminal,
    "tail": tail,
    "tar": tar,
    "test": test,
    "touch": touch,
    "true": true,
    "uname": uname,
    "wc": word_count,
    "which": which,
    "whoami": whoami,
}
"""What the images with a shell have."""
BUILT_IN = ("cd", "command", "exit", "export")
"""What only a shell can do, not a process of its own."""
