"""The library that asks Prometheus, over our own HTTP.

Importing this costs 0.1 s of CPU: import it on the thread that first asks a server, never at the top of a module.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

import requests
from prometheus_api_client import PrometheusConnect


class PrometheusOverWeb:
    """`PrometheusConnect` for the two query calls, with requests and answers under our own rule.

    The client puts queries into URLs, has no time-outs, retries for seconds and drops what a server says beside
    the result; so it is handed a session that passes the request to `ask` and returns what that made of it.
    """

    def __init__(self, url: str, ask: Callable[[str, Mapping[str, Any]], Any]) -> None:
        """`ask(path, parameters)` returns the decoded envelope of an answer, or raises."""
        self._connect = PrometheusConnect(url, session=_Handed(url, ask))

    def query(self, expression: str, parameters: Mapping[str, str]) -> Any:
        """Return the `result` of an instant query. Raises what `ask` raises."""
        return self._connect.custom_query(expression, params=dict(parameters))

    def query_range(self, expression: str, start: float, end: float, step: float, parameters: Mapping[str, str]) -> Any:
        """Return the `result` of a range query; the client rounds both ends to whole seconds."""
        return self._connect.custom_query_range(
            expression,
            datetime.fromtimestamp(start, UTC),
            datetime.fromtimestamp(end, UTC),
            f"{step:g}",
            params=dict(parameters),
        )


class _Handed(requests.Session):
    def __init__(self, url: str, ask: Callable[[str, Mapping[str, Any]], Any]) -> None:
        super().__init__()
        self._base = url
        self._ask = ask

    def request(  # type: ignore[override]
        self, method: str | bytes, url: str | bytes, params: Any = None, **_: Any
    ) -> requests.Response:
        return _Decoded(self._ask(str(url).removeprefix(self._base), params))


class _Decoded(requests.Response):
    def __init__(self, envelope: Any) -> None:
        super().__init__()
        self.status_code = 200
        self._envelope = envelope

    def json(self, **_: Any) -> Any:
        return self._envelope
