"""One line that an operation has to know: how many replicas, which image, which labels."""

import shlex
from typing import Literal

from screens.dialogs.ask import Ask, wrong_by
from state.cluster.operations.image_name import wrong_image
from state.cluster.operations.metadata import Changes, read_changes
from state.printable import printable

MOST_REPLICAS = 2**31 - 1


def read_replicas(text: str) -> int:
    """Return how many replicas a text says. Raises ValueError, whose words say what is wrong."""
    number = int(text) if text.isascii() and text.isdigit() and len(text) <= 10 else -1
    if not 0 <= number <= MOST_REPLICAS:
        raise ValueError(f"{printable(text)!r} is no number of replicas: give 0 or more")
    return number


def read_metadata(text: str, field: Literal["labels", "annotations"]) -> Changes:
    """Return the changes of a line such as `app=web note="two words" tier-`. Raises ValueError."""
    try:
        words = shlex.split(text)
    except ValueError:
        raise ValueError("a quotation mark is not closed") from None
    if not words:
        raise ValueError("write key=value to set, key- to remove")
    return read_changes(words, field)


class AskReplicas(Ask):
    """How many replicas there shall be; `read_replicas` reads the answer."""

    def __init__(self, what: str, now: int | None) -> None:
        """`now` is how many are wanted now, None for what is not known or differs."""
        super().__init__(
            f"Scale {printable(what)}",
            "" if now is None else str(now),
            hint="replicas" if now is None else f"replicas; {now} now",
            check=wrong_by(read_replicas),
        )


class AskImage(Ask):
    """The image that a container shall have."""

    def __init__(self, what: str, container: str, image: str) -> None:
        super().__init__(f"Image of {printable(container)} in {printable(what)}", printable(image), check=wrong_image)


class AskMetadata(Ask):
    """Labels or annotations to set and to remove; `read_metadata` reads the answer."""

    def __init__(self, what: str, field: Literal["labels", "annotations"]) -> None:
        super().__init__(
            f"{field.capitalize()} of {printable(what)}",
            hint='key=value sets, key="two words" too, key- removes; several with spaces between them',
            check=wrong_by(lambda text: read_metadata(text, field)),
        )
