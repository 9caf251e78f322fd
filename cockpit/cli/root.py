"""`cockpit`: the screen itself, and the commands beside it.

Exit codes: 0 all went well; 1 something failed; 2 wrong usage, or no terminal to draw on; 3 the configuration
or kubeconfig cannot be used; 130 interrupted; 141 whoever read the output has gone.
"""

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NoReturn

import click
from click.core import ParameterSource

from cockpit import garbage
from cockpit.cli.lazy import LazyGroup

USAGE = 2
INTERRUPTED = 130
_COMMANDS = {
    "board": ("cockpit.cli.board.group:board", "The board without the screen: list, add, move, import and more."),
    "check": ("cockpit.cli.check.group:check", "Questions to the live platform, for pipelines: are apps ready?"),
    "handoff": ("cockpit.cli.handoff:handoff", "What the next on call has to know, in Markdown."),
    "journal": ("cockpit.cli.journal:journal", "The log of what was observed and done on this machine."),
    "demo": ("cockpit.cli.demo:demo", "The cockpit on a simulated platform, nothing else needed."),
    "simulate": ("cockpit.cli.simulate:simulate", "The simulated platform alone, for kubectl, tests and the curious."),
    "doctor": ("cockpit.cli.doctor:doctor", "What works from here, and what to do where it does not."),
}
SCREENS = ("overview", "cluster", "apps", "alerts", "board")


class _Commands(LazyGroup):
    """The commands beside the screen, which must not pay for the simulator."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            sys.exit(INTERRUPTED)


@click.group(
    cls=_Commands,
    places=_COMMANDS,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(package_name="mvp-platform-cockpit", prog_name="cockpit")
@click.option("--context", help="The kubeconfig's context.")
@click.option("--kubeconfig", type=click.Path(path_type=Path), help="The kubeconfig file, instead of KUBECONFIG.")
@click.option("--namespace", "-n", "namespaces", multiple=True, help="A namespace to read; may be given several times.")
@click.option("--as", "act_as", help="The user to act as.")
@click.option("--as-group", "as_groups", multiple=True, help="A group to act as; may be given several times.")
@click.option("--screen", type=click.Choice(SCREENS), default="overview", help="The screen to begin with.")
@click.option("--read-only", is_flag=True, default=None, help="Refuse everything that changes a cluster.")
@click.option("--prometheus", help="The URL of Prometheus.")
@click.option("--alertmanager", help="The URL of Alertmanager; those of a cluster with commas.")
@click.option("--board", type=click.Path(path_type=Path), help="The board's file, made to be kept in git.")
@click.option("--data-dir", type=click.Path(path_type=Path), help="The folder of board and journal.")
@click.option("--log-level", type=click.Choice(("debug", "info", "warning", "error")), default="info")
@click.pass_context
def cockpit(
    ctx: click.Context,
    context: str | None,
    kubeconfig: Path | None,
    namespaces: tuple[str, ...],
    act_as: str | None,
    as_groups: tuple[str, ...],
    screen: str,
    read_only: bool | None,
    prometheus: str | None,
    alertmanager: str | None,
    board: Path | None,
    data_dir: Path | None,
    log_level: str,
) -> None:
    """One screen in which a platform team supports the platform that runs and extends it to the one they want.

    \b
    cockpit                              the kubeconfig's current context
    cockpit --context staging -n web     one namespace of another
    cockpit demo                         a simulated platform, nothing else needed
    """
    if ctx.invoked_subcommand is not None:
        _refuse_options_before(ctx, ctx.invoked_subcommand)
        return
    need_terminal(os.environ)
    from cockpit.start import CannotOpen, Start, look_of

    try:
        look = look_of(os.environ)
    except CannotOpen as error:
        fail(str(error), error.exit_code)
    garbage.hold()
    from cockpit.run import run_app

    flags = {
        "context": context,
        "namespaces": namespaces,
        "read_only": read_only,
        "prometheus": prometheus,
        "alertmanager": alertmanager,
        "board": board,
        "data_dir": data_dir,
    }
    start = Start(flags, os.environ, kubeconfig, act_as or "", as_groups)
    sys.exit(run_app(start, look, screen, log_level))


def _refuse_options_before(ctx: click.Context, command: str) -> None:
    """Refuse what a command would never see: `cockpit --read-only demo` must not let changes through."""
    for parameter in ctx.command.params:
        if parameter.name and ctx.get_parameter_source(parameter.name) is ParameterSource.COMMANDLINE:
            raise click.UsageError(
                f"{parameter.opts[0]} is not read by {command!r} here: options go behind the command"
            )


def need_terminal(environ: Mapping[str, str]) -> None:
    """Refuse in one line, with exit code 2, where there is nothing to draw on."""
    if environ.get("TEXTUAL_DRIVER"):
        return
    streams = {"standard input": sys.stdin, "standard output": sys.stdout, "standard error": sys.stderr}
    for name, stream in streams.items():
        if stream is None or not stream.isatty():
            fail(f"{name} is not a terminal, so there is nothing to draw on; `cockpit doctor` works without one", USAGE)


def fail(message: str, code: int = 1) -> NoReturn:
    """End the process with one line on stderr."""
    click.echo(f"cockpit: {message}", err=True)
    sys.exit(code)
