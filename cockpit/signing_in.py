"""When a context's credentials have expired: the user is asked once whether to sign in, and can be asked again."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from textual.app import App

from screens.frame import Frame
from state.printable import printable

if TYPE_CHECKING:
    from screens.command_line import SignInTo
    from state.contexts import Context, Contexts


class SigningIn:
    """Offers the sign-in of contexts that are not signed in, one at a time. Belongs to the loop."""

    def __init__(self, app: App[int]) -> None:
        self._app = app
        self._offered: set[str] = set()
        """The contexts that were offered since they were last signed in."""
        self.asking = False
        """Whether the user is being asked, or signs in."""

    def look(self, contexts: "Contexts") -> None:
        """Offer a context that is not signed in any more, as soon as nothing else is asked."""
        for context in contexts:
            if not context.cluster.signed_out:
                self._offered.discard(context.name)
            elif context.sign_in is not None and context.name not in self._offered:
                if not self.asking and isinstance(self._app.screen, Frame):
                    self.asking = True
                    self._app.run_worker(self._offer(context), exit_on_error=False)
                return

    async def again(self, contexts: "Contexts", wanted: "SignInTo") -> None:
        """Sign in to a context because the user says so, whatever its servers say."""
        name = wanted.context or contexts.home.name
        context = contexts.get(name)
        if context is None:
            self._say(f"{name} is not open: go there first with ctx {name}")
        elif context.sign_in is None:
            self._say(f"the user of {name} signs in without a plugin: what the kubeconfig says is what is sent")
        else:
            await self._sign_in(context, context.sign_in)

    async def _offer(self, context: "Context") -> None:
        from screens.signing_in import SignIn

        self._offered.add(context.name)
        try:
            wanted = await self._app.push_screen_wait(SignIn(context.name, context.cluster.signed_out))
            if wanted and context.sign_in is not None:
                await self._sign_in(context, context.sign_in)
        finally:
            self.asking = False

    async def _sign_in(self, context: "Context", run: Callable[[], None]) -> None:
        from screens.signing_in import sign_in

        if await sign_in(self._app, context.name, run):
            context.cluster.begin_again()

    def _say(self, words: str) -> None:
        self._app.notify(printable(words), severity="warning", markup=False)
