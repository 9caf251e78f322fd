"""`cockpit doctor`: everything the cockpit needs, looked at, with what to do about it."""

import json
import os
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import click

from cockpit.checkup import cluster, machine, servers
from cockpit.checkup.finding import Finding, Verdict, bad
from cockpit.cli.way_in import way_in
from state.belonging import Belonging
from state.config import Config, InvalidConfig, config_path, load_config
from state.printable import printable
from state.redact import redact
from state.settings import Flags, Settings, resolve

_GLYPHS = {Verdict.WELL: "✓", Verdict.WARNING: "▲", Verdict.BAD: "✗"}
_ASCII = {Verdict.WELL: "+", Verdict.WARNING: "!", Verdict.BAD: "x"}
_TOPIC_WIDTH = 13


@dataclass(frozen=True, slots=True)
class Asked:
    """What the command line said."""

    flags: Flags
    kubeconfig: Path | None = None


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of lines.")
@click.option("--kubeconfig", type=click.Path(path_type=Path), help="The kubeconfig file, instead of KUBECONFIG.")
@click.option("--context", help="The kubeconfig's context to look at.")
@click.option("--namespace", "-n", "namespaces", multiple=True, help="A namespace to read; may be given several times.")
@click.option("--prometheus", help="The URL of Prometheus.")
@click.option("--alertmanager", help="The URL of Alertmanager.")
@click.option("--board", type=click.Path(path_type=Path), help="The board's file.")
@click.option("--data-dir", type=click.Path(path_type=Path), help="The data folder.")
def doctor(
    as_json: bool,
    kubeconfig: Path | None,
    context: str | None,
    namespaces: tuple[str, ...],
    prometheus: str | None,
    alertmanager: str | None,
    board: Path | None,
    data_dir: Path | None,
) -> None:
    """Look at everything the cockpit needs and say what to do. Ends with 1 when something does not work."""
    flags = Flags(context, namespaces, None, prometheus, alertmanager, board, data_dir)
    terminal = _terminal()
    found: list[Finding] = []
    for finding in examine(Asked(flags, kubeconfig), os.environ, terminal):
        found.append(finding)
        if not as_json:
            click.echo(line(finding, ascii_only=not terminal.unicode))
    well = all(finding.verdict is not Verdict.BAD for finding in found)
    if as_json:
        click.echo(json.dumps({"well": well, "findings": [_as_json(one) for one in found]}, indent=2))
    sys.exit(0 if well else 1)


def examine(asked: Asked, environ: Mapping[str, str], terminal: machine.Terminal) -> Iterator[Finding]:
    """Look at one thing after another; each is missed or broken without harm to the others."""
    from cockpit.logs import log_file

    yield from machine.examine_terminal(terminal, environ)
    path = config_path(environ)
    config, settings, problem = _settings(asked, environ, path)
    yield from machine.examine_config(path, config, problem, settings)
    config, settings = config or Config(), settings or _flags_only(asked.flags)
    yield from machine.examine_folder("log", log_file().parent)
    data = settings.data_dir or _data_folder()
    yield from machine.examine_folder("data", data)
    reached = True
    for finding in _guarded("cluster", _examine_cluster(asked, environ, config, settings)):
        reached &= (finding.topic, finding.verdict) != ("api", Verdict.BAD)
        yield finding
    from cockpit.monitoring import monitoring_of

    # Where it leads nowhere, that has been said; a server that hangs is not waited for again.
    transport = way_in(settings.context, asked.kubeconfig, environ) if reached else None
    found = monitoring_of(settings, Belonging(settings.context), (lambda: transport) if transport is not None else None)
    yield from _guarded("prometheus", servers.examine_prometheus(found.prometheuses))
    yield from _guarded("alertmanager", servers.examine_alertmanagers(found.alertmanagers or ()))
    yield from _guarded("board", servers.examine_board(settings.board or data / "board.json"))


def line(finding: Finding, *, ascii_only: bool = False) -> str:
    """Return a finding as it is printed, the advice on a line of its own."""
    glyph = (_ASCII if ascii_only else _GLYPHS)[finding.verdict]
    text = f"{glyph} {finding.topic:<{_TOPIC_WIDTH}} {_safe(finding.found)}"
    if finding.advice:
        text += f"\n  {'':<{_TOPIC_WIDTH}} {'->' if ascii_only else '→'} {_safe(finding.advice)}"
    return text.encode("ascii", "replace").decode() if ascii_only else text


def _settings(asked: Asked, environ: Mapping[str, str], path: Path) -> tuple[Config | None, Settings | None, str]:
    try:
        config = load_config(path, must_exist="COCKPIT_CONFIG" in environ)
        return config, resolve(asked.flags, environ, config, _current_context(asked.kubeconfig, environ)), ""
    except InvalidConfig as error:
        return None, None, str(error)


def _flags_only(flags: Flags) -> Settings:
    """What still holds when the file or the environment is broken."""
    try:
        return resolve(flags, {}, Config())
    except InvalidConfig:
        return resolve(Flags(flags.context), {}, Config())


def _current_context(explicit: Path | None, environ: Mapping[str, str]) -> str:
    from state.cluster import kubeconfig
    from state.cluster.errors import ConfigError

    try:
        return kubeconfig.load(kubeconfig.paths_of(explicit, environ)).current
    except ConfigError:
        return ""


def _examine_cluster(asked: Asked, environ: Mapping[str, str], config: Config, settings: Settings) -> Iterator[Finding]:
    from state.cluster.connect import connect
    from state.cluster.credentials import SignIns
    from state.cluster.errors import ConfigError

    found, target = cluster.examine_contexts(asked.kubeconfig, settings.context, environ, config)
    yield from found
    if target is None:
        return
    try:
        transport = connect(target, SignIns(environ), environ)
    except ConfigError as error:
        yield bad("api", str(error), "mend the kubeconfig")
        return
    yield from cluster.examine_api(transport, target, settings.namespaces)


def _guarded(topic: str, findings: Iterator[Finding]) -> Iterator[Finding]:
    """A check that breaks is a finding too, and the next ones are still made."""
    try:
        yield from findings
    except Exception as error:
        yield bad(topic, f"the check broke: {type(error).__name__}: {error}", "report this with the line above")


def _terminal() -> machine.Terminal:
    from shutil import get_terminal_size

    size = get_terminal_size((0, 0))
    return machine.Terminal(sys.stdout.isatty(), size.columns, size.lines, sys.stdout.encoding or "ascii")


def _data_folder() -> Path:
    from platformdirs import user_data_path

    return user_data_path("cockpit")


def _safe(text: str) -> str:
    return printable(redact(text))


def _as_json(finding: Finding) -> dict[str, str]:
    return {
        "topic": finding.topic,
        "verdict": finding.verdict.value,
        "found": _safe(finding.found),
        "advice": _safe(finding.advice),
    }
