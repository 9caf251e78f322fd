import io
import logging
import os
import pty
import stat
import termios
import warnings

import pytest

from cockpit import logs


@pytest.fixture
def log(tmp_path):
    level = logging.getLogger().level
    yield tmp_path / "state" / "cockpit.log"
    logs.tear_down()
    logging.getLogger().setLevel(level)


def test_the_log_holds_no_secret_and_no_control_character(log):
    assert logs.set_up("debug", log) == log
    logger = logging.getLogger("state.x")
    logger.info("header %s", {"Authorization": "Bearer s3cret-token"})
    logger.info("https://ana:s3cret-word@proxy.example\x1b[31m")
    try:
        raise ValueError("token=s3cret-value")
    except ValueError:
        logger.exception("failed")
    text = log.read_text()
    assert "s3cret" not in text
    assert "\x1b" not in text
    assert "Traceback" in text
    assert text.count("***") == 4


def test_only_its_user_may_read_it(log):
    logs.set_up("info", log)
    assert stat.S_IMODE(log.stat().st_mode) == 0o600


def test_the_level_holds_and_libraries_are_quiet(log):
    logs.set_up("info", log)
    logging.getLogger("state.x").debug("hidden")
    logging.getLogger("urllib3.connectionpool").info("hidden")
    logging.getLogger("state.x").info("shown")
    assert "hidden" not in log.read_text()
    assert "shown" in log.read_text()


def test_warnings_go_to_the_log_and_not_to_the_screen(log, capfd):
    logs.set_up("info", log)
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.warn("mind the gap", stacklevel=1)
    assert "mind the gap" in log.read_text()
    assert capfd.readouterr() == ("", "")


def test_a_folder_that_cannot_be_written_is_no_reason_to_stop(tmp_path, capfd):
    (tmp_path / "file").touch()
    assert logs.set_up("info", tmp_path / "file" / "cockpit.log") is None
    logging.getLogger("state.x").error("nobody hears")
    logs.tear_down()
    assert capfd.readouterr() == ("", "")


def test_it_rotates(log, monkeypatch):
    monkeypatch.setattr(logs, "_BYTES", 200)
    logs.set_up("info", log)
    for number in range(20):
        logging.getLogger("state.x").info("line %d", number)
    assert len(list(log.parent.iterdir())) == 1 + logs._KEPT


def test_the_log_is_in_the_users_state_folder(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    assert logs.log_file() == tmp_path / "cockpit" / "cockpit.log"


def test_a_crash_is_one_line_with_the_place_of_the_log(log):
    logs.set_up("info", log)
    words = io.StringIO()
    with pytest.raises(SystemExit) as caught, logs.crash_guard(log, io.StringIO(), words):
        raise RuntimeError("no such row, token=s3cret\x1b[2J\nsecond line")
    assert caught.value.code == 1
    assert words.getvalue() == f"cockpit: crashed: RuntimeError: no such row, token=*** second line; the log is {log}\n"
    assert "RuntimeError: no such row" in log.read_text()


def test_leaving_on_purpose_is_no_crash(log):
    words = io.StringIO()
    for leaving in (SystemExit(2), KeyboardInterrupt()):
        with pytest.raises(type(leaving)), logs.crash_guard(log, io.StringIO(), words):
            raise leaving
    with logs.crash_guard(log, io.StringIO(), words):
        pass
    assert words.getvalue() == ""


def test_a_crash_gives_the_terminal_back(log, monkeypatch):
    leader, follower = pty.openpty()
    with os.fdopen(follower, "r+b", buffering=0) as raw, io.TextIOWrapper(raw, write_through=True) as terminal:
        monkeypatch.setattr("sys.__stdin__", terminal)
        before = termios.tcgetattr(follower)

        def program():
            changed = termios.tcgetattr(follower)
            changed[3] &= ~(termios.ECHO | termios.ICANON)
            termios.tcsetattr(follower, termios.TCSANOW, changed)
            raise RuntimeError("x")

        with pytest.raises(SystemExit), logs.crash_guard(log, terminal, io.StringIO()):
            program()
        assert termios.tcgetattr(follower) == before
        written = os.read(leader, 4096)
    os.close(leader)
    assert b"\x1b[?1049l" in written
    assert b"\x1b[?25h" in written
