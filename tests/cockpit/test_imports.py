"""What a start may import. A static graph of imports cannot see it, and one careless line costs every start."""

import json
import subprocess
import sys

import pytest

_OURS = {"cockpit", "screens", "widgets", "state"}
_FRAME = {"click", "platformdirs", "rich", "textual", "typing_extensions"}
_HEAVY = {"aiohttp", "kubernetes", "prometheus_api_client", "requests", "sqlite3", "tinydb", "urllib3", "yaml"}

_VERSION = """
import sys
from cockpit.__main__ import main

sys.argv = ["cockpit", "--version"]
try:
    main()
except SystemExit:
    pass
"""
_FIRST_FRAME = """
import asyncio
import cockpit.cli.root
import cockpit.run
from cockpit.app import CockpitApp
from cockpit.start import Look, look_of
import screens.opening

CockpitApp._begin = lambda self: self.exit()
look_of({"HOME": "/nonexistent", "XDG_CONFIG_HOME": "/nonexistent"})
asyncio.run(CockpitApp(lambda show_object: None, look=Look()).run_async(headless=True))
"""
_TELL = """
import json, sys
print(json.dumps([name for name in sys.modules if name not in before]))
"""


def imported(code):
    """Return the full names of the modules that a fresh Python imports for this, beyond its own start."""
    whole = f"import sys\nbefore = set(sys.modules)\n{code}\n{_TELL}"
    run = subprocess.run([sys.executable, "-c", whole], check=True, capture_output=True, text=True)
    return set(json.loads(run.stdout.splitlines()[-1]))


def foreign(modules):
    """Return the top-level packages that are neither ours nor the standard library's."""
    return {name.partition(".")[0] for name in modules} - sys.stdlib_module_names - _OURS


@pytest.fixture(scope="module")
def first_frame():
    return imported(_FIRST_FRAME)


def test_the_version_is_told_without_a_screen():
    modules = imported(_VERSION)
    assert foreign(modules) <= {"click"}
    assert "asyncio" not in modules


def test_the_first_frame_needs_the_screen_and_nothing_else(first_frame):
    assert {"textual", "screens", "widgets"} <= {name.partition(".")[0] for name in first_frame}
    assert foreign(first_frame) <= _FRAME


def test_the_first_frame_needs_nothing_heavy(first_frame):
    assert not {name.partition(".")[0] for name in first_frame} & _HEAVY
    assert not {name for name in first_frame if name.startswith(("state.cluster", "state.board", "cockpit.simulator"))}
