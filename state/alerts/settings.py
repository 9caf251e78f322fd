"""What the configuration file says of alerts."""

from typing import Literal

from msgspec import Struct

Rank = Literal["critical", "warning", "info"]


class Alerts(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How alerts are read and dealt with."""

    severities: dict[str, Rank] = {}
    """What further words of the label `severity` mean, whatever their case; they come before the known words."""
