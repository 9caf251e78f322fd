"""A shell in a container, or the container's own process, on the user's terminal."""

from collections.abc import Callable

from state.cell import Cell
from state.cluster.access import allowed
from state.cluster.exec import Place, attach_request, exec_request, remote_command
from state.cluster.terminal import Session, Terminal
from state.cluster.transport import Transport
from state.operation import Outcome, Permission, Preview
from state.ref import Ref


class Enter:
    """Run a shell in a container (`shell`), or join its first process (empty `shell`), until it ends or is left.

    `run` needs the terminal for itself, in raw mode; it blocks for as long as the user stays.
    """

    def __init__(
        self,
        transport: Callable[[], Transport],
        subject: Ref,
        place: Place,
        shell: str,
        terminal: Terminal,
        *,
        stdin: bool = True,
        tty: bool = True,
    ) -> None:
        """`stdin` and `tty` are what the first process has."""
        self.subject = subject
        self.place = place
        self.shell = shell
        self.tty = tty
        self._transport = transport
        self._terminal = terminal
        self._stdin = stdin
        self._session: Session | None = None

    @property
    def id(self) -> str:
        return "shell" if self.shell else "attach"

    @property
    def title(self) -> str:
        return f"{f'Shell {self.shell} in' if self.shell else 'Attach to'} {self.place}"

    def permitted(self) -> str:
        place = self.place
        return may_stream(self._transport(), place.namespace, place.pod, "exec" if self.shell else "attach")

    def preview(self) -> Preview:
        return Preview(((Cell(self.title),),))

    def run(self) -> Outcome:
        if self.shell:
            request = exec_request(self.place, (self.shell,), stdin=True, tty=True)
        else:
            request = attach_request(self.place, stdin=self._stdin, tty=self.tty)
        conversation = self._transport().upgrade(request, remote_command(request))
        self._session = Session(self._terminal, conversation, stdin=self._stdin, tty=self.tty, detach=not self.shell)
        ended = self._session.run()
        if self._session.left:
            return Outcome(True, f"left {self.place}: it goes on")
        what = f"{self.shell or 'the process'} in {self.place}"
        if ended.code is None:
            return Outcome(False, f"{what}: {ended.message or 'it ended without a word'}")
        return Outcome(True, f"{what} ended" + (f" with exit code {ended.code}" if ended.code else ""))

    def resized(self) -> None:
        """The terminal has another size. From any thread."""
        if self._session is not None:
            self._session.resized()

    def stop(self) -> None:
        """End it at once. From any thread."""
        if self._session is not None:
            self._session.stop()


def may_stream(transport: Transport, namespace: str, pod: str, subresource: str) -> str:
    """Return an empty string, or why this user may not stream to or from a pod. Asks the server.

    `create` is what it takes. Servers before 1.35 open a WebSocket to who may `get` alone, so they are asked to.
    """
    refusals = [
        allowed(transport, Permission(verb, "", "pods", namespace, pod, subresource)) for verb in ("create", "get")
    ]
    return refusals[0] if all(refusals) else ""
