"""Running the app on a terminal, from what it begins with to its exit code."""

from pathlib import Path

import click

from cockpit.app import CockpitApp
from cockpit.logs import crash_guard, set_up
from cockpit.start import Look, Opening


def run_app(start: Opening, look: Look, screen: str, log_level: str, log: Path | None = None) -> int:
    """Draw until the user leaves; return the exit code. What is left to say then goes to stderr."""
    path = set_up(log_level, log)
    app = CockpitApp(start, screen=screen, look=look)
    with crash_guard(path):
        app.run()
    if app.last_words:
        click.echo(f"cockpit: {app.last_words}", err=True)
    return app.return_code or 0
