"""A little of the shell's language: words with quotes and variables, `;`, `&&`, `||`, `|`, `<`, `>` and `>>`."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

_TOKEN = re.compile(
    r"""\s*(?:(?P<comment>\#.*)|(?P<operator>2>&1|1?>&2|2>>?|&&|\|\||>>|[;|<>&\n])|(?P<word>(?:'[^']*'|"(?:\\.|[^"\\])*"|\\.|[^\s'"\\;|<>&])+))""",
    re.DOTALL,
)
_PIECE = re.compile(r"""'([^']*)'|"((?:\\.|[^"\\])*)"|\\(.)|([^'"\\]+)""", re.DOTALL)
_VARIABLE = re.compile(r"\$(?:\{(\w+|\?)\}|(\w+|\?))")
_ASSIGNMENT = re.compile(r"[A-Za-z_]\w*=")


class BadSyntax(Exception):
    """The line cannot be read."""


@dataclass(slots=True)
class Simple:
    """One command: its raw words and where its streams go."""

    words: list[str] = field(default_factory=list)
    reads: str = ""
    writes: str = ""
    appends: bool = False
    joined: bool = False
    """Whether stderr goes where stdout does."""
    complains: bool = False
    """Whether stdout goes where stderr does."""
    quiet: str = ""
    """Where stderr goes."""


@dataclass(slots=True)
class Pipeline:
    """Commands tied together; `after` is `;`, `&&` or `||`, what stands before it."""

    after: str
    commands: list[Simple]


def parse(text: str) -> list[Pipeline]:
    """Return what a line says to do. Raises BadSyntax."""
    found: list[Pipeline] = []
    commands: list[Simple] = []
    after, simple, place, awaited = ";", Simple(), 0, ""
    text = text.strip()
    while place < len(text):
        token = _TOKEN.match(text, place)
        if token is None:
            raise BadSyntax("unterminated quoted string")
        place = token.end()
        operator, word = token["operator"], token["word"]
        if token["comment"] is not None:
            continue
        if word is not None:
            if awaited:
                _direct(simple, awaited, word)
                awaited = ""
            else:
                simple.words.append(word)
            continue
        if awaited or operator == "&":
            raise BadSyntax(f'unexpected "{operator}"')
        if operator == "2>&1":
            simple.joined = True
        elif operator.endswith(">&2"):
            simple.complains = True
        elif operator in ("<", ">", ">>", "2>", "2>>"):
            awaited = operator
        elif not simple.words:
            if operator in (";", "\n") and not commands:
                continue
            raise BadSyntax(f'unexpected "{operator}"')
        elif operator == "|":
            commands.append(simple)
            simple = Simple()
        else:
            found.append(Pipeline(after, [*commands, simple]))
            after, commands, simple = (";" if operator == "\n" else operator), [], Simple()
    if awaited or (commands and not simple.words) or (not simple.words and after != ";"):
        raise BadSyntax("unexpected end of file")
    if simple.words:
        found.append(Pipeline(after, [*commands, simple]))
    return found


def _direct(simple: Simple, operator: str, word: str) -> None:
    if operator == "<":
        simple.reads = word
    elif operator in ("2>", "2>>"):
        simple.quiet = word
    else:
        simple.writes, simple.appends = word, operator == ">>"


def expand(word: str, variables: Mapping[str, str]) -> str:
    """Return a word without its quotes and with its variables filled in."""

    def value(found: re.Match[str]) -> str:
        return variables.get(found[1] or found[2], "")

    parts = []
    for single, double, escaped, plain in _PIECE.findall(word):
        if double:
            parts.append(re.sub(r'\\(["\\$`])', r"\1", _VARIABLE.sub(value, double)))
        else:
            parts.append(single or escaped or _VARIABLE.sub(value, plain))
    return "".join(parts)


def is_assignment(word: str) -> bool:
    """Return whether a word sets a variable."""
    return _ASSIGNMENT.match(word) is not None
