"""What commands about the journal have in common: which journal, whose context, how far back."""

import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from cockpit.cli.root import USAGE, fail
from cockpit.start import CONFIG
from state.alerts.durations import end_of
from state.config import InvalidConfig, config_path, load_config
from state.journal.journal import Journal
from state.settings import Flags, Settings, resolve


@dataclass(frozen=True, slots=True)
class Past:
    """A journal, the settings of a context, and the moment from which on it is told."""

    settings: Settings
    context: str
    journal: Journal
    board: Path
    since: float
    now: float


def past(context: str | None, alertmanager: str | None, board: Path | None, data_dir: Path | None, since: str) -> Past:
    """Return what the command line, the environment and the file mean. Ends the process with words when it cannot."""
    from platformdirs import user_data_path

    from state.cluster.errors import ConfigError
    from state.cluster.kubeconfig import find_target

    now = time.time()
    try:
        back = end_of(since, now) - now
    except ValueError as error:
        fail(f"--since: {error}", USAGE)
    try:
        config = load_config(config_path(os.environ), must_exist="COCKPIT_CONFIG" in os.environ)
        flags = Flags(context=context, alertmanager=alertmanager, board=board, data_dir=data_dir)
        settings = resolve(flags, os.environ, config)
        try:
            name = find_target(settings.context, None, os.environ).context
            settings = resolve(flags, os.environ, config, name)
        except ConfigError:
            # The journal can be told without a cluster, once a context is named.
            name = settings.context
    except InvalidConfig as error:
        fail(str(error), CONFIG)
    folder = settings.data_dir or user_data_path("cockpit")
    journal = Journal(folder / "journal.db")
    return Past(settings, name, journal, settings.board or folder / "board.json", now - back, now)


def of_the_past(since: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Give a command the options that say which journal and how far back, by default so far."""

    def decorated(command: Callable[..., Any]) -> Callable[..., Any]:
        for option in (
            click.option("--data-dir", type=click.Path(path_type=Path), help="The folder of board and journal."),
            click.option("--context", help="The kubeconfig's context."),
            click.option("--since", default=since, show_default=True, help="How far back: 12h, 7d."),
        ):
            command = option(command)
        return command

    return decorated
