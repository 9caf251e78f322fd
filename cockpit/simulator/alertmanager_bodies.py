"""What is posted to Alertmanager, checked in the order and the words of its generated server."""

import json
import re
from dataclasses import dataclass
from typing import Any

from cockpit.simulator.clock import seconds_of
from cockpit.simulator.matchers import matcher_of
from cockpit.simulator.promql.ast import Matcher
from cockpit.simulator.silences import Silence

_LABEL_NAME = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*")
_TIME = re.compile(r"\d{4}-\d\d-\d\d([Tt ]\d\d:\d\d(:\d\d(\.\d+)?)?([Zz]|[+-]\d\d:?\d\d)?)?")
_GO_NAMES = {str: "string", bool: "bool", list: "array", dict: "object", int: "number", float: "number"}


class Invalid(Exception):
    """A body or parameter the generated server refuses: `{"code": …, "message": …}`."""

    def __init__(self, status: int, code: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code


class Message(Exception):
    """A refusal of Alertmanager's own code: a JSON string."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


@dataclass(frozen=True, slots=True)
class PostedAlert:
    """An alert as posted; times are milliseconds since the epoch, None for not given."""

    labels: dict[str, str]
    annotations: dict[str, str]
    starts: int | None
    ends: int | None
    generator_url: str


def read_silence(body: bytes) -> Silence:
    """Return a posted silence. Raises Invalid or Message."""
    posted = _parsed(body, "silence", dict, 'struct { ID string "json:\\"id,omitempty\\"" }')
    reader = _Reader("silence", "Silence")
    fields = {
        "id": reader.text(posted, "id"),
        "comment": reader.text(posted, "comment"),
        "createdBy": reader.text(posted, "createdBy"),
        "endsAt": reader.moment(posted, "endsAt"),
        "startsAt": reader.moment(posted, "startsAt"),
    }
    matchers = posted.get("matchers")
    if matchers is not None and not isinstance(matchers, list):
        raise reader.unreadable(f"{_go(matchers)} into Go struct field Silence.matchers of type models.Matchers")
    for one in matchers or ():
        for name, kind in (("name", str), ("value", str), ("isRegex", bool), ("isEqual", bool)):
            value = one.get(name) if isinstance(one, dict) else one
            if not isinstance(one, dict) or (value is not None and type(value) is not kind):
                field = f"Matcher.matchers.{name}"
                raise reader.unreadable(f"{_go(value)} into Go struct field {field} of type {_GO_NAMES[kind]}")
    for name in ("comment", "createdBy", "endsAt"):
        if fields[name] is None:
            raise Invalid(422, 602, f"{name} in body is required")
    if matchers is None:
        raise Invalid(422, 602, "matchers in body is required")
    if not matchers:
        raise Invalid(422, 612, "matchers in body should have at least 1 items")
    for index, one in enumerate(matchers):
        for name in ("isRegex", "name", "value"):
            if one.get(name) is None:
                raise Invalid(422, 602, f"matchers.{index}.{name} in body is required")
    if fields["startsAt"] is None:
        raise Invalid(422, 602, "startsAt in body is required")
    return Silence(
        fields["id"] or "",
        _matchers(matchers),
        fields["startsAt"],
        fields["endsAt"],
        0,
        fields["createdBy"],
        fields["comment"],
    )


def _matchers(posted: list[dict[str, Any]]) -> tuple[Matcher, ...]:
    found = []
    for index, one in enumerate(posted):
        if not _LABEL_NAME.fullmatch(one["name"]):
            raise Message(400, f'silence invalid: invalid label matcher {index}: invalid label name "{one["name"]}"')
        try:
            equal = one.get("isEqual")
            found.append(matcher_of(one["name"], one["value"], regex=one["isRegex"], equal=equal is not False))
        except ValueError as error:
            words = f'invalid regular expression "{one["value"]}": {str(error).replace("^(?:", "").replace(")$", "")}'
            raise Message(400, f"silence invalid: invalid label matcher {index}: {words}") from None
    if all(matcher.op in ("=", "=~") and matcher.matches("") for matcher in found):
        raise Message(400, "silence invalid: at least one matcher must not match the empty string")
    return tuple(found)


def read_alerts(body: bytes) -> list[PostedAlert]:
    """Return posted alerts. Raises Invalid."""
    posted = _parsed(body, "alerts", list, "models.PostableAlerts")
    reader = _Reader("alerts", "PostableAlert")
    found = []
    for index, one in enumerate(posted):
        if not isinstance(one, dict):
            raise reader.unreadable(f"{_go(one)} into Go value of type models.PostableAlert")
        if one.get("labels") is None:
            raise Invalid(422, 602, f"{index}.labels in body is required")
        found.append(
            PostedAlert(
                reader.labels(one, "labels"),
                reader.labels(one, "annotations"),
                reader.moment(one, "startsAt"),
                reader.moment(one, "endsAt"),
                reader.text(one, "generatorURL") or "",
            )
        )
    return found


def _parsed(body: bytes, what: str, kind: type, go_type: str) -> Any:
    if not body.strip():
        raise Invalid(422, 602, f"{what} in body is required")
    reader = _Reader(what, "")
    try:
        posted = json.loads(body)
    except json.JSONDecodeError as error:
        if error.pos >= len(body.decode("utf-8", "replace").rstrip()) or "Unterminated" in error.msg:
            raise reader.refused("unexpected EOF") from None
        char = body.decode("utf-8", "replace")[error.pos]
        raise reader.refused(f"invalid character {char!r} looking for beginning of value") from None
    except UnicodeDecodeError:
        raise reader.refused("invalid UTF-8") from None
    if not isinstance(posted, kind):
        raise reader.unreadable(f"{_go(posted)} into Go value of type {go_type}")
    return posted


class _Reader:
    def __init__(self, what: str, struct: str) -> None:
        self._what = what
        self._struct = struct

    def refused(self, reason: str) -> Invalid:
        return Invalid(400, 400, f'parsing {self._what} body from "" failed, because {reason}')

    def unreadable(self, words: str) -> Invalid:
        return self.refused(f"json: cannot unmarshal {words}")

    def text(self, posted: dict[str, Any], name: str) -> Any:
        value = posted.get(name)
        if value is not None and not isinstance(value, str):
            raise self.unreadable(f"{_go(value)} into Go struct field {self._struct}.{name} of type string")
        return value

    def moment(self, posted: dict[str, Any], name: str) -> Any:
        text = self.text(posted, name)
        if text is None or text == "":
            return None if text is None else 0
        if _TIME.fullmatch(text):
            try:
                return round(seconds_of(_zoned(text)) * 1000)
            except ValueError:
                pass
        raise self.refused(f'parsing time "{text}" as "2006-01-02": cannot parse "{text}" as "2006"')

    def labels(self, posted: dict[str, Any], name: str) -> dict[str, str]:
        value = posted.get(name)
        if value is None:
            return {}
        if not isinstance(value, dict):
            raise self.unreadable(f"{_go(value)} into Go struct field {self._struct}.{name} of type models.LabelSet")
        for text in value.values():
            if not isinstance(text, str):
                raise self.unreadable(f"{_go(text)} into Go struct field Alert.{name} of type string")
        return dict(sorted(value.items()))


def _zoned(text: str) -> str:
    return text if re.search(r"([Zz]|[+-]\d\d:?\d\d)$", text[10:]) else f"{text}+00:00"


def _go(value: object) -> str:
    return "null" if value is None else _GO_NAMES[type(value)]
