"""Prometheus' HTTP API, version 1."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from aiohttp import web
from multidict import MultiDict, MultiMapping

from cockpit.simulator.alerting import ActiveAlert, RuleState
from cockpit.simulator.clock import nano_timestamp
from cockpit.simulator.monitoring import Monitoring
from cockpit.simulator.parameters import duration, moment
from cockpit.simulator.promql.ast import Selector
from cockpit.simulator.promql.errors import ExecutionError, ParseError
from cockpit.simulator.promql.numbers import format_exponent
from cockpit.simulator.promql.parser import parse_selector
from cockpit.simulator.promql.query import NotAVector, query, query_range
from cockpit.simulator.promql.values import Labels, Series
from cockpit.simulator.rules import Group

VERSION = "2.53.3"
_MOST_POINTS = 11_000
_LABEL_NAME = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*")

Parameters = MultiMapping[str]


class BadData(Exception):
    """A request that Prometheus refuses with 400."""


def prometheus_app(monitoring: Monitoring) -> web.Application:
    """Return the API over a monitoring system, to be served at the root of an address."""
    api = _Api(monitoring)
    app = web.Application(middlewares=[_plain_errors])
    both: dict[str, Callable[[Parameters], Any]] = {
        "query": api.query,
        "query_range": api.query_range,
        "labels": api.labels,
        "series": api.series,
    }
    read: dict[str, Callable[[Parameters], Any]] = {
        "rules": api.rules,
        "alerts": api.alerts,
        "targets": api.targets,
        "metadata": api.metadata,
        "status/buildinfo": api.buildinfo,
        "status/runtimeinfo": api.runtimeinfo,
    }
    for path, answer in (both | read).items():
        handler = _handler(answer)
        app.router.add_get(f"/api/v1/{path}", handler)
        if path in both:
            app.router.add_post(f"/api/v1/{path}", handler)
    app.router.add_get("/api/v1/label/{name}/values", _handler(api.label_values))
    app.router.add_get("/-/ready", _words("Prometheus Server is Ready.\n"))
    app.router.add_get("/-/healthy", _words("Prometheus Server is Healthy.\n"))
    return app


def _words(text: str) -> Callable[[web.Request], Any]:
    async def handle(request: web.Request) -> web.Response:
        return web.Response(text=text)

    return handle


@web.middleware
async def _plain_errors(request: web.Request, handler: Callable[[web.Request], Any]) -> web.StreamResponse:
    try:
        found: web.StreamResponse = await handler(request)
    except web.HTTPNotFound:
        return web.Response(status=404, text="404 page not found\n")
    except web.HTTPMethodNotAllowed as error:
        allowed = ", ".join(sorted({*error.allowed_methods, "OPTIONS"} - {"HEAD"}))
        return web.Response(status=405, text="Method Not Allowed\n", headers={"Allow": allowed})
    return found


def _handler(answer: Callable[[Parameters], Any]) -> Callable[[web.Request], Any]:
    async def handle(request: web.Request) -> web.Response:
        parameters: MultiDict[str] = MultiDict(request.query)
        if request.method == "POST":
            # What a form says comes first, as in Go.
            form = await request.post()
            parameters = MultiDict([(name, text) for name, text in form.items() if isinstance(text, str)])
            parameters.extend(request.query)
        parameters.extend(request.match_info)
        try:
            data = answer(parameters)
        except BadData as error:
            return _refusal(400, "bad_data", str(error))
        except ExecutionError as error:
            return _refusal(422, "execution", str(error))
        return _json({"status": "success", "data": data})

    return handle


def _refusal(status: int, kind: str, message: str) -> web.Response:
    return _json({"status": "error", "errorType": kind, "error": message}, status)


def _json(body: Mapping[str, Any], status: int = 200) -> web.Response:
    text = json.dumps(body, separators=(",", ":"), ensure_ascii=False)
    return web.Response(status=status, body=text.encode(), content_type="application/json")


class _Api:
    def __init__(self, monitoring: Monitoring) -> None:
        self._monitoring = monitoring
        self._database = monitoring.database

    # --- queries ---

    def query(self, given: Parameters) -> Any:
        at = _read(given, "time", moment, self._monitoring.now(), "Invalid time value for 'time': ")
        _read(given, "timeout", duration, 0)
        with _Refused("query"):
            return query(given.get("query", ""), self._database, at, self._monitoring.settings)

    def query_range(self, given: Parameters) -> Any:
        start = _read(given, "start", moment)
        end = _read(given, "end", moment)
        if end < start:
            raise BadData('invalid parameter "end": end timestamp must not be before start time')
        step = _read(given, "step", duration)
        if step <= 0:
            words = "zero or negative query resolution step widths are not accepted. Try a positive integer"
            raise BadData(f'invalid parameter "step": {words}')
        if (end - start) // step > _MOST_POINTS:
            raise BadData(
                "exceeded maximum resolution of 11,000 points per timeseries. "
                "Try decreasing the query resolution (?step=XX)"
            )
        _read(given, "timeout", duration, 0)
        steps = range(start, end + 1, step)
        try:
            with _Refused("query"):
                return query_range(given.get("query", ""), self._database, steps, self._monitoring.settings)
        except NotAVector as error:
            raise BadData(str(error)) from None

    # --- series ---

    def series(self, given: Parameters) -> Any:
        if not given.getall("match[]", []):
            raise BadData("no match[] parameter provided")
        found = {frozenset(series.labels.items()): series.labels for series in self._matched(given)}
        return _limited(sorted(found.values(), key=lambda labels: sorted(labels.items())), given)

    def labels(self, given: Parameters) -> Any:
        return _limited(sorted({name for series in self._matched(given) for name in series.labels}), given)

    def label_values(self, given: Parameters) -> Any:
        name = given["name"]
        if not _LABEL_NAME.fullmatch(name):
            raise BadData(f'invalid label name: "{name}"')
        return _limited(
            sorted({series.labels[name] for series in self._matched(given) if name in series.labels}), given
        )

    def _matched(self, given: Parameters) -> Iterator[Series]:
        start = _read(given, "start", moment, 0, "Invalid time value for 'start': ")
        end = _read(given, "end", moment, self._monitoring.now(), "Invalid time value for 'end': ")
        selectors: list[Selector] = []
        with _Refused("match[]"):
            selectors = [parse_selector(text) for text in given.getall("match[]", [])]
        if not selectors:
            yield from self._database.select((), start, end)
        for selector in selectors:
            yield from self._database.select(selector.matchers, start, end)

    def metadata(self, given: Parameters) -> Any:
        wanted = given.get("metric", "")
        limit = _count(given, "limit")
        found = {
            family.name: [{"type": family.type, "help": family.help, "unit": ""}]
            for family in self._database
            if family.help and wanted in ("", family.name)
        }
        return dict(list(found.items())[:limit]) if limit > 0 else found

    # --- rules and targets ---

    def alerts(self, given: Parameters) -> Any:
        alerts = [alert for state in self._monitoring.alerting.every() for alert in state.listed()]
        return {"alerts": [_alert(alert) for alert in alerts]}

    def rules(self, given: Parameters) -> Any:
        kind = given.get("type", "").lower()
        if kind not in ("", "alert", "record"):
            raise BadData(f'invalid parameter "type": not supported value "{given["type"]}"')
        names, groups, files = (set(given.getall(f"{name}[]", [])) for name in ("rule_name", "rule_group", "file"))
        bare = given.get("exclude_alerts", "").lower() in ("1", "t", "true")
        shown = []
        for group in self._monitoring.alerting.groups:
            if (groups and group.name not in groups) or (files and group.file not in files):
                continue
            states = [
                state
                for state in self._monitoring.alerting.states[group.name]
                if kind != "record" and (not names or state.rule.name in names)
            ]
            if states or not names:
                shown.append(self._group(group, states, bare=bare))
        return {"groups": shown}

    def _group(self, group: Group, states: list[RuleState], *, bare: bool) -> dict[str, Any]:
        evaluated = nano_timestamp(self._monitoring.alerting.evaluated_at)
        return {
            "name": group.name,
            "file": group.file,
            "rules": [_rule(state, evaluated, bare=bare) for state in states],
            "interval": self._monitoring.interval / 1000,
            "limit": 0,
            "evaluationTime": sum(state.seconds for state in states),
            "lastEvaluation": evaluated,
        }

    def targets(self, given: Parameters) -> Any:
        state = given.get("state", "").lower()
        active = [self._target(one.labels, one.url, one.error) for one in self._monitoring.targets()]
        return {
            "activeTargets": active if state in ("", "any", "active") else [],
            "droppedTargets": [],
        }

    def _target(self, labels: Labels, url: str, error: str) -> dict[str, Any]:
        interval = f"{self._monitoring.interval / 1000:g}s"
        scheme, _, rest = url.partition("://")
        address, _, path = rest.partition("/")
        return {
            "discoveredLabels": {
                "__address__": address,
                "__metrics_path__": f"/{path}",
                "__scheme__": scheme,
                "__scrape_interval__": interval,
                "__scrape_timeout__": interval,
                "job": labels["job"],
            },
            "labels": labels,
            "scrapePool": labels["job"],
            "scrapeUrl": url,
            "globalUrl": url,
            "lastError": error,
            "lastScrape": nano_timestamp(self._monitoring.scraped_at),
            "lastScrapeDuration": 0.004,
            "health": "down" if error else "up",
            "scrapeInterval": interval,
            "scrapeTimeout": interval,
        }

    # --- the server ---

    def buildinfo(self, given: Parameters) -> Any:
        return {
            "version": VERSION,
            "revision": "",
            "branch": "HEAD",
            "buildUser": "cockpit simulate",
            "buildDate": "",
            "goVersion": "",
        }

    def runtimeinfo(self, given: Parameters) -> Any:
        return {
            "startTime": nano_timestamp(self._monitoring.scrapes.opened),
            "reloadConfigSuccess": True,
            "lastConfigTime": nano_timestamp(self._monitoring.scrapes.opened),
            "corruptionCount": 0,
            "storageRetention": "3d",
        }


class _Refused:
    """Turns what a parser says of a parameter into a refusal."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, ParseError):
            raise BadData(f'invalid parameter "{self._name}": {error}') from None


def _read(
    given: Parameters, name: str, parse: Callable[[str], int], default: int | None = None, before: str = ""
) -> int:
    text = given.get(name, "")
    if not text and default is not None:
        return default
    try:
        return parse(text)
    except ValueError as error:
        raise BadData(f'invalid parameter "{name}": {before}{error}') from None


def _count(given: Parameters, name: str) -> int:
    text = given.get(name, "")
    if not text:
        return 0
    if not re.fullmatch(r"[+-]?\d{1,18}", text):
        raise BadData(f"{name} must be a number")
    return int(text)


def _limited(found: list[Any], given: Parameters) -> list[Any]:
    limit = _count(given, "limit")
    return found[:limit] if limit > 0 else found


def _alert(alert: ActiveAlert) -> dict[str, Any]:
    return {
        "labels": alert.labels,
        "annotations": alert.annotations,
        "state": alert.state,
        "activeAt": nano_timestamp(alert.active_at),
        "value": format_exponent(alert.value),
    }


def _rule(state: RuleState, evaluated: str, *, bare: bool) -> dict[str, Any]:
    rule = state.rule
    shown: dict[str, Any] = {
        "state": state.state,
        "name": rule.name,
        "query": rule.query,
        "duration": rule.pause / 1000 if rule.pause % 1000 else rule.pause // 1000,
        "keepFiringFor": 0,
        "labels": rule.labels,
        "annotations": {name: text.text for name, text in rule.annotations.items()},
    }
    if not bare:
        shown["alerts"] = [_alert(alert) for alert in state.listed()]
    shown["health"] = "err" if state.error else "ok"
    if state.error:
        shown["lastError"] = state.error
    return {**shown, "evaluationTime": state.seconds, "lastEvaluation": evaluated, "type": "alerting"}
