"""What stands beside the cluster: Prometheus, Alertmanager, the board's file. None of them has to be there."""

from collections.abc import Iterator
from pathlib import Path

from cockpit.checkup.finding import Finding, bad, warning, well
from cockpit.checkup.machine import examine_folder
from state.board.errors import BoardError, NewerSchema
from state.endpoint import Endpoint
from state.printable import printable


def examine_prometheus(endpoint: Endpoint | None) -> Iterator[Finding]:
    """Ask Prometheus what it is and whether it answers a query."""
    topic = "prometheus"
    if endpoint is None:
        yield warning(topic, "not configured: no charts, no signals of apps", _set("prometheus"))
        return
    from state.metrics.client import PrometheusClient
    from state.metrics.model import MetricsError

    client = PrometheusClient(endpoint)
    try:
        build = client.build()
        series = len(client.query("up").samples)
        groups = client.alerting_groups()
    except MetricsError as error:
        yield bad(topic, str(error), _mend("prometheus"))
        return
    name = _named(build.application or "Prometheus", build.version)
    rules = _count(len(groups), "group of alerting rules", "groups of alerting rules")
    found = f"{name} at {endpoint}, {_count(series, 'target', 'targets')}, {rules}"
    if series == 0:
        yield warning(topic, found, "it scrapes nothing: look at its targets page")
    else:
        yield well(topic, found)


def examine_alertmanager(endpoint: Endpoint | None) -> Iterator[Finding]:
    """Ask Alertmanager what it is and how many alerts it has."""
    topic = "alertmanager"
    if endpoint is None:
        yield warning(topic, "not configured: no acknowledging, no silences", _set("alertmanager"))
        return
    from state.alerts.client import Alertmanager
    from state.alerts.errors import AlertmanagerError

    client = Alertmanager(endpoint)
    try:
        server = client.status()
        alerts = len(client.alerts())
    except AlertmanagerError as error:
        yield bad(topic, str(error), _mend("alertmanager"))
        return
    name = _named("Alertmanager", server.version_info.version)
    yield well(topic, f"{name} at {endpoint}, {_count(alerts, 'alert', 'alerts')}")


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
        yield well(topic, f"{path}, {_count(len(board.cards), 'card', 'cards')}")


def _named(name: str, version: str) -> str:
    # A build of one's own may not know its version.
    return printable(f"{name} {version}".strip())


def _count(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"


def _set(name: str) -> str:
    return f"set it with --{name}, COCKPIT_{name.upper()} or {name} in the configuration file"


def _mend(name: str) -> str:
    return f"check the address and the sign-in in --{name}, COCKPIT_{name.upper()} or the configuration file"
