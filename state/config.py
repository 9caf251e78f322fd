"""The configuration file: TOML, decoded to frozen values, with a sentence for every way it can be wrong."""

import difflib
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, TypeVar, get_args

import msgspec

from state.alerts.settings import Alerts, Rank
from state.apps.settings import About, Apps, Production, Rule, Tier, Waiver
from state.cluster.log_settings import Logs, wrong_mask
from state.cluster.shell_settings import Shell
from state.endpoint import Endpoint, InvalidEndpoint
from state.namespace_name import wrong_namespace
from state.printable import printable

ThemeName = Literal["dark", "light", "high-contrast"]
PROTECTED = ("*prod*",)


class InvalidConfig(Exception):
    """The configuration cannot be used. The text is one printable sentence: where, which key, and what to do."""


class Ui(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How the screen looks."""

    theme: ThemeName = "dark"
    ascii: bool = False
    animations: bool = True
    """Off for those whom motion disturbs."""


class _Endpoint(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    url: str
    headers: dict[str, str] = {}
    bearer_token_file: str = ""
    bearer_token: str = ""
    user: str = ""
    password: str = ""
    ca_file: str = ""
    cert_file: str = ""
    key_file: str = ""
    insecure: bool = False
    proxy: str | None = None
    tenant: str = ""
    timeout: float = 5.0
    members: tuple[str, ...] = ()


class _Section(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    namespaces: tuple[str, ...] | None = None
    read_only: bool | None = None
    protected: bool | None = None
    board: str | None = None
    who: str | None = None
    prometheus: str | _Endpoint | None = None
    alertmanager: str | _Endpoint | None = None


class _File(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    context: str | None = None
    namespaces: tuple[str, ...] | None = None
    read_only: bool | None = None
    protected: tuple[str, ...] = PROTECTED
    board: str | None = None
    who: str | None = None
    prometheus: str | _Endpoint | None = None
    alertmanager: str | _Endpoint | None = None
    ui: Ui = Ui()
    apps: Apps = Apps()
    logs: Logs = Logs()
    shell: Shell = Shell()
    alerts: Alerts = Alerts()
    contexts: dict[str, Any] = {}


class ForContext(msgspec.Struct, frozen=True, kw_only=True):
    """What the file says for one context, or for all; None where it says nothing."""

    namespaces: tuple[str, ...] | None = None
    read_only: bool | None = None
    protected: bool | None = None
    board: Path | None = None
    who: str | None = None
    prometheus: Endpoint | None = None
    alertmanager: Endpoint | None = None


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
    alerts: Alerts = Alerts()
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
    file = _convert(found, _File, path, "")
    sections = {
        name: _for_context(_convert(section, _Section, path, f"contexts.{name}"), path, f"contexts.{name}.")
        for name, section in file.contexts.items()
    }
    if wrong := wrong_mask(file.logs):
        raise InvalidConfig(f"{path}: logs.masks.{printable(wrong[0])}: {printable(wrong[1])}")
    return Config(
        path=path,
        context=file.context,
        protected=file.protected,
        ui=file.ui,
        apps=file.apps,
        logs=file.logs,
        shell=file.shell,
        alerts=file.alerts,
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
        prometheus=_endpoint(said.prometheus, path, f"{prefix}prometheus"),
        alertmanager=_endpoint(said.alertmanager, path, f"{prefix}alertmanager"),
    )


def _namespaces(said: tuple[str, ...] | None, path: Path, key: str) -> tuple[str, ...] | None:
    for index, name in enumerate(said or ()):
        if wrong := wrong_namespace(name):
            raise InvalidConfig(f"{path}: {printable(key)}[{index}]: {wrong}")
    return tuple(dict.fromkeys(said)) if said is not None else None


def _endpoint(said: str | _Endpoint | None, path: Path, key: str) -> Endpoint | None:
    if said is None:
        return None
    try:
        if isinstance(said, str):
            return Endpoint.of(said)
        parts: dict[str, Any] = {
            name: getattr(said, name) for name in _Endpoint.__struct_fields__ if name not in ("url", "user", "password")
        }
        for name in ("ca_file", "cert_file", "key_file", "bearer_token_file"):
            if parts[name]:
                parts[name] = str(path.parent / Path(parts[name]).expanduser())
        if said.user or said.password:
            parts["basic"] = (said.user, said.password)
        if said.members and key.endswith("prometheus"):
            raise InvalidConfig(f"{path}: {printable(key)}.members: only Alertmanager has members of one cluster")
        return Endpoint.of(said.url, **parts)
    except InvalidEndpoint as error:
        raise InvalidConfig(f"{path}: {printable(key)}: {error}") from None


# --- what is wrong, in words ---

T = TypeVar("T")
_UNKNOWN = re.compile(r"Object contains unknown field `(.*)`", re.DOTALL)
_MISSING = re.compile(r"Object missing required field `(\w+)`")
_EXPECTED = re.compile(r"Expected `(.+)`, got `(\w+)`")
_BOUND = re.compile(r"Expected `(?:float|int)` ([<>]=? .+)")
_TABLES: dict[str, type[msgspec.Struct]] = {
    "": _File, "prometheus": _Endpoint, "alertmanager": _Endpoint, "ui": Ui, "apps": Apps, "production": Production,
    "rules": Rule, "about": About, "waivers": Waiver, "logs": Logs, "shell": Shell, "alerts": Alerts,
    "contexts.*": _Section,
}  # fmt: skip
_TYPES = {
    "str": "a text in quotes", "bool": "true or false", "int": "a whole number", "float": "a number",
    "array": "a list", "object": "a table", "date": "a date",
}  # fmt: skip


def _convert(found: Any, to: type[T], path: Path, prefix: str) -> T:
    try:
        return msgspec.convert(found, to)
    except msgspec.ValidationError as error:
        text, _, where = str(error).partition(" - at `$")
        inner = where.rstrip("`").lstrip(".").replace("[...]", "")
        at = printable(".".join(part for part in (prefix, inner) if part))
        raise InvalidConfig(f"{path}: {_in_words(text, at, prefix, inner)}") from None


def _in_words(text: str, at: str, prefix: str, inner: str) -> str:
    if unknown := _UNKNOWN.match(text):
        table = inner.rpartition(".")[2].partition("[")[0] if inner else ("contexts.*" if prefix else "")
        return _unknown(unknown[1], table, at)
    if missing := _MISSING.match(text):
        return f"{at}: the key {missing[1]!r} is missing"
    if expected := _EXPECTED.match(text):
        wanted = list(dict.fromkeys(_TYPES.get(one, one) for one in expected[1].split(" | ") if one != "null"))
        return f"{at or 'the file'} must be {' or '.join(wanted)}, not {_TYPES.get(expected[2], expected[2])}"
    if "enum value" in text:
        known = get_args(Tier if at.endswith(".tier") else Rank if ".severities" in at else ThemeName)
        return f"{at}: {printable(text.partition(' value ')[2])} is none of {', '.join(known)}"
    if bound := _BOUND.match(text):
        return f"{at} must be a number {bound[1]}"
    if "ISO8601" in text or "RFC3339" in text:
        return f"{at} must be a date, for example 2027-03-31"
    return f"{at}: {printable(text)}"


def _unknown(key: str, table: str, at: str) -> str:
    shown = printable(f"{at}.{key}" if at else key)
    known = _TABLES[table].__struct_fields__ if table in _TABLES else ()
    near = difflib.get_close_matches(key, known, 1)
    if near:
        return f"unknown key {shown!r}: did you mean {near[0]!r}?"
    homes = [name for name, struct in _TABLES.items() if key in struct.__struct_fields__]
    if homes:
        home = f"[{homes[0]}]" if homes[0] else "the top of the file, before the first table"
        return f"unknown key {shown!r}: it belongs to {home}"
    return f"unknown key {shown!r}: there are {', '.join(known)}"
