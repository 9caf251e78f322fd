"""What stands beside the cluster: Prometheus, Alertmanager, the board's file. None of them has to be there."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from cockpit.checkup.finding import Finding, bad, warning, well
from cockpit.checkup.machine import examine_folder
from state.board.errors import BoardError, NewerSchema
from state.cluster.found_way import FoundWay
from state.printable import printable

if TYPE_CHECKING:
    from state.alerts.client import Alertmanager
    from state.alerts.source import Alertmanagers
    from state.metrics.client import PrometheusClient
    from state.way import Way


def examine_prometheus(clients: "Sequence[PrometheusClient]") -> Iterator[Finding]:
    """Ask each Prometheus what it is, whether it answers a query, and whether its rules run."""
    if not clients:
        yield warning("prometheus", "not configured: no charts, no signals of apps", _set("prometheus"))
    for client in clients:
        yield _named_one(client.way.name, _prometheus(client))


def _prometheus(client: "PrometheusClient") -> Finding:
    from state.metrics.model import MetricsError

    topic = "prometheus"
    try:
        series = len(client.query("up").samples)
        missing = client.missing()
        groups = client.alerting_groups()
        build = client.build()
    except MetricsError as error:
        return _unanswered(topic, client.way, error, "no charts, no signals of apps")
    name = _named(build.application or "Prometheus", build.version)
    rules = _count(len(groups), "group of alerting rules", "groups of alerting rules")
    found = f"{name} at {_where(client.way)}, {_count(series, 'target')}, {rules}"
    failing = [rule for group in groups for rule in group.rules if rule.health == "err"]
    if missing:
        return warning(topic, f"{found}; {missing[0]}", "look at the stores behind it")
    if failing:
        said = printable(f"{failing[0].name}: {failing[0].last_error}")
        return warning(topic, f"{found}; {_count(len(failing), 'rule')} failing, {said}", "mend the rule")
    if series == 0:
        return warning(topic, found, "it scrapes nothing: look at its targets page")
    return well(topic, found)


def examine_alertmanagers(clusters: "Iterable[Alertmanagers]") -> Iterator[Finding]:
    """Ask each member of each Alertmanager cluster what it is, how many alerts it has, and what may be written."""
    found = tuple(clusters)
    if not found:
        yield warning("alertmanager", "not configured: no acknowledging, no silences", _set("alertmanager"))
    for cluster in found:
        for member in cluster.members:
            yield _named_one(cluster.origin.name, _alertmanager(member))


def _alertmanager(member: "Alertmanager") -> Finding:
    from state.alerts.errors import AlertmanagerError

    topic = "alertmanager"
    try:
        alerts = len(member.alerts())
        server = member.status()
        why_not = member.why_not_write()
    except AlertmanagerError as error:
        return _unanswered(topic, member.way, error, "no acknowledging, no silences")
    name = _named("Alertmanager", server.version_info.version)
    found = f"{name} at {_where(member.way)}, {_count(alerts, 'alert')}"
    if why_not:
        return warning(
            topic, f"{found}; no acknowledging, no silences: {why_not}", "ask for that right, or name its URL"
        )
    return well(topic, found)


def examine_board(path: Path) -> Iterator[Finding]:
    """Read the board's file, changing nothing."""
    topic = "board"
    if not path.exists():
        for found in examine_folder(topic, path.parent):
            yield well(topic, f"{path} will be made") if not found.advice else found
        return
    from state.board.store import open_file

    try:
        board, _ = open_file(path).load()
    except NewerSchema as error:
        yield bad(topic, str(error), "install the newer cockpit that wrote it")
    except BoardError as error:
        yield bad(topic, str(error), "take an older copy from beside it; it is left as it is")
    else:
        yield well(topic, f"{path}, {_count(len(board.cards), 'card')}")


def _named(name: str, version: str) -> str:
    # A build of one's own may not know its version.
    return printable(f"{name} {version}".strip())


def _count(number: int, one: str, many: str = "") -> str:
    return f"{number} {one if number == 1 else many or f'{one}s'}"


def _named_one(name: str, finding: Finding) -> Finding:
    """Say of which of several servers a finding is."""
    return replace(finding, found=f"{printable(name)}: {finding.found}") if name else finding


def _where(way: "Way") -> str:
    """Where a server is, and which way it was reached."""
    if not way.through:
        return str(way)
    others = [one.url for one in way.others()] if isinstance(way, FoundWay) else []
    also = f"; {', '.join(others)} would be another, name one to choose" if others else ""
    found = "found in the cluster, " if isinstance(way, FoundWay) else ""
    return f"{way} ({found}through the API server{also})"


def _unanswered(topic: str, way: "Way", error: Exception, without: str) -> Finding:
    if isinstance(way, FoundWay):
        # Nobody has asked for it by name.
        return warning(topic, f"not configured, and {error}: {without}", _set(topic))
    if getattr(error, "kind", "") == "timeout":
        return bad(topic, str(error), "it hangs, or the way to it is cut: look at that server")
    return bad(topic, str(error), _mend(topic))


def _set(name: str) -> str:
    return f"set it with --{name}, COCKPIT_{name.upper()} or {name} in the configuration file"


def _mend(name: str) -> str:
    return f"check the address and the sign-in in --{name}, COCKPIT_{name.upper()} or the configuration file"
