"""How Python looks for garbage in circles: never at everything, which would stop the screen for a tenth of a second."""

import gc

YOUNG = 5_000
"""Objects made, less those that went, until the youngest are looked at."""
_NEVER = 1_000_000


def hold() -> None:
    """Look at young objects alone. What imports make stays, and looking at it again and again is part of their cost."""
    gc.set_threshold(YOUNG, 10, _NEVER)


def settle() -> None:
    """Keep all there is out of sight from now on, and look for garbage among what is made later."""
    gc.freeze()
    gc.set_threshold(YOUNG, 10, 10)
