"""What is written for a text to be in the clipboard, and that tmux takes it."""

import base64
import os
import re
import shutil
import subprocess
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from cockpit.clipboard import give_tmux, in_tmux, sequence


def decoded(written: str) -> str:
    found = re.fullmatch(r"\x1b\]52;c;([A-Za-z0-9+/=]*)\x07", written)
    assert found is not None
    return base64.b64decode(found[1]).decode()


@pytest.mark.parametrize("text", ["", "payments-api", "zwei\nZeilen\tü 日本", "x" * 5000])
def test_a_text_is_one_sequence(text: str) -> None:
    assert decoded(sequence(text, {})) == text


def test_screen_is_handed_pieces_that_make_up_the_sequence() -> None:
    written = sequence("y" * 2000, {"STY": "1.pts"})
    pieces = re.findall(r"\x1bP(.*?)\x1b\\", written, re.DOTALL)
    assert len(pieces) > 3
    assert all(len(piece) <= 512 for piece in pieces)
    assert decoded("".join(pieces)) == "y" * 2000


def test_a_lone_surrogate_does_no_harm() -> None:
    assert decoded(sequence("a\udc80b", {})) == "a?b"


def test_tmux_is_known_by_its_variable() -> None:
    assert in_tmux({"TMUX": "/tmp/tmux-0/default,1,0"})
    assert not in_tmux({})


def test_without_tmux_nothing_took_the_text(tmp_path: Path) -> None:
    assert not give_tmux("x", {"PATH": str(tmp_path)})


@pytest.fixture
def tmux(tmp_path: Path) -> Iterator[str]:
    """A tmux of the test's own; gives what its panes have in TMUX."""
    program = shutil.which("tmux")
    if program is None:
        pytest.skip("there is no tmux")
    socket = tmp_path / f"t{uuid.uuid4().hex[:6]}"
    run = [program, "-S", str(socket), "-f", "/dev/null"]
    subprocess.run([*run, "new-session", "-d", "sleep 60"], check=True)
    yield f"{socket},0,0"
    subprocess.run([*run, "kill-server"], check=False)


def test_tmux_keeps_the_text_and_passes_it_on(tmux: str) -> None:
    assert give_tmux("payments-api\nü", {**os.environ, "TMUX": tmux})
    shown = subprocess.run(["tmux", "-S", tmux.split(",")[0], "show-buffer"], capture_output=True, check=True)
    assert shown.stdout.decode() == "payments-api\nü"
