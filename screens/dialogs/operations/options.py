"""How an operation is to be done: deleting, and draining."""

from collections.abc import Mapping
from typing import Any

from screens.dialogs.form import Form
from screens.dialogs.form_field import FormField, FormGroup
from state.cluster.operations.delete import Propagation
from state.cluster.operations.drain_plan import DrainOptions
from state.label_selector import parse_selector
from state.printable import printable

_YES, _NO = "yes", "no"


def read_seconds(text: str) -> int | None:
    """Return seconds, None for an empty text. Raises ValueError."""
    if not text.strip():
        return None
    if not text.strip().isascii() or not text.strip().isdigit() or len(text.strip()) > 9:
        raise ValueError(f"{printable(text)!r} is no number of seconds: give 0 or more, or nothing")
    return int(text)


def read_yes(text: str) -> bool:
    """Return whether a text says yes. Raises ValueError."""
    word = text.strip().casefold()
    if word in (_YES, "y", "true"):
        return True
    if word in (_NO, "n", "false", ""):
        return False
    raise ValueError(f"{printable(text)!r}: write yes or no")


def read_propagation(text: str) -> Propagation:
    """Return what becomes of what an object owns. Raises ValueError."""
    word = text.strip().casefold()
    found = [one for one in Propagation if word and one.value.casefold().startswith(word)]
    if len(found) != 1:
        raise ValueError(f"{printable(text)!r}: write background, foreground or orphan")
    return found[0]


def read_selector(text: str) -> str:
    """Return a label selector, empty for none. Raises ValueError."""
    if text.strip():
        parse_selector(text.strip())
    return text.strip()


class DeleteAs(Form[tuple[Propagation, int | None]]):
    """How something is deleted; answers what becomes of what it owns, and the seconds that pods get to end."""

    WHOLE = True

    def __init__(self, what: str) -> None:
        choices = tuple(one.value.casefold() for one in Propagation)
        fields = (
            FormField(
                "propagation",
                "what it owns",
                choices[0],
                read_propagation,
                choices=choices,
                hint="background: is deleted after it; foreground: before it; orphan: stays",
            ),
            FormField(
                "grace",
                "seconds to end",
                "",
                read_seconds,
                unset="as many as its pods say",
                hint="0 forces: the node is not waited for",
            ),
        )
        super().__init__(f"Delete {printable(what)}", (FormGroup("", fields),))

    def answer(self, values: Mapping[str, Any]) -> tuple[Propagation, int | None]:
        return values["propagation"], values["grace"]


class DrainAs(Form[DrainOptions]):
    """How a node is drained; the preview that follows lists what that loses."""

    WHOLE = True

    def __init__(self, what: str, options: DrainOptions = DrainOptions()) -> None:
        def yes(value: bool) -> str:
            return _YES if value else _NO

        choices = (_YES, _NO)
        fields = (
            FormField("ignore_daemon_sets", "daemons stay", yes(options.ignore_daemon_sets), read_yes, choices=choices),
            FormField(
                "delete_empty_dir",
                "lose emptyDir",
                yes(options.delete_empty_dir),
                read_yes,
                choices=choices,
                hint="pods with emptyDir volumes lose what is in them",
            ),
            FormField(
                "force",
                "unmanaged too",
                yes(options.force),
                read_yes,
                choices=choices,
                hint="pods that no controller owns do not come back",
            ),
            FormField("grace", "seconds to end", "", read_seconds, unset="as many as the pods say"),
            FormField(
                "timeout",
                "time-out",
                f"{options.timeout:.0f}",
                read_seconds,
                hint="how long evictions that a budget refuses are tried again",
            ),
            FormField("pod_selector", "only labels", options.pod_selector, read_selector, unset="any labels"),
        )
        super().__init__(f"Drain {printable(what)}", (FormGroup("", fields),))
        self._options = options

    def answer(self, values: Mapping[str, Any]) -> DrainOptions:
        timeout = values["timeout"]
        return DrainOptions(
            values["ignore_daemon_sets"],
            values["delete_empty_dir"],
            values["force"],
            values["grace"],
            self._options.timeout if timeout is None else float(timeout),
            values["pod_selector"],
        )
