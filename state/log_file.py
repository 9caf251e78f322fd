"""A log or a list kept as a file: only its user may read it, and nothing that is there is written over."""

import re
import time
from collections.abc import Iterable
from itertools import count
from pathlib import Path

from state.disk import Disk

_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")
_LONGEST_NAME = 120


def saved_folder() -> Path:
    """Return where logs are kept: `cockpit/saved` in the user's state folder."""
    from platformdirs import user_state_path

    return user_state_path("cockpit") / "saved"


def save_log(
    lines: Iterable[str], name: str, folder: Path, now: float, disk: Disk = Disk(), *, suffix: str = "log"
) -> Path:
    """Write lines to a new file named after what they are and when; return its path. Raises OSError."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    stem = _UNSAFE.sub("-", name).strip("-.")[:_LONGEST_NAME] or "log"
    moment = time.strftime("%Y%m%d-%H%M%S", time.localtime(now))
    data = "".join(f"{line}\n" for line in lines).encode()
    for attempt in count(1):
        path = folder / f"{stem}-{moment}{f'-{attempt}' if attempt > 1 else ''}.{suffix}"
        try:
            descriptor = disk.create(path, 0o600)
        except FileExistsError:
            continue
        break
    try:
        disk.write(descriptor, data)
        disk.sync(descriptor)
    except OSError:
        disk.unlink(path)
        raise
    finally:
        disk.close(descriptor)
    return path
