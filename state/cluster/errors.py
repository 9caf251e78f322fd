"""What can go wrong when asking a cluster, as types a caller can tell apart."""

from typing import NamedTuple


class Cause(NamedTuple):
    """One of the reasons a server gives for a refusal; printable, any part may be empty."""

    reason: str
    """The machine's word: `FieldValueInvalid`, `FieldManagerConflict`, `DisruptionBudget`."""
    message: str
    field: str = ""


class ClusterError(Exception):
    """The base of all. Its text is one printable sentence without secrets."""


class ConfigError(ClusterError):
    """The kubeconfig cannot be used: missing, broken, or without the context asked for."""


class SignInFailed(ClusterError):
    """No credentials could be had, or the server does not know them (401). The text begins `sign-in failed:`."""


class Unauthorized(SignInFailed):
    """The server answered that it does not know these credentials (401)."""


class Unreachable(ClusterError):
    """No answer: refused, reset, timed out, wrong certificate."""


class ApiError(ClusterError):
    """The server answered with a Status that is not success."""

    def __init__(self, status: int, reason: str, message: str, causes: tuple[Cause, ...] = ()) -> None:
        super().__init__(message)
        self.status = status
        """The HTTP status, or the code in an ERROR event."""
        self.reason = reason
        """The machine's word, for example `Forbidden`, `NotFound`, `Conflict`, `Expired`; may be empty."""
        self.message = message
        self.causes = causes
        """What the server says of single fields, managers or budgets, in its order."""

    @property
    def denied(self) -> bool:
        """Whether the server forbids this to this user (403)."""
        return self.status == 403

    @property
    def expired(self) -> bool:
        """Whether a revision or continue token is too old (410)."""
        return self.status == 410
