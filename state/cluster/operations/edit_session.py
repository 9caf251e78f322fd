"""One object in somebody's editor: the file, what comes back from it, and the same text again when it is refused."""

import os
import re
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from state.cluster import requests
from state.cluster.errors import ApiError, ClusterError
from state.cluster.kinds.kind import Resource
from state.cluster.operations.edit import Edit, EditConflict
from state.cluster.operations.edit_text import WrongText, object_of, text_of, with_heading
from state.cluster.requests import Json
from state.cluster.transport import Transport
from state.operation import Refused
from state.printable import printable_lines
from state.ref import Ref

_LONGEST = 16 * 1024 * 1024
"""Bytes; more than any API server stores of one object."""


@dataclass(slots=True)
class EditSession:
    """Holds the file from `begin` to `close`; best used in a `with`. The methods block."""

    transport: Callable[[], Transport]
    resource: Resource
    subject: Ref
    uid: str
    apply: bool = False
    """By server-side apply; else the object is replaced."""
    parent: Path | None = None
    """Where the file's folder is made; None for the user's runtime folder, which is on no disk, else the usual one."""

    _folder: Path | None = None
    _file: Path | None = None
    _before: Json = field(default_factory=dict)
    _shown: str = ""
    _known: dict[str, Any] = field(default_factory=dict)

    def begin(self) -> Path:
        """Read the object, write it to a file that only this user may read, and return the file's path.

        Raises Refused when the object is gone or another one by now, ClusterError, OSError.
        """
        try:
            found = requests.get(self.transport(), self.resource.path(self.subject.namespace, self.subject.name))
        except ApiError as error:
            if error.status == 404:
                raise Refused(f"{self.resource.kind} {self.subject.path} is gone") from error
            raise
        if found["metadata"].get("uid") != self.uid:
            raise Refused(f"{self.subject.path} is another object by now: the one you saw is gone")
        self.close()
        self._before = found
        self._folder = Path(tempfile.mkdtemp(prefix="cockpit-edit-", dir=self.parent or _runtime_folder()))
        name = re.sub(r"[^A-Za-z0-9._-]", "-", f"{self.resource.kind}-{self.subject.name}".lower())
        self._file = self._folder / f"{name[:120]}.yaml"
        self._write(text_of(found, self._heading()))
        return self._file

    def taken(self, *, force: bool = False) -> Edit | None:
        """Return what the text asks for; None when it was left as it was, or emptied: then there is nothing to do.

        `force` takes the fields of other managers, when applying, and the text that came back as it is. Raises
        WrongText when the text is no object any more, OSError when the file cannot be read; the text stays there.
        """
        text = self._read()
        if text == self._shown and not force:
            return None
        after = object_of(text, self._before)
        if after is None or after == object_of(text_of(self._before, ()), self._before):
            return None
        return Edit(
            self.transport, self.resource, self.subject, self.uid, self._before, after, self.apply, force, self._known
        )

    @property
    def changed(self) -> bool:
        """Whether the file holds anything but what was shown. Raises OSError when it cannot be read."""
        try:
            return self._read() != self._shown
        except WrongText:
            return True

    def reopen(self, why: Exception) -> Path:
        """Put what was refused on top of the user's own text, as comments; return the file's path.

        Fields that others changed meanwhile are named with both values; saved again, the user's are taken.
        """
        assert self._file is not None
        if isinstance(why, EditConflict):
            self._known |= why.known
        causes = causes_of(why)
        if self._known:
            causes += ("To have yours all the same, take these lines away and save.",)
        # Whatever stands in the file is the user's work, even where it is no text.
        text = self._file.read_text(encoding="utf-8", errors="surrogateescape")
        self._write(with_heading(text, (*self._heading(), "", *causes)))
        return self._file

    def close(self) -> None:
        """Delete the file and its folder, with what an editor left beside it."""
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
            self._folder = self._file = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def _heading(self) -> tuple[str, ...]:
        how = "applied by the server" if self.apply else "replaced"
        return (
            f"{self.resource.kind} {self.subject.path} of {self.subject.cluster}, to be {how} when you save and leave.",
            "These lines of comment go. Saved unchanged, or empty, nothing is done.",
        )

    def _write(self, text: str) -> None:
        assert self._file is not None
        # Made anew: an editor may have put a file of other rights in its place.
        self._file.unlink(missing_ok=True)
        descriptor = os.open(self._file, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8", errors="surrogateescape", newline="\n") as file:
            file.write(text)
        self._shown = text

    def _read(self) -> str:
        assert self._file is not None
        if self._file.stat().st_size > _LONGEST:
            raise WrongText("the text is longer than 16 MiB: no server keeps such an object")
        try:
            return self._file.read_text(encoding="utf-8")
        except UnicodeDecodeError as error:
            raise WrongText(f"the text is no UTF-8, at byte {error.start}") from None


def causes_of(why: Exception) -> tuple[str, ...]:
    """Return in lines why an edit was refused: each field by itself where the server says so."""
    if isinstance(why, EditConflict):
        return (str(why), *(f"* {cause}" for cause in why.causes))
    if isinstance(why, ApiError) and why.causes:
        said = [f"* {cause.field}: {cause.message}" if cause.field else f"* {cause.message}" for cause in why.causes]
        return (f"refused: {why.reason or why.status}", *said)
    if isinstance(why, WrongText | Refused | ClusterError):
        return tuple(printable_lines(f"refused: {why}").split("\n"))
    return (f"refused: {type(why).__name__}: {why}",)


def _runtime_folder() -> Path | None:
    folder = os.environ.get("XDG_RUNTIME_DIR", "")
    return Path(folder) if folder and os.access(folder, os.W_OK) else None
