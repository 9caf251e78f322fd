"""How the server prints custom resources: the columns their definition names."""

from typing import Any

from cockpit.simulator.api.resources import Resource
from cockpit.simulator.api.tables.table import AGE, NAME, Cells, Column, TableView, since
from cockpit.simulator.store import Object

_AGE_PATH = ".metadata.creationTimestamp"


def custom_view(resource: Resource) -> TableView:
    """Return the table of a custom resource: name and the additional printer columns, or name and age."""
    versions = (resource.definition or {}).get("versions") or ()
    version: Object = next((one for one in versions if one["name"] == resource.version), {})
    extra = version.get("additionalPrinterColumns") or [{"name": "Age", "type": "date", "jsonPath": _AGE_PATH}]
    shown = [AGE._replace(type="date") if one["jsonPath"] == _AGE_PATH else _column(one) for one in extra]

    def cells(obj: Object, now: float) -> Cells:
        return [obj["metadata"]["name"], *(_cell(obj, one, now) for one in extra)]

    return TableView((NAME, *shown), cells)


def _column(definition: Object) -> Column:
    return Column(
        definition["name"],
        definition.get("type", "string"),
        definition.get("format", ""),
        definition.get("priority", 0),
        definition.get("description")
        or f"Custom resource definition column (in JSONPath format): {definition['jsonPath']}",
    )


def _cell(obj: Object, definition: Object, now: float) -> Any:
    found = _values(obj, definition["jsonPath"])
    if not found:
        return None
    value = found[0] if len(found) == 1 else ",".join(map(str, found))
    match definition.get("type"):
        case "date":
            try:
                return since(str(value), now)
            except ValueError:
                return "<invalid>"
        case "integer":
            return value if isinstance(value, int) else None
        case "string":
            return _text(value)
        case _:
            return value


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _values(value: Any, path: str) -> list[Any]:
    """Return what a JSONPath of the simple kinds finds: `.a.b`, `.a[0]`, `.a[*].b`, `.a[?(@.type=="X")].b`."""
    found = [value]
    for step in _steps(path):
        found = [one for parent in found for one in _step(parent, step)]
    return [one for one in found if one is not None]


def _steps(path: str) -> list[str]:
    steps, current, depth = [], "", 0
    for letter in path:
        if letter == "[":
            depth += 1
        if (letter in ".[" and depth == (1 if letter == "[" else 0)) and current:
            steps.append(current)
            current = ""
        if letter != "." or depth:
            current += letter
        if letter == "]":
            depth -= 1
            if not depth:
                steps.append(current)
                current = ""
    return [*steps, current] if current else steps


def _step(parent: Any, step: str) -> list[Any]:
    if not step.startswith("["):
        name = step.replace("\\", "")
        return [parent[name]] if isinstance(parent, dict) and name in parent else []
    inner = step[1:-1].strip()
    if inner.startswith(("'", '"')):
        return _step(parent, inner[1:-1])
    if not isinstance(parent, list):
        return []
    if inner == "*":
        return parent
    if inner.startswith("?"):
        left, _, right = inner.removeprefix("?(").removesuffix(")").partition("==")
        wanted = right.strip().strip("\"'")
        return [item for item in parent if [wanted] == [str(one) for one in _values(item, left.strip().lstrip("@"))]]
    index = int(inner) if inner.lstrip("-").isdigit() else len(parent)
    return [parent[index]] if -len(parent) <= index < len(parent) else []
