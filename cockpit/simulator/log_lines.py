"""One line of a log in the manner of a program. Each function takes a stream, a place in it, and what happened."""

import json
from datetime import UTC, datetime

from cockpit.simulator.clock import timestamp
from cockpit.simulator.noise import bits, draw

_PATHS = {
    "payments-api": ("/v1/payments", "/v1/payments/{id}", "/v1/refunds", "/v1/methods"),
    "payments-ledger": ("/v1/entries", "/v1/balances/{id}"),
    "notifications-api": ("/v1/messages", "/v1/templates", "/v1/subscriptions/{id}"),
    "storefront-api": ("/api/cart", "/api/products/{id}", "/api/checkout", "/api/prices"),
    "storefront-search": ("/search", "/suggest"),
}
_PAGES = ("/", "/product/{id}", "/cart", "/checkout", "/assets/app.js", "/assets/app.css", "/api/cart", "/healthz")
_WORK = {
    "payments-worker": ("settlement batch sent", "webhook delivered", "payment captured"),
    "notifications-worker": ("message delivered", "digest queued", "bounce handled"),
}
_ROUTINE = (
    "reconciliation finished",
    "cache refreshed",
    "compaction finished",
    "checkpoint written",
    "sync finished",
    "no changes",
)


def _identity(source: int, index: int) -> str:
    return f"{bits(source, index) >> 40:06x}"


def _milliseconds(source: int, index: int, failed: bool) -> int:
    share = draw(source ^ 3, index)
    return int((2500 if failed else 20) + (2400 if failed else 180) * share * share)


def json_line(source: int, index: int, moment: float, app: str, failed: bool) -> str:
    """Return a line of an app that writes JSON."""
    line: dict[str, object] = {"ts": timestamp(moment), "level": "error" if failed else "info", "app": app}
    paths = _PATHS.get(app)
    if paths is None:
        words = _WORK.get(app, _ROUTINE)
        line["msg"] = "job failed: upstream timed out" if failed else words[bits(source, index) % len(words)]
    else:
        path = paths[bits(source, index) % len(paths)].replace("{id}", _identity(source ^ 5, index))
        method = "POST" if bits(source ^ 6, index) % 3 == 0 else "GET"
        status = (502, 503, 500)[bits(source ^ 7, index) % 3] if failed else (201 if method == "POST" else 200)
        line |= {
            "msg": "request failed: no ready backend" if failed else "request",
            "method": method,
            "path": path,
            "status": status,
            "duration_ms": _milliseconds(source, index, failed),
        }
    line["trace"] = f"{bits(source ^ 8, index):016x}"
    return json.dumps(line)


def access_line(source: int, index: int, moment: float, app: str, failed: bool) -> str:
    """Return a line of a web server's access log (combined form)."""
    page = _PAGES[bits(source, index) % len(_PAGES)].replace("{id}", _identity(source ^ 5, index))
    address = f"203.0.113.{bits(source ^ 4, index) % 254 + 1}"
    when = datetime.fromtimestamp(moment, UTC).strftime("%d/%b/%Y:%H:%M:%S +0000")
    status, size = (502, 157) if failed else (200, 300 + bits(source ^ 6, index) % 40000)
    took = _milliseconds(source, index, failed) / 1000
    return f'{address} - - [{when}] "GET {page} HTTP/1.1" {status} {size} "-" "Mozilla/5.0" {took:.3f}'


def logfmt_line(source: int, index: int, moment: float, app: str, failed: bool) -> str:
    """Return a line of a program that writes `key=value` pairs."""
    words = "reconciliation failed" if failed else _ROUTINE[bits(source, index) % len(_ROUTINE)]
    level = "error" if failed else "info"
    took = _milliseconds(source, index, failed)
    return f'ts={timestamp(moment)} level={level} component={app} msg="{words}" took={took}ms'


def klog_line(source: int, index: int, moment: float, app: str, failed: bool) -> str:
    """Return a line of a component of Kubernetes."""
    when = datetime.fromtimestamp(moment, UTC).strftime("%m%d %H:%M:%S.%f")
    words = "Failed to sync" if failed else _ROUTINE[bits(source, index) % len(_ROUTINE)].capitalize()
    return f'{"E" if failed else "I"}{when}       1 {app.replace("-", "_")}.go:{bits(source, 1) % 400 + 40}] "{words}"'


def plain_line(source: int, index: int, moment: float, app: str, failed: bool) -> str:
    """Return a line of a program that writes sentences."""
    return f"{timestamp(moment)} {app}: {_ROUTINE[bits(source, index) % len(_ROUTINE)]}"
