"""Resource quotas and limit ranges, alone and in their namespace, in the shape of `kubectl describe`."""

from collections.abc import Sequence

from state.cluster.describe.amounts import Amount
from state.cluster.describe.parts import Json, at, entries, head, table, texts, word
from state.cluster.describe.sheet import Sheet

_MATCHES = {
    "Terminating": "Matches all pods that have an active deadline. These pods have a limited lifespan on a node before "
    "being actively terminated by the system.",
    "NotTerminating": "Matches all pods that do not have an active deadline. These pods usually include long running "
    "pods whose container command is not expected to terminate.",
    "BestEffort": "Matches all pods that do not have resource requirements set. These pods have a best effort quality "
    "of service.",
    "NotBestEffort": "Matches all pods that have at least one resource requirement set. These pods have a burstable "
    "or guaranteed quality of service.",
}
_KEYS = ("min", "max", "defaultRequest", "default", "maxLimitRequestRatio")
_HEADERS = ("Type", "Resource", "Min", "Max", "Default Request", "Default Limit", "Max Limit/Request Ratio")
_RULES = ("----", "--------", "---", "---", "---------------", "-------------", "-----------------------")


def quota(sheet: Sheet, found: Json) -> None:
    """Put a resource quota."""
    head(sheet, found)
    _scopes(sheet, found, 0, " * ")
    _amounts(sheet, found, 0, "----")


def quotas(sheet: Sheet, found: Sequence[Json]) -> None:
    """Put the quotas of a namespace."""
    if not found:
        sheet.line(0, "No resource quota.")
        return
    sheet.line(0, "Resource Quotas")
    for one in sorted(found, key=lambda one: word(at(one, "metadata", "name"))):
        sheet.line(1, "Name:", word(at(one, "metadata", "name")))
        _scopes(sheet, one, 1, "* ")
        _amounts(sheet, one, 1, "---")


def limit_range(sheet: Sheet, found: Json) -> None:
    """Put a limit range."""
    head(sheet, found)
    sheet.line(0, *_HEADERS)
    sheet.line(0, *_RULES)
    _ranges(sheet, found, "")


def limit_ranges(sheet: Sheet, found: Sequence[Json]) -> None:
    """Put the limit ranges of a namespace."""
    if not found:
        sheet.line(0, "No LimitRange resource.")
        return
    sheet.line(0, "Resource Limits")
    sheet.put(0, " " + "\t".join(_HEADERS) + "\n")
    sheet.put(0, " " + "\t".join(_RULES) + "\n")
    for one in found:
        _ranges(sheet, one, " ")


def _scopes(sheet: Sheet, found: Json, level: int, mark: str) -> None:
    scopes = sorted(texts(found, "spec", "scopes"))
    if scopes:
        sheet.line(level, "Scopes:", ", ".join(scopes))
    for one in scopes:
        if one in _MATCHES:
            sheet.put(level, f"{mark}{_MATCHES[one]}\n")


def _amounts(sheet: Sheet, found: Json, level: int, rule: str) -> None:
    sheet.line(level, "Resource", "Used", "Hard")
    sheet.line(level, "--------", rule, rule)
    hard, used = table(found, "status", "hard"), table(found, "status", "used")
    for name in sorted(hard):
        sheet.line(level, name, Amount.of(used.get(name, "0")), Amount.of(hard[name]))


def _ranges(sheet: Sheet, found: Json, indent: str) -> None:
    for item in entries(found, "spec", "limits"):
        for name in sorted({name for key in _KEYS for name in table(item, key)}):
            cells = [str(Amount.of(item[key][name])) if name in table(item, key) else "-" for key in _KEYS]
            sheet.put(0, f"{indent}{word(item.get('type'))}\t{name}\t" + "\t".join(cells) + "\n")
