"""Going to another context, or to what was typed: the old picture stays until the new one is live."""

import asyncio
import logging
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from textual.app import App
from textual.screen import Screen

from cockpit.signing_in import SigningIn
from screens.frame import SCREENS, Frame
from state.printable import printable

if TYPE_CHECKING:
    from cockpit.opening import Opened
    from cockpit.place import Place
    from screens.cluster import ClusterScreen
    from screens.command_line import Typed
    from screens.look_command import Look
    from state.ref import Ref

PATIENCE = 20.0
"""Seconds that a context's server may take to give its first answer."""
LOOK = 0.05
_log = logging.getLogger(__name__)


class Going:
    """The ways between the screens of an app, and between contexts. A switch that fails changes nothing."""

    def __init__(self, app: App[int], arrived: Callable[[], None]) -> None:
        """`arrived` is called when another screen has come on top."""
        self._app = app
        self._arrived = arrived
        self.signing_in = SigningIn(app)
        self._modes: dict[str, str] = {}
        self._generation = 0

    # --- screens ---

    def mode(self, name: str) -> str:
        """Return the app's mode that a numbered screen is now."""
        return self._modes.get(name, name)

    def add_screens(self, screens: Mapping[str, Callable[[], Screen[Any]]]) -> None:
        """Make these screens those of their names from now on."""
        for name, make in screens.items():
            self._modes[name] = f"{name} {self._generation}" if self._generation else name
            self._app.add_mode(self._modes[name], make)

    async def show(self, name: str) -> None:
        """Go to a numbered screen; what lies on top of the one that is shown is closed."""
        while isinstance(self._app.screen, Frame) and self._app.screen.NAME not in SCREENS:
            await self._app.pop_screen()
        mode = self.mode(name)
        if mode != self._app.current_mode:
            await self._app.switch_mode(mode)
            self._arrived()

    async def show_card(self, uid: str) -> None:
        """Go to the board, with the cursor on a card unless the uid is empty."""
        from screens.board import BoardScreen

        await self.show("board")
        screen = self._app.screen
        if uid and isinstance(screen, BoardScreen):
            screen.go_to(uid)

    async def show_object(self, ref: "Ref") -> None:
        """Go to the cluster screen with the cursor on an object."""
        (await self._cluster()).show_object(ref)

    # --- contexts ---

    async def use(self, opened: "Opened", name: str) -> bool:
        """Let the cockpit be about another context once that is live; return whether it is. Says why not."""
        session = opened.session
        if name == session.contexts.home.name:
            opened.coming = ""
            return True
        from state.cluster.errors import ClusterError
        from state.config import InvalidConfig

        opened.coming = name
        try:
            context = await session.contexts.open(name)
        except (ClusterError, InvalidConfig) as error:
            self._stay(opened, name, str(error))
            return False
        place = opened.place_in(context)
        place.platform.begin()
        try:
            problem = await self._until_live(opened, place)
            if not problem:
                await self._until_free(opened, name)
        except asyncio.CancelledError:
            place.platform.end()
            raise
        if opened.coming != name:
            # Somebody wants to go elsewhere by now.
            place.platform.end()
            return False
        if problem:
            place.platform.end()
            self._stay(opened, name, f"{name}: {problem}")
            return False
        await self._settle(opened, place)
        return True

    async def _until_live(self, opened: "Opened", place: "Place") -> str:
        """Wait for the first rows; return in words why they do not come."""
        from state.freshness import Health

        cluster, view = place.platform.cluster, place.platform.view
        clock = opened.session.clock
        end = clock.elapsed() + PATIENCE
        while opened.coming == cluster.name:
            self.signing_in.look(opened.session.contexts)
            if self.signing_in.asking:
                end = clock.elapsed() + PATIENCE
                await asyncio.sleep(LOOK)
                continue
            probed = cluster.probed
            if probed.health in (Health.FAILED, Health.STALE):
                return probed.reason
            if probed.health is Health.LIVE and view.freshness.health is not Health.CONNECTING:
                return ""
            if clock.elapsed() > end:
                return f"no answer in {PATIENCE:.0f} s"
            await asyncio.sleep(LOOK)
        return ""

    async def _until_free(self, opened: "Opened", name: str) -> None:
        """Wait until nothing lies on top of the numbered screens: what is read or answered there is not taken away."""
        while opened.coming == name:
            screen = self._app.screen
            if isinstance(screen, Frame) and screen.NAME in SCREENS:
                return
            await asyncio.sleep(LOOK)

    async def _settle(self, opened: "Opened", place: "Place") -> None:
        app, current = self._app, self._app.screen
        name = current.NAME if isinstance(current, Frame) else SCREENS[0]
        old = [self._modes[screen] for screen in place.screens]
        self._generation += 1
        opened.session.settle(place.platform)
        opened.place, opened.coming = place, ""
        self.add_screens(place.screens)
        if self.mode(name) != app.current_mode:
            await app.switch_mode(self.mode(name))
        self._arrived()
        for mode in old:
            await app.remove_mode(mode)

    def _stay(self, opened: "Opened", name: str, problem: str) -> None:
        if opened.coming == name:
            opened.coming = ""
        here = opened.session.contexts.home.name
        words = printable(f"{problem}; this is still {here}")
        self._app.notify(words, severity="error", timeout=10.0, markup=False)

    # --- what was typed ---

    async def follow(self, opened: "Opened", typed: "Typed") -> None:
        """Go where a typed line says."""
        from screens.command_line import (
            Before,
            GoTo,
            HandOff,
            ListContexts,
            ListForwards,
            ListKinds,
            ListSilences,
            LookAt,
            ShowKind,
            SignInTo,
            UseContexts,
        )
        from screens.look_command import AskRights, ShowLogs, ShowPulse, ShowXray

        match typed:
            case GoTo(screen):
                await self.show(screen)
            case SignInTo():
                await self.signing_in.again(opened.session.contexts, typed)
            case LookAt(namespaces):
                (await self._cluster()).look_at(namespaces)
            case UseContexts((name,)):
                if await self.use(opened, name):
                    self._one_context(name)
            case UseContexts(names):
                (await self._cluster()).show_contexts(names)
            case ShowKind(kind, namespaces, text, contexts):
                if len(contexts) == 1 and not await self.use(opened, contexts[0]):
                    return
                (await self._cluster()).visit(kind, namespaces, text, contexts)
            case ListContexts():
                (await self._cluster()).list_contexts()
            case ListKinds():
                (await self._cluster()).list_kinds()
            case ListForwards():
                from screens.forwards import ForwardsScreen

                self._app.push_screen(ForwardsScreen(opened.session.forwards))
            case HandOff():
                opened.place.deeds.alert_deeds.show_handoff(self._app.screen)
            case ListSilences():
                await opened.place.deeds.alert_deeds.show_silences(self._app.screen)
            case Before():
                (await self._cluster()).action_turn(-1)
            case ShowPulse() | ShowXray() | ShowLogs() | AskRights():
                self._look(opened, typed)

    def _look(self, opened: "Opened", look: "Look") -> None:
        from cockpit.looking import screen_of
        from screens.cluster import ClusterScreen

        screen = self._app.screen
        shown = screen.objects.wanted.namespaces if isinstance(screen, ClusterScreen) else ()
        found = screen_of(look, opened.session.platform, tuple(shown) or opened.session.cluster.namespaces)
        if isinstance(found, str):
            self._app.notify(printable(found), severity="warning", markup=False)
        else:
            self._app.push_screen(found)

    def _one_context(self, name: str) -> None:
        """Let a list of several contexts that is on the screen show one."""
        from screens.cluster import ClusterScreen

        screen = self._app.screen
        if isinstance(screen, ClusterScreen) and screen.contexts != (name,):
            screen.show_contexts((name,))

    async def _cluster(self) -> "ClusterScreen":
        from screens.cluster import ClusterScreen

        await self.show("cluster")
        assert isinstance(self._app.screen, ClusterScreen)
        return self._app.screen
