"""`cockpit check`: questions to the live platform, for pipelines."""

import click

from cockpit.cli.lazy import LazyGroup

_COMMANDS = {
    "readiness": (
        "cockpit.cli.check.readiness:readiness",
        "Whether apps are ready for production, check by check.",
    )
}


@click.group(cls=LazyGroup, places=_COMMANDS)
def check() -> None:
    """Ask the live platform, and end with a code that a pipeline understands."""
