"""The archiver of a simulated container."""

import io
import tarfile
from posixpath import dirname

from cockpit.simulator.shell.console import Console
from cockpit.simulator.shell.files import FileError
from cockpit.simulator.shell.shell import Shell


async def tar(shell: Shell, streams: Console, words: list[str]) -> int:
    """`tar cf - PATH…` and `tar xf -`, each with `-C` and what kubectl adds."""
    mode, folder, name, paths = "", shell.folder, "", []
    rest = list(words)
    first = True
    while rest:
        word = rest.pop(0)
        if word == "-C" and rest:
            folder = shell.path(rest.pop(0))
        elif word.startswith("--"):
            continue
        elif first or (word.startswith("-") and word != "-"):
            letters = word.lstrip("-")
            mode += "".join(letter for letter in letters if letter in "cx")
            if "f" in letters and rest:
                name = rest.pop(0)
        else:
            paths.append(word)
        first = False
    if mode not in ("c", "x") or name != "-":
        await streams.error(b"tar: only archives that come from stdin or go to stdout\n")
        return 1
    if not shell.machine.files.is_folder(folder):
        await streams.error(f"tar: can't change directory to '{folder}': No such file or directory\n".encode())
        return 1
    return await (_pack(shell, streams, folder, paths) if mode == "c" else _unpack(shell, streams, folder))


async def _pack(shell: Shell, streams: Console, folder: str, paths: list[str]) -> int:
    files, code, held = shell.machine.files, 0, io.BytesIO()
    with tarfile.open(fileobj=held, mode="w|", format=tarfile.GNU_FORMAT) as archive:
        for word in paths:
            top = files.at(folder, word)
            try:
                found = list(files.walk(top))
            except FileError as error:
                await streams.error(f"tar: {word}: {error}\n".encode())
                code = 1
                continue
            for path, file in found:
                entry = tarfile.TarInfo(f"{word.lstrip('/')}{path[len(top) :]}".rstrip("/") or ".")
                entry.mode, entry.mtime = file.mode, int(shell.machine.now())
                if file.target:
                    entry.type, entry.linkname = tarfile.SYMTYPE, file.target
                    archive.addfile(entry)
                elif file.data is None:
                    entry.type = tarfile.DIRTYPE
                    archive.addfile(entry)
                else:
                    entry.size = len(file.data)
                    archive.addfile(entry, io.BytesIO(file.data))
                if held.tell() > 1 << 16:
                    await streams.out(held.getvalue())
                    held.seek(0)
                    held.truncate()
    await streams.out(held.getvalue())
    return code


async def _unpack(shell: Shell, streams: Console, folder: str) -> int:
    files, held = shell.machine.files, bytearray()
    while data := await streams.stdin.read():
        held += data
    try:
        with tarfile.open(fileobj=io.BytesIO(bytes(held)), mode="r:") as archive:
            for entry in archive:
                path = files.at(folder, entry.name.lstrip("/"))
                files.make_folder(dirname(path), parents=True)
                if entry.isdir():
                    files.make_folder(path, parents=True)
                elif entry.issym():
                    files.link(path, entry.linkname)
                elif (content := archive.extractfile(entry)) is not None:
                    files.write(path, content.read(), mode=entry.mode)
    except (tarfile.TarError, FileError) as error:
        await streams.error(f"tar: {error}\n".encode())
        return 1
    return 0
