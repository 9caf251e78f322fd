"""What stands in one kubeconfig file, word for word."""

from pathlib import Path
from typing import Any

import msgspec

from state.cluster.errors import ConfigError
from state.printable import printable


class Extension(msgspec.Struct):
    name: str = ""
    extension: Any = None


class ClusterEntry(msgspec.Struct, rename="kebab"):
    server: str = ""
    tls_server_name: str = ""
    insecure_skip_tls_verify: bool = False
    certificate_authority: str = ""
    certificate_authority_data: str = ""
    proxy_url: str = ""
    extensions: list[Extension] | None = None


class Variable(msgspec.Struct):
    name: str = ""
    value: str = ""


class ExecEntry(msgspec.Struct, rename="camel"):
    command: str = ""
    args: list[str] | None = None
    env: list[Variable] | None = None
    api_version: str = ""
    install_hint: str = ""
    provide_cluster_info: bool = False
    interactive_mode: str = "IfAvailable"


class AuthProvider(msgspec.Struct):
    name: str = ""


class UserEntry(msgspec.Struct, rename="kebab"):
    client_certificate: str = ""
    client_certificate_data: str = ""
    client_key: str = ""
    client_key_data: str = ""
    token: str = ""
    token_file: str = msgspec.field(name="tokenFile", default="")
    act_as: str = msgspec.field(name="as", default="")
    as_uid: str = ""
    as_groups: list[str] | None = None
    as_user_extra: dict[str, list[str]] | None = None
    username: str = ""
    password: str = ""
    auth_provider: AuthProvider | None = None
    exec: ExecEntry | None = None


class ContextEntry(msgspec.Struct):
    cluster: str = ""
    user: str = ""
    namespace: str = ""


class NamedCluster(msgspec.Struct):
    name: str
    cluster: ClusterEntry | None = None


class NamedUser(msgspec.Struct):
    name: str
    user: UserEntry | None = None


class NamedContext(msgspec.Struct):
    name: str
    context: ContextEntry | None = None


class File(msgspec.Struct, rename="kebab"):
    current_context: str | None = None
    clusters: list[NamedCluster] | None = None
    users: list[NamedUser] | None = None
    contexts: list[NamedContext] | None = None


def read(path: Path, must_exist: bool) -> File | None:
    """Return a file's content, None when it is missing and may be. Raises ConfigError; no text of it is quoted."""
    import yaml

    try:
        text = path.read_bytes()
    except FileNotFoundError:
        if must_exist:
            raise ConfigError(f"no kubeconfig: {path} does not exist") from None
        return None
    except OSError as error:
        raise ConfigError(f"the kubeconfig {path} cannot be read: {error.strerror}") from None
    try:
        found = yaml.load(text, getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    except (yaml.YAMLError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f" line {mark.line + 1}" if mark else ""
        problem = printable(str(getattr(error, "problem", "") or "not text"))
        raise ConfigError(f"the kubeconfig {path} is not YAML:{where} {problem}") from None
    if found is None:
        return File()
    try:
        return msgspec.convert(found, File)
    except msgspec.ValidationError as error:
        raise ConfigError(f"the kubeconfig {path} is not one: {printable(str(error))}") from None
