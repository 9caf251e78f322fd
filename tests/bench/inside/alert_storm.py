"""`python -m tests.bench.inside.alert_storm COUNT CHANGES`: an Alertmanager and a Prometheus in a bad hour.

Serves both APIs on one address, which it prints. There are COUNT alerts always; CHANGES of them a second differ: one
of three ends and another begins, the rest are told again. It ends with its standard input.
"""

import json
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from state.alerts.fingerprint import fingerprint
from state.rfc3339 import timestamp

RULES = 120
APPS = ("payments", "storefront", "notifications", "ingress-nginx", "monitoring")
SEVERITIES = ("critical", "warning", "warning", "info")
_NONE: dict[str, Any] = {"resultType": "vector", "result": []}


class Storm:
    """The alerts by number, each as it was last told."""

    def __init__(self, count: int, changes: float) -> None:
        self._count, self._rate = count, changes
        self._lock = threading.Lock()
        self._began = time.time()
        self._changed = 0
        self._generation = [0] * count
        self._told = [self._alert(number, self._began - 60 * (number % 50)) for number in range(count)]

    def alerts(self) -> list[dict[str, Any]]:
        """Return the alerts as Alertmanager tells them, with all that has changed by now."""
        with self._lock:
            now = time.time()
            due = int((now - self._began) * self._rate)
            for change in range(max(self._changed, due - self._count), due):
                number = change % self._count
                self._generation[number] += change % 3 == 0
                starts = now if change % 3 == 0 else None
                self._told[number] = self._alert(number, starts, self._told[number])
            self._changed = due
            return list(self._told)

    def firing(self) -> list[dict[str, Any]]:
        """Return the same as Prometheus tells them."""
        return [
            {
                "labels": one["labels"],
                "annotations": one["annotations"],
                "state": "firing",
                "activeAt": one["startsAt"],
                "value": f"{self._generation[number] + number / 7:.6e}",
            }
            for number, one in enumerate(self.alerts())
        ]

    def _alert(self, number: int, starts: float | None, before: dict[str, Any] | None = None) -> dict[str, Any]:
        if starts is None and before is not None:
            return {**before, "updatedAt": timestamp(time.time())}
        app, rule = APPS[number % len(APPS)], number % RULES
        labels = {
            "alertname": f"Rule{rule:03}",
            "container": app,
            "namespace": app,
            "pod": f"{app}-7d4f9c5b6d-{number:05}-{self._generation[number]}",
            "severity": SEVERITIES[rule % len(SEVERITIES)],
        }
        return {
            "annotations": {"summary": f"Something of {app} is not as it should be.", "runbook_url": "https://x/y"},
            "endsAt": timestamp(time.time() + 240),
            "fingerprint": fingerprint(labels.items()),
            "receivers": [{"name": "platform-team"}],
            "startsAt": timestamp(starts or time.time()),
            "status": {"inhibitedBy": [], "mutedBy": [], "silencedBy": [], "state": "active"},
            "updatedAt": timestamp(time.time()),
            "generatorURL": "http://prometheus/graph",
            "labels": labels,
        }


def rules() -> dict[str, Any]:
    """Return the rules, all of them evaluated just now."""
    now = timestamp(time.time())
    each = [
        {
            "type": "alerting",
            "name": f"Rule{rule:03}",
            "query": f'sum by (namespace, pod) (rate(errors_total{{rule="{rule}"}}[5m])) > 1',
            "duration": 60,
            "labels": {"severity": SEVERITIES[rule % len(SEVERITIES)]},
            "annotations": {},
            "health": "ok",
            "lastEvaluation": now,
        }
        for rule in range(RULES)
    ]
    return {"groups": [{"name": "all", "file": "f", "interval": 15, "lastEvaluation": now, "rules": each}]}


def main() -> None:
    """Serve until the standard input ends."""
    storm = Storm(int(sys.argv[1]), float(sys.argv[2]))
    status = {"cluster": {"status": "disabled"}, "versionInfo": {"version": "0.34.0"}}

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            path = self.path.partition("?")[0]
            match path:
                case "/api/v2/alerts":
                    body: object = storm.alerts()
                case "/api/v2/silences":
                    body = []
                case "/api/v2/status":
                    body = {**status, "uptime": timestamp(time.time() - 86400)}
                case "/api/v1/alerts":
                    body = _success({"alerts": storm.firing()})
                case "/api/v1/rules":
                    body = _success(rules())
                case _:
                    body = _success(_NONE)
            self._answer(body)

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            self._answer(_success(_NONE))

        def _answer(self, body: object) -> None:
            data = json.dumps(body).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(f"http://127.0.0.1:{server.server_address[1]}", flush=True)
    sys.stdin.read()


def _success(data: object) -> dict[str, object]:
    return {"status": "success", "data": data}


main()
