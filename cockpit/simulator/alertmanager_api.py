"""Alertmanager's HTTP API, version 2."""

import json
import re
from collections.abc import Iterable
from typing import Any

from aiohttp import web
from aiohttp.typedefs import Handler

from cockpit.simulator.alertmanager import (
    CONFIG,
    RECEIVERS,
    RESOLVE_TIMEOUT_MILLISECONDS,
    Alertmanager,
    HeldAlert,
    route_of,
)
from cockpit.simulator.alertmanager_bodies import Invalid, Message, read_alerts, read_silence
from cockpit.simulator.clock import milli_timestamp
from cockpit.simulator.matchers import parse_matcher
from cockpit.simulator.monitoring import Monitoring
from cockpit.simulator.promql.ast import Matcher, anchored
from cockpit.simulator.promql.values import Labels
from cockpit.simulator.silences import Silence, Unknown

VERSION = "0.28.1"
_TRUE = frozenset({"true", "1", "yes", "ok", "y", "on", "selected", "checked", "t", "enabled"})
_UUID = re.compile(r"[0-9a-fA-F]{8}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{12}")
_STATE_ORDER = ("active", "pending", "expired")


def alertmanager_app(monitoring: Monitoring) -> web.Application:
    """Return the API over a monitoring system's Alertmanager, to be served at the root of an address."""
    api = _Api(monitoring.alertmanager)
    app = web.Application(middlewares=[_errors])
    base = "/api/v2"
    app.router.add_get(f"{base}/status", api.status)
    app.router.add_get(f"{base}/receivers", api.receivers)
    app.router.add_get(f"{base}/alerts", api.alerts)
    app.router.add_post(f"{base}/alerts", api.post_alerts)
    app.router.add_get(f"{base}/alerts/groups", api.groups)
    app.router.add_get(f"{base}/silences", api.silences)
    app.router.add_post(f"{base}/silences", api.post_silence)
    app.router.add_get(f"{base}/silence/{{id}}", api.silence)
    app.router.add_delete(f"{base}/silence/{{id}}", api.delete_silence)
    app.router.add_get("/-/ready", _well)
    app.router.add_get("/-/healthy", _well)
    return app


async def _well(request: web.Request) -> web.Response:
    return web.Response(text="OK")


@web.middleware
async def _errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        return await handler(request)
    except Invalid as error:
        return _json({"code": error.code, "message": str(error)}, error.status)
    except Message as error:
        return _json(str(error), error.status)
    except web.HTTPNotFound:
        if not request.path.startswith("/api/v2/"):
            return web.Response(status=404, text="404 page not found\n")
        return _json({"code": 404, "message": f"path {request.path} was not found"}, 404)
    except web.HTTPMethodNotAllowed as error:
        allowed = ",".join(sorted(error.allowed_methods - {"HEAD"}))
        return _json({"code": 405, "message": f"method {request.method} is not allowed, but [{allowed}] are"}, 405)


def _json(body: object, status: int = 200) -> web.Response:
    text = json.dumps(body, separators=(",", ":"), ensure_ascii=False) + "\n"
    return web.Response(status=status, body=text.encode(), content_type="application/json")


class _Api:
    def __init__(self, alertmanager: Alertmanager) -> None:
        self._held = alertmanager

    async def status(self, request: web.Request) -> web.Response:
        build = dict.fromkeys(("branch", "buildDate", "buildUser", "goVersion", "revision"), "")
        return _json(
            {
                "cluster": {"peers": [], "status": "disabled"},
                "config": {"original": CONFIG},
                "uptime": milli_timestamp(self._held.started),
                "versionInfo": {**build, "version": VERSION},
            }
        )

    async def receivers(self, request: web.Request) -> web.Response:
        return _json([{"name": name} for name in RECEIVERS])

    # --- alerts ---

    async def alerts(self, request: web.Request) -> web.Response:
        wanted = _Wanted(request, self._held)
        return _json([self._shown(alert) for alert in self._held.firing() if wanted(alert)])

    async def groups(self, request: web.Request) -> web.Response:
        wanted = _Wanted(request, self._held)
        groups = []
        for group in self._held.groups():
            alerts = [self._shown(alert) for alert in group.alerts if wanted(alert)]
            if alerts:
                groups.append({"alerts": alerts, "labels": group.labels, "receiver": {"name": group.receiver}})
        return _json(groups)

    def _shown(self, alert: HeldAlert) -> dict[str, Any]:
        status = self._held.status(alert)
        shown = {
            "annotations": alert.annotations,
            "endsAt": milli_timestamp(alert.ends),
            "fingerprint": alert.fingerprint,
            "receivers": [{"name": route_of(alert.labels).receiver}],
            "startsAt": milli_timestamp(alert.starts),
            "status": {
                "inhibitedBy": status.inhibited_by,
                "mutedBy": [],
                "silencedBy": status.silenced_by,
                "state": status.state,
            },
            "updatedAt": milli_timestamp(alert.updated),
            "labels": alert.labels,
        }
        return {**shown, "generatorURL": alert.generator_url} if alert.generator_url else shown

    async def post_alerts(self, request: web.Request) -> web.Response:
        posted = read_alerts(await _body(request))
        now = self._held.now()
        complaints = []
        for one in posted:
            starts = one.starts if one.starts is not None else one.ends if one.ends is not None else now
            ends = one.ends if one.ends is not None else now + RESOLVE_TIMEOUT_MILLISECONDS
            labels = {name: value for name, value in one.labels.items() if value}
            if complaint := _complaint(starts, ends, labels):
                complaints.append(complaint)
                continue
            self._held.receive(
                HeldAlert(labels, one.annotations, starts, ends, now, one.generator_url, timed_out=one.ends is None)
            )
        if complaints:
            raise Message(400, "\n".join(complaints))
        return web.Response()

    # --- silences ---

    async def silences(self, request: web.Request) -> web.Response:
        matchers = _matchers(request.query.getall("filter", []))
        now = self._held.now()
        found = [one for one in self._held.silences.all() if all(matcher in one.matchers for matcher in matchers)]
        return _json([_shown_silence(one, now) for one in sorted(found, key=lambda one: _order(one, now))])

    async def silence(self, request: web.Request) -> web.Response:
        try:
            found = self._held.silences.get(_id(request))
        except Unknown:
            return web.Response(status=404)
        return _json(_shown_silence(found, self._held.now()))

    async def delete_silence(self, request: web.Request) -> web.Response:
        try:
            self._held.silences.expire(_id(request), self._held.now())
        except Unknown:
            return web.Response(status=404)
        return web.Response()

    async def post_silence(self, request: web.Request) -> web.Response:
        wanted = read_silence(await _body(request))
        now = self._held.now()
        if wanted.starts >= wanted.ends:
            raise Message(400, "Failed to create silence: start time must be before end time")
        if wanted.ends < now:
            raise Message(400, "Failed to create silence: end time can't be in the past")
        try:
            return _json({"silenceID": self._held.silences.put(wanted, now)})
        except Unknown:
            raise Message(404, "silence not found") from None


class _Wanted:
    """Which alerts a request asks for."""

    def __init__(self, request: web.Request, held: Alertmanager) -> None:
        self._held = held
        self._matchers = _matchers(request.query.getall("filter", []))
        self._flags = {
            name: request.query[name].lower() in _TRUE if name in request.query else True
            for name in ("active", "silenced", "inhibited")
        }
        self._receiver = None
        if text := request.query.get("receiver"):
            try:
                self._receiver = anchored(text)
            except ValueError as error:
                raise Message(400, f"failed to parse receiver param: {error}") from None

    def __call__(self, alert: HeldAlert) -> bool:
        if self._receiver is not None and not self._receiver.fullmatch(route_of(alert.labels).receiver):
            return False
        if not all(_meets(matcher, alert.labels) for matcher in self._matchers):
            return False
        status = self._held.status(alert)
        return not (
            (status.state == "active" and not self._flags["active"])
            or (status.silenced_by and not self._flags["silenced"])
            or (status.inhibited_by and not self._flags["inhibited"])
        )


def _meets(matcher: Matcher, labels: Labels) -> bool:
    if matcher.value == "" and (matcher.name in labels) == (matcher.op in ("!=", "!~")):
        return True
    return matcher.matches(labels.get(matcher.name, ""))


def _matchers(texts: Iterable[str]) -> list[Matcher]:
    try:
        return [parse_matcher(text) for text in texts]
    except ValueError as error:
        raise Message(400, str(error)) from None


def _id(request: web.Request) -> str:
    text = request.match_info["id"]
    if not _UUID.fullmatch(text):
        raise Invalid(422, 601, f'silenceID in path must be of type uuid: "{text}"')
    return text


async def _body(request: web.Request) -> bytes:
    if request.content_type != "application/json" and request.can_read_body:
        kind = request.headers.get("Content-Type", "application/octet-stream")
        raise Invalid(415, 415, f'unsupported media type "{kind}", only [application/json] are allowed')
    return await request.read()


def _complaint(starts: int, ends: int, labels: Labels) -> str:
    if ends < starts:
        return "start time must be before end time"
    if not labels:
        return "at least one label pair required"
    for name in labels:
        if not re.fullmatch(r"[a-zA-Z_][a-zA-Z0-9_]*", name):
            return f'invalid label set: invalid name "{name}"'
    return ""


def _order(silence: Silence, now: int) -> tuple[int, int]:
    """The active ones by their end, then the pending ones by their start, then the expired ones, the last first."""
    state = silence.state(now)
    key = {"active": silence.ends, "pending": silence.starts, "expired": -silence.ends}[state]
    return _STATE_ORDER.index(state), key


def _shown_silence(silence: Silence, now: int) -> dict[str, Any]:
    return {
        "id": silence.id,
        "status": {"state": silence.state(now)},
        "updatedAt": milli_timestamp(silence.updated),
        "comment": silence.comment,
        "createdBy": silence.created_by,
        "endsAt": milli_timestamp(silence.ends),
        "matchers": [
            {
                "isEqual": one.op in ("=", "=~"),
                "isRegex": one.op in ("=~", "!~"),
                "name": one.name,
                "value": one.value,
            }
            for one in silence.matchers
        ],
        "startsAt": milli_timestamp(silence.starts),
    }
