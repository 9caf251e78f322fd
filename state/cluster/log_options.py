"""What the configuration says of logs."""

from dataclasses import dataclass

from state.cluster.log_masks import MASKS, Mask
from state.cluster.log_streams import STREAMS


@dataclass(frozen=True, slots=True)
class LogOptions:
    """How logs are read and shown."""

    streams: int = STREAMS
    """How many are followed at once."""
    masks: tuple[Mask, ...] = MASKS
    """What is covered."""
