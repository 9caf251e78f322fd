"""Logs that are kept as files."""

import errno
import stat
from pathlib import Path

import pytest

from state.disk import Disk
from state.log_file import save_log, saved_folder

NOW = 1_795_489_800.0


def test_a_log_is_a_new_file_that_only_its_user_reads(tmp_path):
    folder = tmp_path / "state" / "saved"
    path = save_log(["one", "zwei ü"], "payments/api 3 pods", folder, NOW)
    assert path.read_text(encoding="utf-8") == "one\nzwei ü\n"
    assert path.name.startswith("payments-api-3-pods-2026")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_nothing_is_written_over(tmp_path):
    first = save_log(["one"], "x", tmp_path, NOW)
    second = save_log(["two"], "x", tmp_path, NOW)
    assert first != second
    assert (first.read_text(), second.read_text()) == ("one\n", "two\n")


@pytest.mark.parametrize("name", ["../../etc/passwd", "/", "", "-rf", "a" * 500, ".hidden"])
def test_a_name_never_leaves_the_folder(tmp_path, name):
    path = save_log(["x"], name, tmp_path, NOW)
    assert path.parent == tmp_path
    assert not path.name.startswith((".", "-"))


class Full(Disk):
    def write(self, descriptor, data):
        raise OSError(errno.ENOSPC, "No space left on device")


def test_what_could_not_be_written_whole_is_not_left_behind(tmp_path):
    with pytest.raises(OSError, match="No space"):
        save_log(["x"], "x", tmp_path, NOW, Full())
    assert list(tmp_path.iterdir()) == []


def test_logs_are_kept_in_the_users_state_folder(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    assert saved_folder() == Path(tmp_path, "cockpit", "saved")
