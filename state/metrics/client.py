"""One Prometheus, or what speaks like it (Thanos, Mimir, VictoriaMetrics), asked through prometheus-api-client."""

import threading
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec

from state import threads
from state.endpoint import Endpoint
from state.metrics.external import external_labels
from state.metrics.model import Answer, Labels, MetricsError, Sample, Series
from state.metrics.wire import Envelope, WireAlert, WireBuild, WireConfig, WireGroup
from state.printable import printable, shorten
from state.reply import OTHER_SERVER, NoAnswer, Reply, check
from state.threads import Once
from state.way import Direct, Way

if TYPE_CHECKING:
    from state.metrics.library import PrometheusOverWeb

T = TypeVar("T")
_SERVER = "Prometheus"
_BY_ERROR_TYPE = {
    "bad_data": "bad_query",
    "execution": "bad_query",
    "timeout": "timeout",
    "canceled": "timeout",
}
_LONGEST_ERROR = 300
_BASE = "http://prometheus"
"""What the library puts before paths. It is taken off again: the way knows where the server is."""


class PrometheusClient:
    """A `MetricsClient` for one server; any thread may ask. Every call blocks and raises MetricsError."""

    def __init__(self, server: Endpoint | Way) -> None:
        self.way: Way = Direct(server) if isinstance(server, Endpoint) else server
        self._queries: Once[PrometheusOverWeb] = Once(self._connect)
        self._last = threading.local()
        self._method = "POST"
        # The server shall give up before this side does, so that its own words arrive.
        self._limits = {"timeout": f"{max(0.1, self.way.timeout * 0.8):g}s"}

    def query(self, expression: str) -> Answer:
        queries = self._queries()
        try:
            result = queries.query(expression, self._limits)
            kind = self._result_type()
            if kind in ("scalar", "string"):
                return self._answer(samples=(Sample((), _number(result[1] if kind == "scalar" else "NaN")),))
            return self._answer(
                samples=tuple(
                    Sample(_labels(one["metric"]), _number(one["value"][1])) for one in result if "value" in one
                )
            )
        except (KeyError, TypeError, IndexError, AttributeError):
            raise self._misshapen() from None

    def query_range(self, expression: str, start: float, end: float, step: float) -> Answer:
        queries = self._queries()
        try:
            result = queries.query_range(expression, start, end, step, self._limits)
            return self._answer(
                series=tuple(
                    Series(
                        _labels(one["metric"]),
                        tuple((float(when), _number(value)) for when, value in one.get("values", ())),
                    )
                    for one in result
                )
            )
        except (KeyError, TypeError, ValueError, AttributeError):
            raise self._misshapen() from None

    def alerts(self) -> tuple[WireAlert, ...]:
        """Return the pending and firing alerts."""
        return tuple(_each(self._get("/api/v1/alerts"), "alerts", WireAlert, self.way))

    def alerting_groups(self) -> tuple[WireGroup, ...]:
        """Return the groups of alerting rules, without the alerts of each rule where the server can leave them out."""
        data = self._get("/api/v1/rules", (("type", "alert"), ("exclude_alerts", "true")))
        return tuple(_each(data, "groups", WireGroup, self.way))

    def missing(self) -> tuple[str, ...]:
        """Return sentences on what was missing in the last answer that this thread was given."""
        envelope: Envelope | None = getattr(self._last, "envelope", None)
        return _partial(envelope) if envelope is not None else ()

    def build(self) -> WireBuild:
        """Return what the server says it is."""
        return self._convert(self._get("/api/v1/status/buildinfo"), WireBuild)

    def external_labels(self) -> Labels:
        """Return the labels that the server adds to all alerts it sends; only Prometheus itself tells."""
        said = self._convert(self._get("/api/v1/status/config"), WireConfig)
        return external_labels(said.yaml)

    def _convert(self, data: Any, shape: type[T]) -> T:
        try:
            return msgspec.convert(data, shape)
        except msgspec.ValidationError:
            raise self._misshapen() from None

    def _get(self, path: str, query: Sequence[tuple[str, str]] = ()) -> Any:
        try:
            envelope = self._judge(self.way.exchange("GET", path, query=query, again=True))
        except NoAnswer as error:
            raise _error(error) from None
        self._last.envelope = envelope
        return envelope.data

    def _ask(self, path: str, parameters: Mapping[str, Any]) -> dict[str, Any]:
        """Send a query for the client library and return the envelope as it expects it."""
        pairs = [(name, str(value)) for name, value in parameters.items()]
        try:
            if self._method == "POST":
                reply = self.way.exchange("POST", path, form=pairs, again=True)
                if reply.status == 405:
                    # A proxy that lets nothing but reading through.
                    self._method = "GET"
            if self._method == "GET":
                reply = self.way.exchange("GET", path, query=pairs, again=True)
            envelope = self._judge(reply)
        except NoAnswer as error:
            raise _error(error) from None
        self._last.envelope = envelope
        return {"status": envelope.status, "data": envelope.data}

    def _judge(self, reply: Reply) -> Envelope:
        url = str(self.way)
        check(reply, url, _SERVER)
        try:
            envelope = msgspec.json.decode(reply.body, type=Envelope)
        except msgspec.MsgspecError:
            envelope = None
        if envelope is not None and envelope.status == "success" and reply.status < 400:
            return envelope
        if envelope is not None and envelope.status == "error":
            kind = _BY_ERROR_TYPE.get(envelope.error_type, "server")
            said = shorten(printable(envelope.error or envelope.error_type), _LONGEST_ERROR)
            raise MetricsError(kind, f"{_SERVER} says: {said}")
        if reply.status == 404:
            raise MetricsError("not_prometheus", f"{url} has no {_SERVER} API here (404): check the path in the URL")
        if reply.status < 400:
            raise MetricsError("not_prometheus", f"{url} does not answer as {_SERVER} does: check the address")
        said = shorten(printable(reply.body[:_LONGEST_ERROR].decode(errors="replace").strip()), 120)
        page = "html" in reply.content_type.lower()
        raise MetricsError("server", f"{url} answers {reply.status}" + (f": {said}" if said and not page else ""))

    def _answer(self, samples: tuple[Sample, ...] = (), series: tuple[Series, ...] = ()) -> Answer:
        envelope: Envelope = self._last.envelope
        warnings = tuple(printable(warning) for warning in envelope.warnings or ())
        return Answer(samples, series, warnings, partial=bool(_partial(envelope)))

    def _result_type(self) -> str:
        return str(self._last.envelope.data.get("resultType", ""))

    def _misshapen(self) -> MetricsError:
        return MetricsError("not_prometheus", f"{self.way} answers in a shape that is not {_SERVER}'s")

    def _connect(self) -> "PrometheusOverWeb":
        with threads.importing:
            from state.metrics.library import PrometheusOverWeb

        return PrometheusOverWeb(_BASE, self._ask)


def _error(error: NoAnswer) -> MetricsError:
    return MetricsError("not_prometheus" if error.kind == OTHER_SERVER else error.kind, str(error))


def _partial(envelope: Envelope) -> tuple[str, ...]:
    """Return what a server says of parts that are missing in its answer."""
    # A warning about the query itself says nothing of missing stores.
    said = (shorten(printable(one), _LONGEST_ERROR) for one in envelope.warnings or () if not one.startswith("PromQL "))
    words = tuple(f"a partial answer: {one}" for one in said)
    return words or (("a partial answer: some stores did not answer",) if envelope.is_partial else ())


def _labels(metric: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    return tuple(sorted((name, value) for name, value in metric.items() if name != "__name__"))


def _number(text: Any) -> float:
    """Return a value, which travels as text: `1`, `NaN`, `+Inf`."""
    try:
        return float(text)
    except (TypeError, ValueError):
        return float("nan")


def _each(data: Any, name: str, shape: type[T], server: Way) -> list[T]:
    """Return the elements that have the shape; one odd element fails nobody else."""
    if not isinstance(data, dict) or not isinstance(data.get(name) or [], list):
        raise MetricsError("not_prometheus", f"{server} answers in a shape that is not {_SERVER}'s")
    found: list[T] = []
    for element in data.get(name) or ():
        try:
            found.append(msgspec.convert(element, shape))
        except msgspec.ValidationError:
            continue
    return found
