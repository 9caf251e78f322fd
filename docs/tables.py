"""Writes the tables of keys and checks in the documents from the lists in the program.

`.venv/bin/python docs/tables.py` renews them; a test holds that they are up to date.
"""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from screens.commands import COMMANDS, Command
from state.apps.readiness.catalogue import CHECKS

ROOT = Path(__file__).parents[1]
_BEGIN, _END = "<!-- {} -->", "<!-- end of {} -->"
_SCOPES = {
    "app": "everywhere",
    "top": "on the five screens",
    "frame": "on lists",
    "pushed": "on what lies on top",
    "overview": "overview",
    "grid": "any list",
    "object": "an object",
    "operation": "an object of the cluster",
    "workload": "an app or an alert",
    "cluster": "cluster",
    "rights": "who may do what",
    "alerts": "alerts",
    "alert": "an alert",
    "triage": "triage of an alert",
    "silence": "silences",
    "handoff": "hand-off",
    "board": "board",
    "text": "text and logs",
    "full": "text and logs",
    "search": "searching text",
    "sheet": "describe and YAML",
    "fold": "folding text",
    "copy": "text",
    "save": "describe and YAML",
    "logs": "logs",
}
_SHOWN = {
    "question_mark": "?",
    "colon": ":",
    "slash": "/",
    "number_sign": "#",
    "left": "←",
    "right": "→",
    "up": "↑",
    "down": "↓",
    "escape": "esc",
    "left_square_bracket": "[",
    "right_square_bracket": "]",
    "full_stop": ".",
    "comma": ",",
    "minus": "-",
    "plus": "+",
    "equals_sign": "=",
}


def key(name: str) -> str:
    """Return a key by the name that is on it."""
    *modifiers, last = name.split("+")
    return "+".join([*modifiers, _SHOWN.get(last, last)])


def keys(command: Command, first: int | None = None) -> str:
    """Return the keys of a command, or only its first ones, as Markdown."""
    return " ".join(f"`{key(name)}`" for name in command.keys.split(",")[:first])


def by_scope() -> Iterator[tuple[str, list[Command]]]:
    """Yield where commands hold, in words, with the commands."""
    scopes = list(dict.fromkeys(command.scope for command in COMMANDS))
    for scope in scopes:
        yield _SCOPES.get(scope, scope), [command for command in COMMANDS if command.scope == scope]


def every_key() -> str:
    """Return the table of all keys."""
    lines = ["| where | key | what it does |", "|---|---|---|"]
    for where, commands in by_scope():
        lines += [f"| {where} | {keys(command)} | {command.help} |" for command in commands]
    return "\n".join(lines)


def main_keys() -> str:
    """Return the short table: one line a place, the words of the footer."""
    lines = ["| where | keys |", "|---|---|"]
    for where, commands in by_scope():
        lines.append(f"| {where} | {' · '.join(f'{keys(command, 1)} {command.title}' for command in commands)} |")
    return "\n".join(lines)


def every_check() -> str:
    """Return the table of readiness checks."""
    lines = ["| check | weight | why | what to do | source |", "|---|---|---|---|---|"]
    lines += [f"| `{one.id}` | {one.weight} | {one.why} | {one.mend} | {one.source} |" for one in CHECKS]
    return "\n".join(lines)


TABLES: Mapping[tuple[str, str], Callable[[], str]] = {
    ("README.md", "keys"): main_keys,
    ("docs/keys.md", "keys"): every_key,
    ("docs/readiness.md", "checks"): every_check,
}
"""What is written where: the document and the name between its marks."""


def renewed(text: str, name: str, table: str) -> str:
    """Return a document with a table between its marks. Raises ValueError when the marks are not there."""
    begin, end = _BEGIN.format(name), _END.format(name)
    before, found, rest = text.partition(begin)
    _, also_found, after = rest.partition(end)
    if not (found and also_found):
        raise ValueError(f"there is no {begin} … {end}")
    return f"{before}{begin}\n{table}\n{end}{after}"


def main() -> None:
    """Renew all tables."""
    for (document, name), table in TABLES.items():
        path = ROOT / document
        path.write_text(renewed(path.read_text(encoding="utf-8"), name, table()), encoding="utf-8")


if __name__ == "__main__":
    main()
