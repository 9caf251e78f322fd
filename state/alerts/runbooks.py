"""The runbook of an alert among the Markdown files of a folder: found, and read."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from state.alerts.model import Alert
from state.printable import printable_lines

ANNOTATIONS = ("runbook_url", "runbook")
LARGEST = 200_000
"""Bytes of a runbook that are shown."""
_SUFFIXES = (".md", ".markdown")
_MOST = 5000
_DEEPEST = 6


@dataclass(frozen=True, slots=True)
class Runbook:
    """A runbook as it was read. `name` is its place in the folder; `cut` is whether it goes on beyond what is shown."""

    name: str
    text: str
    path: Path
    cut: bool = False


def address_of(alert: Alert) -> str:
    """Return what an alert's annotations say of its runbook, empty for nothing."""
    return next((text for name in ANNOTATIONS if (text := alert.annotation(name).strip())), "")


def runbook_of(alert: Alert, folder: Path) -> Runbook | None:
    """Return the runbook that an alert names by path, by the end of an address, or by its own name. Blocks.

    None where the folder has no such file. Raises OSError when the folder or the file cannot be read.
    """
    known = runbooks_in(folder)
    found = named(address_of(alert), known) or named(alert.name, known)
    return read(folder, found) if found is not None else None


def linked(href: str, of: Runbook, folder: Path) -> Runbook | None:
    """Return the runbook that a link of another one leads to, None where it leads elsewhere. Blocks; raises OSError."""
    if urlsplit(href).scheme:
        return None
    known = runbooks_in(folder)
    beside = (Path(of.name).parent / href).as_posix()
    found = named(os.path.normpath(beside), known) or named(href, known)
    return read(folder, found) if found is not None else None


def runbooks_in(folder: Path) -> Mapping[str, str]:
    """Return the Markdown files of a folder: their places in it, by the place in small letters. Blocks; raises OSError.

    What others wrote into an alert is only looked up here, so that no text of theirs ever becomes a path.
    """
    found: dict[str, str] = {}

    def walk(place: str, depth: int) -> None:
        with os.scandir(folder / place) as entries:
            for entry in sorted(entries, key=lambda one: one.name):
                inner = f"{place}/{entry.name}" if place else entry.name
                if entry.name.startswith(".") or len(found) >= _MOST:
                    continue
                if entry.is_dir(follow_symlinks=False) and depth < _DEEPEST:
                    walk(inner, depth + 1)
                elif entry.name.casefold().endswith(_SUFFIXES) and entry.is_file(follow_symlinks=False):
                    found.setdefault(inner.casefold(), inner)

    walk("", 0)
    return found


def named(address: str, known: Mapping[str, str]) -> str | None:
    """Return the file that an address or a path means: the one whose place is its longest end."""
    parts = [part for part in unquote(_path(address)).casefold().split("/") if part not in ("", ".")]
    for at in range(len(parts)):
        place = "/".join(parts[at:])
        for suffix in ("", *_SUFFIXES):
            if found := known.get(place + suffix):
                return found
    if not parts:
        return None
    ends = {parts[-1], *(parts[-1] + suffix for suffix in _SUFFIXES)}
    alike = [place for key, place in known.items() if key.rpartition("/")[2] in ends]
    # Of several of one name in different folders none is meant.
    return alike[0] if len(alike) == 1 else None


def _path(address: str) -> str:
    try:
        return urlsplit(address).path
    except ValueError:
        return ""


def read(folder: Path, name: str) -> Runbook:
    """Return a file of the folder. Blocks; raises OSError."""
    path = folder / name
    with path.open("rb") as file:
        data = file.read(LARGEST + 1)
    text = data[:LARGEST].decode("utf-8", "replace")
    return Runbook(name, printable_lines(text), path, len(data) > LARGEST)
