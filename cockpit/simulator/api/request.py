"""What a request asks for: its verb, the kind and object it names, its options."""

from collections.abc import Mapping
from dataclasses import dataclass

from cockpit.simulator.status import bad_request

_TRUE, _FALSE = ("1", "t", "T", "true", "TRUE", "True"), ("", "0", "f", "F", "false", "FALSE", "False")
_OWN_PARTS_OF_NAMESPACES = ("status", "finalize")


@dataclass(frozen=True, slots=True)
class Address:
    """A path below `/api/v1` or `/apis/<group>/<version>`, taken apart. Empty where a part is missing."""

    group: str
    version: str
    plural: str = ""
    namespace: str = ""
    name: str = ""
    subresource: str = ""
    port: str = ""
    """The number or name of the port of a service that is reached through the server."""
    path: str = ""
    """The path that such a service is asked for."""
    proxied: str = ""
    """The name of such a service with its scheme and port, as rights are named: `http:web:80`."""


def parse_address(path: str) -> Address | None:
    """Return what a path names, None when it names no kind of object."""
    parts = [part for part in path.split("/") if part]
    if len(parts) >= 3 and parts[0] == "api":
        group, version, rest = "", parts[1], parts[2:]
    elif len(parts) >= 4 and parts[0] == "apis":
        group, version, rest = parts[1], parts[2], parts[3:]
    else:
        return None
    namespace = ""
    if rest[0] == "namespaces" and len(rest) > 1:
        namespace = rest[1]
        if len(rest) > 2 and rest[2] not in _OWN_PARTS_OF_NAMESPACES:
            rest = rest[2:]
    if rest[0] == "services" and namespace and rest[2:3] == ["proxy"]:
        return _to_service(version, namespace, rest[1], path)
    if len(rest) > 3:
        return None
    plural, name, subresource = (*rest, "", "")[:3]
    return Address(group, version, plural, namespace, name, subresource)


def _to_service(version: str, namespace: str, proxied: str, path: str) -> Address | None:
    """Return the address of a service that is reached through the server: `web`, `web:80` or `http:web:80`."""
    parts = proxied.split(":")
    if len(parts) > 3:
        return None
    name = parts[1] if len(parts) == 3 else parts[0]
    port = parts[-1] if len(parts) > 1 else ""
    inner = path.partition(f"/services/{proxied}/proxy")[2]
    return Address("", version, "services", namespace, name, "proxy", port, inner or "/", proxied)


def verb_of(method: str, address: Address, query: Mapping[str, str]) -> str:
    """Return the API's verb for a method: a GET lists, watches or gets."""
    if method in ("GET", "HEAD"):
        if address.name:
            return "get"
        return "watch" if flag(query, "watch") else "list"
    if method == "DELETE":
        return "delete" if address.name else "deletecollection"
    return {"POST": "create", "PUT": "update", "PATCH": "patch"}.get(method, method.lower())


def flag(query: Mapping[str, str], name: str) -> bool:
    """Return a boolean option, false when it is not given. Raises ApiError (400)."""
    text = query.get(name, "")
    if text in _TRUE:
        return True
    if text in _FALSE:
        return False
    raise bad_request(f'strconv.ParseBool: parsing "{text}": invalid syntax')


def whole(query: Mapping[str, str], name: str) -> int | None:
    """Return an integer option, None when it is not given. Raises ApiError (400)."""
    text = query.get(name, "")
    if not text:
        return None
    try:
        return int(text)
    except ValueError:
        raise bad_request(f'strconv.ParseInt: parsing "{text}": invalid syntax') from None
