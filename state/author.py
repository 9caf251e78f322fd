"""In whose name acks and silences are made: as the configuration says, else the user's, else as was asked once."""

import logging
from pathlib import Path

from state.disk import Disk, replace
from state.printable import printable, shorten

FILE = "author"
_LONGEST = 60
_SHARED = frozenset(
    [
        "root",
        "admin",
        "administrator",
        "ubuntu",
        "debian",
        "fedora",
        "centos",
        "rocky",
        "core",
        "opc",
        "vagrant",
        "ec2-user",
        "azureuser",
        "nobody",
        "user",
        "someone",
        "runner",
        "app",
        "nonroot",
    ]
)
_log = logging.getLogger(__name__)


def is_person(name: str) -> bool:
    """Return whether a login says who somebody is: `root` and its like are whoever has the machine."""
    return bool(name) and name.casefold() not in _SHARED and not name.startswith("uid ")


class Author:
    """The name that was asked for, kept in a file of the data folder. It may be read from any thread."""

    def __init__(self, path: Path, disk: Disk | None = None) -> None:
        self._path = path
        self._disk = disk or Disk()
        self.name = ""
        """The name, empty while nobody has said one."""

    def read(self) -> None:
        """Take over what was said before. Blocks; what cannot be read was never said."""
        try:
            self.name = _cleaned((self._disk.read(self._path) or b"").decode("utf-8", "replace"))
        except OSError as error:
            _log.info("%s: %s", self._path, error)

    def say(self, name: str) -> None:
        """Take a name from now on; raises ValueError, with a sentence, for none."""
        cleaned = _cleaned(name)
        if not cleaned:
            raise ValueError("say who you are: others will find this name on the silence")
        self.name = cleaned

    def save(self) -> None:
        """Keep the name for the next start. Blocks; raises nothing: it would be asked for again."""
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            replace(self._disk, self._path, f"{self.name}\n".encode())
        except OSError as error:
            _log.info("%s: %s", self._path, error)


def _cleaned(name: str) -> str:
    return shorten(" ".join(printable(name).split()), _LONGEST)
