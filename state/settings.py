"""What holds for this run: a flag before the environment, that before the file, that before the default."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TypeVar

from state.alerts.settings import Alerts
from state.apps.settings import Apps
from state.author import is_person
from state.cluster.log_settings import Logs
from state.cluster.shell_settings import Shell
from state.config import Config, ForContext, InvalidConfig, Ui
from state.endpoint import Endpoint, InvalidEndpoint
from state.journal.settings import Kept
from state.namespace_name import wrong_namespace
from state.printable import printable

T = TypeVar("T")
_YES, _NO = ("1", "true", "yes", "on"), ("0", "false", "no", "off")


@dataclass(frozen=True, slots=True)
class Flags:
    """What the command line said; None or empty where it said nothing."""

    context: str | None = None
    namespaces: tuple[str, ...] = ()
    read_only: bool | None = None
    prometheus: str | None = None
    alertmanager: str | None = None
    board: Path | None = None
    data_dir: Path | None = None


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of a run in one context."""

    context: str
    """The context asked for; empty: the kubeconfig's current one."""
    namespaces: tuple[str, ...]
    """What to read; empty: the context's own namespace, else all."""
    read_only: bool
    protected: bool
    prometheuses: tuple[Endpoint, ...]
    """The Prometheus servers; the charts show the numbers of the first."""
    alertmanagers: tuple[Endpoint, ...]
    """The Alertmanager clusters."""
    board: Path | None
    """The board's file; None: the one in the data folder."""
    data_dir: Path | None
    """The data folder; None: the user's."""
    who: str
    ui: Ui
    apps: Apps
    logs: Logs
    shell: Shell
    alerts: Alerts = field(default_factory=Alerts)
    journal: Kept = field(default_factory=Kept)
    columns: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """The user's own columns: by a kind's name the JSONPaths by their headers."""
    origin: Mapping[str, str] = field(default_factory=dict, compare=False)
    """Where a setting that was made came from, for example `COCKPIT_PROMETHEUS`, by its name."""
    labels: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """The external labels of the alerts of each context that has any configured."""
    shared: frozenset[str] = frozenset()
    """Which of `prometheus` and `alertmanager` are named for all contexts, not for this one."""
    discover: bool = True
    """Whether those that are not named are looked for in the cluster."""

    @property
    def person(self) -> str:
        """Who acks and silences: what was configured, else the user's name; empty where that is nobody's own."""
        name = " ".join(printable(self.who).split())
        return name if self.origin.get("who", "USER") != "USER" or is_person(name) else ""

    @property
    def prometheus(self) -> Endpoint | None:
        """The first Prometheus."""
        return next(iter(self.prometheuses), None)

    @property
    def alertmanager(self) -> Endpoint | None:
        """The first Alertmanager."""
        return next(iter(self.alertmanagers), None)


def resolve(flags: Flags, environ: Mapping[str, str], config: Config, current_context: str = "") -> Settings:
    """Return the settings: flag, then `COCKPIT_*`, then the file (its context's table first), then the default.

    `current_context` is the kubeconfig's, whose table holds when nothing else names a context. Raises
    InvalidConfig for a variable or flag that cannot be read.
    """
    origin: dict[str, str] = {}

    def choose(name: str, *said: tuple[str, T | None]) -> T | None:
        for source, value in said:
            if value is not None:
                origin[name] = source
                return value
        return None

    file = str(config.path or "")
    context = choose(
        "context",
        ("--context", flags.context),
        ("COCKPIT_CONTEXT", environ.get("COCKPIT_CONTEXT") or None),
        (file, config.context),
    )
    name = context or current_context
    table = config.contexts.get(name, ForContext())
    own, rest = f"{file} [contexts.{printable(name)}]", config.everywhere

    namespaces = choose(
        "namespaces",
        ("--namespace", _namespaces("--namespace", flags.namespaces)),
        ("COCKPIT_NAMESPACE", _namespaces("COCKPIT_NAMESPACE", _list(environ.get("COCKPIT_NAMESPACE")))),
        (own, table.namespaces),
        (file, rest.namespaces),
    )
    read_only = choose(
        "read_only",
        ("--read-only", flags.read_only),
        ("COCKPIT_READ_ONLY", _bool(environ, "COCKPIT_READ_ONLY")),
        (own, table.read_only),
        (file, rest.read_only),
    )
    prometheuses = choose(
        "prometheus",
        ("--prometheus", _endpoint("--prometheus", flags.prometheus)),
        ("COCKPIT_PROMETHEUS", _endpoint("COCKPIT_PROMETHEUS", environ.get("COCKPIT_PROMETHEUS"))),
        (own, table.prometheuses),
        (file, rest.prometheuses),
    )
    alertmanagers = choose(
        "alertmanager",
        ("--alertmanager", _endpoint("--alertmanager", flags.alertmanager)),
        ("COCKPIT_ALERTMANAGER", _endpoint("COCKPIT_ALERTMANAGER", environ.get("COCKPIT_ALERTMANAGER"))),
        (own, table.alertmanagers),
        (file, rest.alertmanagers),
    )
    discover = choose(
        "discover",
        ("COCKPIT_DISCOVER", _bool(environ, "COCKPIT_DISCOVER")),
        (own, table.discover),
        (file, rest.discover),
    )
    board = choose(
        "board",
        ("--board", flags.board),
        ("COCKPIT_BOARD", _path(environ.get("COCKPIT_BOARD"))),
        (own, table.board),
        (file, rest.board),
    )
    who = choose(
        "who",
        ("COCKPIT_WHO", environ.get("COCKPIT_WHO") or None),
        (own, table.who),
        (file, rest.who),
        ("USER", environ.get("USER") or environ.get("LOGNAME") or None),
    )
    data_dir = choose(
        "data_dir", ("--data-dir", flags.data_dir), ("COCKPIT_DATA_DIR", _path(environ.get("COCKPIT_DATA_DIR")))
    )
    return Settings(
        context=context or "",
        namespaces=namespaces or (),
        read_only=bool(read_only),
        protected=is_protected(name, config),
        prometheuses=prometheuses or (),
        alertmanagers=alertmanagers or (),
        board=board,
        data_dir=data_dir,
        who=who or _os_user(),
        ui=_ui(config.ui, environ),
        apps=config.apps,
        logs=config.logs,
        shell=config.shell,
        alerts=config.alerts,
        journal=config.journal,
        columns=config.columns,
        origin=origin,
        labels={each: said.labels for each, said in config.contexts.items() if said.labels},
        discover=discover is not False,
        shared=frozenset(kind for kind in ("prometheus", "alertmanager") if file and origin.get(kind) == file),
    )


def is_protected(context: str, config: Config) -> bool:
    """Return whether what destroys must ask for a typed name in a context: its own word, else the globs."""
    said = config.contexts.get(context, ForContext()).protected
    if said is not None:
        return said
    return any(fnmatchcase(context.lower(), glob.lower()) for glob in config.protected)


def _ui(said: Ui, environ: Mapping[str, str]) -> Ui:
    ascii_only, animations = _bool(environ, "COCKPIT_ASCII"), _bool(environ, "COCKPIT_ANIMATIONS")
    return Ui(
        theme=said.theme,
        ascii=said.ascii if ascii_only is None else ascii_only,
        animations=said.animations if animations is None else animations,
    )


def _bool(environ: Mapping[str, str], name: str) -> bool | None:
    text = environ.get(name, "").strip().lower()
    if not text:
        return None
    if text not in _YES + _NO:
        raise InvalidConfig(f"{name} is {printable(environ[name])!r}: write true or false")
    return text in _YES


def _list(text: str | None) -> tuple[str, ...]:
    return tuple(part.strip() for part in (text or "").split(",") if part.strip())


def _namespaces(source: str, names: tuple[str, ...]) -> tuple[str, ...] | None:
    for name in names:
        if wrong := wrong_namespace(name):
            raise InvalidConfig(f"{source}: {wrong}")
    return tuple(dict.fromkeys(names)) or None


def _path(text: str | None) -> Path | None:
    return Path(text).expanduser() if text else None


def _endpoint(name: str, url: str | None) -> tuple[Endpoint] | None:
    if not url:
        return None
    try:
        first, *members = [part.strip() for part in url.split(",")] if "ALERTMANAGER" in name.upper() else [url]
        return (Endpoint.of(first, members=tuple(members)),)
    except InvalidEndpoint as error:
        raise InvalidConfig(f"{name}: {error}") from None


def _os_user() -> str:
    """The name of who runs the program, where the environment does not say; its number where nobody knows a name."""
    try:
        from pwd import getpwuid
    except ImportError:  # no such thing outside Unix
        return "someone"
    try:
        return getpwuid(os.getuid()).pw_name
    except KeyError:
        return f"uid {os.getuid()}"
