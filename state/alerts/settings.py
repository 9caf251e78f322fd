"""What the configuration file says of alerts."""

from pathlib import Path
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from state.alerts.durations import seconds_of

Rank = Literal["critical", "warning", "info"]
Notify = Literal["off", "osc9", "osc777"]
VOLATILE = ("pod", "exported_pod", "container", "instance", "exported_instance", "uid")


class Alerts(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How alerts are read and dealt with."""

    severities: dict[str, Rank] = {}
    """What further words of the label `severity` mean, whatever their case; they come before the known words."""
    volatile: tuple[str, ...] = VOLATILE
    """Labels whose values change while an alert goes on, which an ack therefore does not hold on to."""
    longest_ack: str = "24h"
    """How long after its beginning an ack is extended at most."""
    runbooks: str = ""
    """A folder of runbooks in Markdown, from the configuration's folder on; empty for none."""
    bell: bool = False
    """Whether the terminal's bell rings when a critical alert begins."""
    notify: Notify = "off"
    """By which sequence the terminal is told of a critical alert that begins."""

    def __post_init__(self) -> None:
        if "alertname" in self.volatile:
            raise ValueError("volatile must not name 'alertname': an ack would hold every alert of an object")
        try:
            seconds_of(self.longest_ack)
        except ValueError as error:
            raise ValueError(f"longest_ack: {error}") from None

    def in_folder(self, folder: Path) -> "Alerts":
        """Return the same with paths that begin in a folder."""
        return replace(self, runbooks=str(folder / Path(self.runbooks).expanduser())) if self.runbooks else self

    @property
    def longest_ack_seconds(self) -> float:
        """How long an ack is extended at most, in seconds."""
        return seconds_of(self.longest_ack)
