"""Running the app on a terminal, from what it begins with to its exit code."""

import logging
import sys
from pathlib import Path

import click

from cockpit import garbage
from cockpit.app import CockpitApp
from cockpit.logs import crash_guard, set_up
from cockpit.start import Look, Opening

SAVE_SECONDS = 3.0
SWITCH_SECONDS = 0.002
"""How long a thread that decodes or imports may keep the interpreter while the screen waits for it."""
_log = logging.getLogger(__name__)


def run_app(start: Opening, look: Look, screen: str, log_level: str, log: Path | None = None) -> int:
    """Draw until the user leaves; return the exit code. What is left to say then goes to stderr.

    A crash is logged, the terminal restored, one line printed; then it raises SystemExit(1).
    """
    path = set_up(log_level, log)
    sys.setswitchinterval(SWITCH_SECONDS)
    app = CockpitApp(start, screen=screen, look=look, settled=garbage.settle)
    with crash_guard(path):
        app.run()
        if app.crash is not None:
            left = app.save_after_crash(SAVE_SECONDS)
            if left:
                _log.error("not everything was saved: %s", left)
            raise app.crash
    if app.last_words:
        click.echo(f"cockpit: {app.last_words}", err=True)
    return app.return_code or 0
