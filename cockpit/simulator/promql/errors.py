"""What can be wrong with a query."""


class ParseError(Exception):
    """The text is no PromQL. `str()` is Prometheus' own message with the position in front."""

    def __init__(self, text: str, position: int, message: str) -> None:
        before = text[:position]
        line = before.count("\n") + 1
        column = position - (before.rfind("\n") + 1) + 1
        super().__init__(f"{line}:{column}: parse error: {message}")


class ExecutionError(Exception):
    """The query is well formed and still has no answer, such as a match that is not unique."""
