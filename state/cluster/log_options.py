"""What the configuration says of logs."""

from dataclasses import dataclass

from state.cluster.log_masks import MASKS, Mask, own_masks
from state.cluster.log_settings import Logs
from state.cluster.log_streams import STREAMS


@dataclass(frozen=True, slots=True)
class LogOptions:
    """How logs are read and shown."""

    streams: int = STREAMS
    """How many are followed at once."""
    masks: tuple[Mask, ...] = MASKS
    """What is covered."""


def log_options(said: Logs) -> LogOptions:
    """Return the options of a configuration. Raises re.error for a mask that `wrong_mask` names."""
    return LogOptions(said.streams, (*(MASKS if said.default_masks else ()), *own_masks(said.masks)))
