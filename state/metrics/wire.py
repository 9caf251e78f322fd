"""Prometheus' envelopes and bodies as they travel, every newer field optional."""

from typing import Any

import msgspec


class Envelope(msgspec.Struct, rename="camel"):
    """What every answer under `/api/v1` is wrapped in. `is_partial` is VictoriaMetrics' word for missing stores."""

    status: str
    data: Any = None
    error_type: str = ""
    error: str = ""
    warnings: list[str] | None = None
    infos: list[str] | None = None
    is_partial: bool = False


class WireAlert(msgspec.Struct, rename="camel"):
    """One element of `/api/v1/alerts`. `value` is a number as text."""

    labels: dict[str, str] = {}
    annotations: dict[str, str] = {}
    state: str = ""
    active_at: str = ""
    value: str = ""


class WireRule(msgspec.Struct, rename="camel"):
    """One rule of `/api/v1/rules`. `duration` is its `for` in seconds."""

    type: str = "alerting"
    name: str = ""
    query: str = ""
    duration: float = 0.0
    labels: dict[str, str] = {}
    annotations: dict[str, str] = {}
    health: str = ""
    last_error: str = ""
    last_evaluation: str = ""


class WireGroup(msgspec.Struct, rename="camel"):
    """One group of `/api/v1/rules`. `interval` is seconds between evaluations."""

    name: str = ""
    file: str = ""
    interval: float = 0.0
    last_evaluation: str = ""
    rules: list[WireRule] = []


class WireBuild(msgspec.Struct, rename="camel"):
    """`/api/v1/status/buildinfo`."""

    version: str = ""
    application: str = ""


class WireConfig(msgspec.Struct):
    """`/api/v1/status/config`: the configuration as YAML, with what was left out filled in."""

    yaml: str = ""
