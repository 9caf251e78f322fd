"""Text to tokens, with Prometheus' words for what cannot be one."""

import re
from typing import NamedTuple

from cockpit.simulator.promql.ast import AGGREGATIONS


class Token(NamedTuple):
    """`kind` is number, duration, string, identifier, metric, keyword, aggregator, operator, mark, end or error.

    `value` is what was written, for a string what it means, for keywords and operators in lower case.
    """

    kind: str
    value: str
    position: int
    written: str = ""

    def describe(self) -> str:
        """Return the token as Prometheus names it in a message."""
        match self.kind:
            case "end":
                return "end of input"
            case "keyword":
                return f"<{self.value}>"
            case "aggregator":
                return f"<aggr:{self.value}>"
            case "operator":
                return f"<op:{self.value}>"
            case "mark":
                return f'"{self.value}"'
            case "identifier":
                return f'identifier "{self.value}"'
            case "metric":
                return f'metric identifier "{self.value}"'
        escaped = self.written.replace("\\", "\\\\").replace('"', '\\"')
        return f'{self.kind} "{escaped}"'


KEYWORDS = frozenset(["offset", "by", "without", "on", "ignoring", "group_left", "group_right", "bool"])
WORD_OPERATORS = frozenset({"and", "or", "unless"})

_NUMBER = re.compile(r"0[xX][0-9a-fA-F]+|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?")
_DURATION = re.compile(r"(?:\d+(?:ms|[smhdwy]))+")
_WORD = re.compile(r"[a-zA-Z_:][a-zA-Z0-9_:]*")
_LABEL = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*")
_ALPHANUMERIC = re.compile(r"[a-zA-Z0-9_]")
_SPACE = re.compile(r"(?:[ \t\r\n]|#[^\n]*)+")
_OPERATORS = ("==", "!=", ">=", "<=", "=~", "!~", "+", "-", "*", "/", "%", "^", "=", ">", "<")
_ESCAPE = re.compile(r"\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-7]{3})|(.))", re.DOTALL)
_SIMPLE_ESCAPES = {
    "a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v", "\\": "\\",
}  # fmt: skip


def tokens(text: str) -> list[Token]:
    """Return the tokens of a query. The last is the end, or an `error` whose value is the message."""
    found: list[Token] = []
    lexer = _Lexer(text)
    while not found or found[-1].kind not in ("end", "error"):
        found.append(lexer.next())
    return found


class _Unreadable(Exception):
    def __init__(self, position: int, message: str) -> None:
        super().__init__(message)
        self.position = position
        self.message = message


class _Lexer:
    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._parens = 0
        self._inside = ""
        self._colon = False

    def next(self) -> Token:
        """Return the next token."""
        if space := _SPACE.match(self._text, self._at):
            self._at = space.end()
        try:
            token = self._next() if self._at < len(self._text) else self._end()
        except _Unreadable as error:
            return Token("error", error.message, error.position)
        self._at = token.position + len(token.written)
        return token

    def _end(self) -> Token:
        if self._inside == "[":
            raise _Unreadable(self._at, "unclosed left bracket")
        if self._inside == "{":
            raise _Unreadable(self._at, "unexpected end of input inside braces")
        if self._parens:
            raise _Unreadable(self._at, "unclosed left parenthesis")
        return Token("end", "", self._at)

    def _next(self) -> Token:
        at, char = self._at, self._text[self._at]
        if char in "\"'`":
            return self._string()
        if self._inside == "{":
            return self._in_braces(char)
        if char in "()[]{},:" and not (char == ":" and self._inside != "["):
            return self._mark(char)
        if char.isdigit() or (char == "." and self._text[at + 1 : at + 2].isdigit()):
            return self._number()
        if word := _WORD.match(self._text, at):
            return _word(word[0], at)
        for operator in _OPERATORS:
            if self._text.startswith(operator, at) and operator not in ("=~", "!~", "="):
                return Token("operator", operator, at, operator)
        if char == "=":
            if self._text.startswith("=~", at):
                raise _Unreadable(at, "unexpected character after '=': '~'")
            return Token("mark", "=", at, "=")
        if char == "!":
            after = self._text[at + 1 : at + 2]
            raise _Unreadable(at, f"unexpected character after '!': {_quoted(after)}")
        raise _Unreadable(at, f"unexpected character: {_quoted(char)}")

    def _in_braces(self, char: str) -> Token:
        if word := _LABEL.match(self._text, self._at):
            return Token("identifier", word[0], self._at, word[0])
        for operator in ("=~", "!~", "!=", "="):
            if self._text.startswith(operator, self._at):
                return Token("mark", operator, self._at, operator)
        if char in ",}":
            return self._mark(char)
        if char == "{":
            raise _Unreadable(self._at, "unexpected left brace '{'")
        if char == "!":
            after = self._text[self._at + 1 : self._at + 2]
            raise _Unreadable(self._at, f"unexpected character after '!' inside braces: {_quoted(after)}")
        raise _Unreadable(self._at, f"unexpected character inside braces: {_quoted(char)}")

    def _mark(self, char: str) -> Token:
        at = self._at
        match char:
            case ":":
                if self._colon:
                    raise _Unreadable(at, "unexpected colon ':'")
                self._colon = True
            case "(":
                self._parens += 1
            case ")":
                self._parens -= 1
                if self._parens < 0:
                    raise _Unreadable(at + 1, "unexpected right parenthesis ')'")
            case "{" | "[":
                self._inside = char
                self._colon = False
            case "}" | "]":
                if self._inside != {"}": "{", "]": "["}[char]:
                    words = "unexpected character: '}'" if char == "}" else "unexpected right bracket ']'"
                    raise _Unreadable(at, words)
                self._inside = ""
        return Token("mark", char, at, char)

    def _number(self) -> Token:
        at = self._at
        for kind, pattern in (("duration", _DURATION), ("number", _NUMBER)):
            found = pattern.match(self._text, at)
            if found is None:
                continue
            if not _ALPHANUMERIC.match(self._text, found.end()):
                return Token(kind, found[0], at, found[0])
        digits = _NUMBER.match(self._text, at)
        assert digits is not None
        what = "duration" if self._inside == "[" else "number or duration"
        raise _Unreadable(at, f'bad {what} syntax: "{digits[0]}"')

    def _string(self) -> Token:
        at, quote = self._at, self._text[self._at]
        end = at + 1
        while True:
            if end >= len(self._text) or (self._text[end] == "\n" and quote != "`"):
                raise _Unreadable(at, "unterminated quoted string")
            if self._text[end] == quote:
                break
            end += 2 if self._text[end] == "\\" and quote != "`" else 1
        inner = self._text[at + 1 : end]
        meaning = inner if quote == "`" else _ESCAPE.sub(lambda found: self._unescape(found, quote, at), inner)
        return Token("string", meaning, at, self._text[at : end + 1])

    def _unescape(self, found: re.Match[str], quote: str, at: int) -> str:
        code = found[1] or found[2] or found[3]
        if code:
            return self._character(int(code, 16), at)
        if found[4]:
            return self._character(int(found[4], 8), at)
        if found[5] == quote:
            return quote
        if found[5] in _SIMPLE_ESCAPES:
            return _SIMPLE_ESCAPES[found[5]]
        raise _Unreadable(at, f"unknown escape sequence U+{ord(found[5]):04X} {_quoted(found[5])}")

    def _character(self, code: int, at: int) -> str:
        if code > 0x10FFFF or 0xD800 <= code < 0xE000:
            raise _Unreadable(at, "escape sequence is an invalid Unicode code point")
        return chr(code)


def _word(word: str, at: int) -> Token:
    lower = word.lower()
    if lower in ("inf", "nan"):
        return Token("number", lower, at, word)
    if lower in KEYWORDS:
        return Token("keyword", lower, at, word)
    if lower in WORD_OPERATORS:
        return Token("operator", lower, at, word)
    if lower in AGGREGATIONS:
        return Token("aggregator", lower, at, word)
    return Token("metric" if ":" in word else "identifier", word, at, word)


def _quoted(char: str) -> str:
    return {"\\": "'\\\\'", "'": "'\\''"}.get(char, f"'{char}'")
