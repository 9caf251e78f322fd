"""The configuration file: TOML, decoded to frozen values, with a sentence for every way it can be wrong."""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, get_args

import msgspec

from state.alerts.settings import Alerts, Notify, Rank
from state.apps.settings import About, Apps, Production, Rule, Tier, Waiver
from state.cluster.columns_settings import wrong_columns
from state.cluster.log_settings import Logs, wrong_mask
from state.cluster.shell_settings import Shell
from state.config_servers import Written, endpoints
from state.config_servers import WrittenEndpoint as WrittenEndpoint
from state.config_words import InvalidConfig as InvalidConfig
from state.config_words import Words
from state.endpoint import Endpoint
from state.journal.settings import Kept
from state.namespace_name import wrong_namespace
from state.printable import printable

ThemeName = Literal["dark", "light", "high-contrast"]
PROTECTED = ("*prod*",)


class Ui(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How the screen looks."""

    theme: ThemeName = "dark"
    ascii: bool = False
    animations: bool = True
    """Off for those whom motion disturbs."""


class _Section(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    namespaces: tuple[str, ...] | None = None
    read_only: bool | None = None
    protected: bool | None = None
    board: str | None = None
    who: str | None = None
    prometheus: Written = None
    alertmanager: Written = None
    labels: dict[str, str] = {}
    discover: bool | None = None


class _File(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    context: str | None = None
    namespaces: tuple[str, ...] | None = None
    read_only: bool | None = None
    protected: tuple[str, ...] = PROTECTED
    board: str | None = None
    who: str | None = None
    prometheus: Written = None
    alertmanager: Written = None
    discover: bool | None = None
    ui: Ui = Ui()
    apps: Apps = Apps()
    logs: Logs = Logs()
    shell: Shell = Shell()
    journal: Kept = Kept()
    alerts: Alerts = Alerts()
    columns: dict[str, dict[str, str]] = {}
    contexts: dict[str, Any] = {}


class ForContext(msgspec.Struct, frozen=True, kw_only=True):
    """What the file says for one context, or for all; None where it says nothing."""

    namespaces: tuple[str, ...] | None = None
    read_only: bool | None = None
    protected: bool | None = None
    board: Path | None = None
    who: str | None = None
    prometheuses: tuple[Endpoint, ...] | None = None
    alertmanagers: tuple[Endpoint, ...] | None = None
    labels: dict[str, str] = {}
    """The external labels of the alerts that are about the context."""
    discover: bool | None = None
    """Whether servers that are not named are looked for in the cluster."""

    @property
    def prometheus(self) -> Endpoint | None:
        """The first Prometheus."""
        return next(iter(self.prometheuses or ()), None)

    @property
    def alertmanager(self) -> Endpoint | None:
        """The first Alertmanager."""
        return next(iter(self.alertmanagers or ()), None)


class Config(msgspec.Struct, frozen=True, kw_only=True):
    """What the file says. Relative paths in it belong to its folder."""

    path: Path | None = None
    """The file; None when there is none."""
    context: str | None = None
    protected: tuple[str, ...] = PROTECTED
    """Globs of the contexts on which what destroys asks for a typed name."""
    ui: Ui = Ui()
    apps: Apps = Apps()
    logs: Logs = Logs()
    shell: Shell = Shell()
    journal: Kept = Kept()
    alerts: Alerts = Alerts()
    columns: dict[str, dict[str, str]] = {}
    """The user's own columns: by a kind's name the JSONPaths by their headers."""
    everywhere: ForContext = ForContext()
    contexts: dict[str, ForContext] = {}


def config_path(environ: Mapping[str, str]) -> Path:
    """Return where the file is: `COCKPIT_CONFIG`, else `cockpit/config.toml` in the user's configuration folder."""
    if named := environ.get("COCKPIT_CONFIG"):
        return Path(named).expanduser()
    from platformdirs import user_config_path

    return user_config_path("cockpit") / "config.toml"


def load_config(path: Path, *, must_exist: bool = False) -> Config:
    """Return what a file says; an absent one says nothing. Raises InvalidConfig."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        if must_exist:
            raise InvalidConfig(f"{path} does not exist") from None
        return Config()
    except UnicodeDecodeError:
        raise InvalidConfig(f"{path} is not text in UTF-8") from None
    except OSError as error:
        raise InvalidConfig(f"{path} cannot be read: {error.strerror}") from None
    return read_config(text, path)


def read_config(text: str, path: Path) -> Config:
    """Return what a file's text says. Raises InvalidConfig that names the file and the key or line."""
    try:
        found = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        # The parser's text names line and column; it quotes no more than one character.
        raise InvalidConfig(f"{path}: {printable(str(error))}") from None
    file = _WORDS.convert(found, _File, path, "")
    sections = {
        name: _for_context(_WORDS.convert(section, _Section, path, f"contexts.{name}"), path, f"contexts.{name}.")
        for name, section in file.contexts.items()
    }
    if wrong := wrong_mask(file.logs):
        raise InvalidConfig(f"{path}: logs.masks.{printable(wrong[0])}: {printable(wrong[1])}")
    if wrong := wrong_columns(file.columns):
        raise InvalidConfig(f"{path}: columns.{printable(wrong[0])}: {printable(wrong[1])}")
    return Config(
        path=path,
        context=file.context,
        protected=file.protected,
        ui=file.ui,
        apps=file.apps,
        logs=file.logs,
        shell=file.shell,
        journal=file.journal,
        alerts=file.alerts.in_folder(path.parent),
        columns=file.columns,
        everywhere=_for_context(file, path, ""),
        contexts=sections,
    )


def _for_context(said: _File | _Section, path: Path, prefix: str) -> ForContext:
    return ForContext(
        namespaces=_namespaces(said.namespaces, path, f"{prefix}namespaces"),
        read_only=said.read_only,
        protected=said.protected if isinstance(said, _Section) else None,
        board=path.parent / Path(said.board).expanduser() if said.board else None,
        who=said.who,
        prometheuses=endpoints(said.prometheus, path, f"{prefix}prometheus"),
        alertmanagers=endpoints(said.alertmanager, path, f"{prefix}alertmanager"),
        labels=said.labels if isinstance(said, _Section) else {},
        discover=said.discover,
    )


def _namespaces(said: tuple[str, ...] | None, path: Path, key: str) -> tuple[str, ...] | None:
    for index, name in enumerate(said or ()):
        if wrong := wrong_namespace(name):
            raise InvalidConfig(f"{path}: {printable(key)}[{index}]: {wrong}")
    return tuple(dict.fromkeys(said)) if said is not None else None


def _choices(at: str) -> tuple[str, ...]:
    """The words of which a key takes one."""
    words = {"tier": Tier, "notify": Notify}.get(at.rpartition(".")[2], Rank if ".severities" in at else ThemeName)
    return get_args(words)


_WORDS = Words(
    {
        "": _File, "prometheus": WrittenEndpoint, "alertmanager": WrittenEndpoint, "ui": Ui, "apps": Apps,
        "production": Production, "rules": Rule, "about": About, "waivers": Waiver, "logs": Logs, "shell": Shell,
        "journal": Kept, "alerts": Alerts, "contexts.*": _Section,
    },
    _choices,
)  # fmt: skip
