"""An object as a text that a person edits, and the object that the edited text says."""

import re
from typing import Any

from state.cluster.fetch import exact_yaml
from state.cluster.requests import Json
from state.printable import printable, printable_lines

_SERVER_SET = ("managedFields", "resourceVersion", "generation")
"""Metadata that only the server sets; what was read of it says nothing of what somebody wants."""
_FIXED = (("apiVersion",), ("kind",), ("metadata", "name"), ("metadata", "namespace"), ("metadata", "uid"))
_INTEGER = re.compile(r"[-+]?(?:0b[01_]+|0o?[0-7_]+|0x[0-9a-fA-F_]+|(?:0|[1-9][0-9_]*))$")
_NUMBER = re.compile(r"[-+]?(?:[0-9][0-9_]*\.[0-9_]*(?:[eE][-+]?[0-9]+)?|\.[0-9][0-9_]*(?:[eE][-+]?[0-9]+)?)$")


class WrongText(ValueError):
    """A text that is no object, or not the one it was. The words say what is wrong and at which line."""


def plain(found: Json) -> Json:
    """Return an object without what only the server sets."""
    metadata = {key: value for key, value in found.get("metadata", {}).items() if key not in _SERVER_SET}
    return {**found, "metadata": metadata}


def text_of(found: Json, heading: tuple[str, ...]) -> str:
    """Return an object as YAML to edit, without managed fields, below lines of comment."""
    shown = {**found, "metadata": {key: value for key, value in found["metadata"].items() if key != "managedFields"}}
    text = exact_yaml(shown)
    if printable_lines(text) != text:
        # What turns or hides characters in an editor is written as an escape.
        text = exact_yaml(shown, ascii_only=True)
    return with_heading(text, heading)


def with_heading(text: str, heading: tuple[str, ...]) -> str:
    """Return a text below lines of comment, in place of those that stood on its top."""
    lines = text.split("\n")
    while lines and lines[0].startswith("#"):
        del lines[0]
    return "\n".join([*(f"# {printable(line)}".rstrip() for line in heading), *lines])


def object_of(text: str, before: Json) -> Json | None:
    """Return the object that a text says, None for a text without any. Raises WrongText.

    `before` is the object it was made of: kind, name, namespace and uid have to stay.
    """
    found = _load(text)
    if found is None:
        return None
    if not isinstance(found, dict):
        raise WrongText("the text is no object: it has to begin with fields such as apiVersion and kind")
    if not isinstance(found.get("metadata"), dict):
        raise WrongText("the text has no metadata: leave name and namespace as they were")
    for path in _FIXED:
        old, new = _at(before, path), _at(found, path)
        if old != new:
            raise WrongText(f"{'.'.join(path)} cannot be changed: it has to stay {printable(str(old))!r}")
    return found


def _at(value: Any, path: tuple[str, ...]) -> Any:
    for name in path:
        value = value.get(name) if isinstance(value, dict) else None
    return value


def _load(text: str) -> Any:
    import yaml

    class Loader(yaml.SafeLoader):
        """Reads YAML as Kubernetes does: moments stay texts, and no key stands twice."""

        yaml_implicit_resolvers = {
            first: [(tag, _plainer(tag, pattern)) for tag, pattern in known if not tag.endswith(":timestamp")]
            for first, known in yaml.SafeLoader.yaml_implicit_resolvers.items()
        }

        def construct_mapping(self, node: Any, deep: bool = False) -> Any:
            seen = set()
            for key, _ in node.value:
                if key.value in seen and key.tag != "tag:yaml.org,2002:merge":
                    raise WrongText(f"line {key.start_mark.line + 1}: {printable(str(key.value))!r} stands there twice")
                seen.add(key.value if isinstance(key.value, str) else id(key))
            return super().construct_mapping(node, deep)

    try:
        documents = [one for one in yaml.load_all(text, Loader) if one is not None]
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = f"line {mark.line + 1}: " if mark is not None else ""
        raise WrongText(f"{line}the text is no YAML: {printable(error.problem or str(error))}") from None
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        if isinstance(error, WrongText):
            raise
        raise WrongText(f"the text is no YAML: {printable(str(error))[:200]}") from None
    if len(documents) > 1:
        raise WrongText("the text has several documents: leave one, without a line of ---")
    return documents[0] if documents else None


def _plainer(tag: str, pattern: re.Pattern[str]) -> re.Pattern[str]:
    """Return a pattern without the numbers to the base of sixty, which Kubernetes does not know (12:30)."""
    if tag.endswith(":int"):
        return _INTEGER
    return (
        re.compile(rf"{_NUMBER.pattern}|[-+]?\.(?:inf|Inf|INF)$|\.(?:nan|NaN|NAN)$")
        if tag.endswith(":float")
        else pattern
    )
