"""What the configuration says of shells in containers."""

import msgspec


class Shell(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which shells are looked for, and what brings one where there is none."""

    shells: tuple[str, ...] = ("bash", "ash", "sh")
    """Programs, in the order in which they are tried."""
    debug_image: str = "busybox:1.37"
    """The image of the debug container that is offered to a container without any of them."""
