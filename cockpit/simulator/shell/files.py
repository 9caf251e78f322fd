"""A container's files, in memory."""

from collections.abc import Iterator
from dataclasses import dataclass
from posixpath import dirname, join, normpath


@dataclass(slots=True)
class File:
    """A file's bytes and mode, or (`data` None) a folder, or (`target`) a link."""

    data: bytes | None
    mode: int = 0o644
    target: str = ""


class FileError(Exception):
    """Something cannot be done with a path; the text is the system's: `No such file or directory`."""


class Files:
    """A tree of files. Paths are absolute and normal; `at` makes them so."""

    def __init__(self) -> None:
        self._all: dict[str, File] = {"/": File(None, 0o755)}

    def at(self, folder: str, path: str) -> str:
        """Return a path as seen from a folder, absolute and normal."""
        found = normpath(join(folder, path))
        return found[1:] if found.startswith("//") else found

    def find(self, path: str) -> File:
        """Return what lies at a path, links followed. Raises FileError."""
        for _ in range(8):
            found = self._all.get(path)
            if found is None:
                raise FileError("No such file or directory")
            if not found.target:
                return found
            path = self.at(dirname(path), found.target)
        raise FileError("Too many levels of symbolic links")

    def entry(self, path: str) -> File:
        """Return what lies at a path, a link as itself. Raises FileError."""
        if path not in self._all:
            raise FileError("No such file or directory")
        return self._all[path]

    def is_folder(self, path: str) -> bool:
        """Return whether there is a folder at a path."""
        try:
            return self.find(path).data is None
        except FileError:
            return False

    def read(self, path: str) -> bytes:
        """Return a file's bytes. Raises FileError."""
        data = self.find(path).data
        if data is None:
            raise FileError("Is a directory")
        return data

    def write(self, path: str, data: bytes, *, mode: int = 0o644, append: bool = False) -> None:
        """Write a file. Raises FileError."""
        if self.is_folder(path):
            raise FileError("Is a directory")
        if not self.is_folder(dirname(path)):
            raise FileError("No such file or directory")
        old = self._all.get(path)
        before = old.data or b"" if old is not None and append else b""
        self._all[path] = File(before + data, old.mode if old is not None else mode)

    def link(self, path: str, target: str) -> None:
        """Make a symbolic link. Raises FileError."""
        if path in self._all:
            raise FileError("File exists")
        if not self.is_folder(dirname(path)):
            raise FileError("No such file or directory")
        self._all[path] = File(b"", 0o777, target)

    def make_folder(self, path: str, *, parents: bool = False) -> None:
        """Make a folder. Raises FileError."""
        if path in self._all:
            if parents and self.is_folder(path):
                return
            raise FileError("File exists")
        if not self.is_folder(dirname(path)):
            if not parents:
                raise FileError("No such file or directory")
            self.make_folder(dirname(path), parents=True)
        self._all[path] = File(None, 0o755)

    def remove(self, path: str, *, whole: bool = False) -> None:
        """Remove a file, or (`whole`) a folder with all in it. Raises FileError."""
        if self.entry(path).data is None and not whole:
            raise FileError("Is a directory")
        for one in [path, *(known for known in self._all if known.startswith(f"{path}/"))]:
            self._all.pop(one, None)

    def listed(self, path: str) -> list[str]:
        """Return the names in a folder, in order. Raises FileError."""
        if self.find(path).data is not None:
            raise FileError("Not a directory")
        start = "/" if path == "/" else f"{path}/"
        return sorted(
            one[len(start) :]
            for one in self._all
            if one.startswith(start) and one != "/" and "/" not in one[len(start) :]
        )

    def walk(self, path: str) -> Iterator[tuple[str, File]]:
        """Yield a path and all below it, in order. Raises FileError."""
        yield path, self.entry(path)
        start = "/" if path == "/" else f"{path}/"
        for one in sorted(known for known in self._all if known.startswith(start) and known != path):
            yield one, self._all[one]
