"""One whole object, fetched when somebody opens it, with its secrets replaced by their sizes."""

from typing import Any

from state.cluster import requests
from state.cluster.kinds.kind import Resource
from state.cluster.requests import Json
from state.cluster.secrets import concealed
from state.cluster.transport import Transport
from state.printable import printable_lines

_PLAIN = ("tag:yaml.org,2002:str", "tag:yaml.org,2002:yaml")


def fetch(transport: Transport, resource: Resource, namespace: str, name: str, *, managed: bool = False) -> Json:
    """Return an object as `hidden` leaves it. Raises ApiError, Unreachable or SignInFailed."""
    return hidden(requests.get(transport, resource.path(namespace, name)), managed=managed)


def hidden(found: Json, *, managed: bool = False) -> Json:
    """Return a copy without what must not be seen (see `concealed`) and, unless asked for, without managed fields."""
    shown = concealed(found)
    metadata = shown.get("metadata")
    if isinstance(metadata, dict) and not managed:
        shown["metadata"] = {key: value for key, value in metadata.items() if key != "managedFields"}
    return shown


def yaml_text(shown: Json) -> str:
    """Return an object as YAML in the form of `kubectl get -o yaml`, safe to show on several lines."""
    return printable_lines(exact_yaml(shown))


def exact_yaml(shown: Json, *, ascii_only: bool = False) -> str:
    """Return an object as YAML that reads back as the same object; `ascii_only` writes other characters escaped."""
    import yaml

    unicode = not ascii_only
    text: str = yaml.dump(shown, Dumper=_dumper(), default_flow_style=False, allow_unicode=unicode, sort_keys=True)
    return text


def _dumper() -> Any:
    import yaml

    class Dumper(yaml.CSafeDumper):
        """Several lines as a block; what reads as no text without quotes in double ones."""

        def ignore_aliases(self, data: Any) -> bool:
            return True

    def text(dumper: Any, value: str) -> Any:
        style = None
        if "\n" in value:
            style = "|"
        elif not value or value in "yYnN" or dumper.resolve(yaml.ScalarNode, value, (True, False)) not in _PLAIN:
            style = '"'
        return dumper.represent_scalar("tag:yaml.org,2002:str", value, style=style)

    Dumper.add_representer(str, text)
    return Dumper
