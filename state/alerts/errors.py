"""What can go wrong when asking an Alertmanager."""


class AlertmanagerError(Exception):
    """No answer, or a refusal.

    `kind` is one of absent (there is none), unreachable, auth, timeout, not_alertmanager, refused (it does not accept
    what was sent), not_found, server. The text is one printable sentence without secrets.
    """

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind
