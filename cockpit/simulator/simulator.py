"""The simulator as a whole: two clusters and a monitoring system, served on loopback until it is told to end."""

import asyncio
import json
import os
import tempfile
from collections.abc import Coroutine
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aiohttp import web

from cockpit.simulator import story as stories
from cockpit.simulator.alertmanager_api import alertmanager_app
from cockpit.simulator.api.app import kubernetes_app
from cockpit.simulator.churn import Churn
from cockpit.simulator.clock import WorldClock
from cockpit.simulator.faults import Faults
from cockpit.simulator.kubeconfig import ContextName, kubeconfig
from cockpit.simulator.monitoring import Monitoring
from cockpit.simulator.prometheus_api import prometheus_app
from cockpit.simulator.store import Store
from cockpit.simulator.users import Users, standard_users
from cockpit.simulator.world.build import build_production, build_staging
from cockpit.simulator.world.live import LiveWorld

HOST = "127.0.0.1"
PRODUCTION = "prod-eu"
STAGING = "staging-eu"
COMPACTED_EVERY_SECONDS = 300.0
"""How often old versions are forgotten, as etcd's compaction does."""
_PRODUCTION_CONTEXTS = {
    "admin": ContextName(PRODUCTION),
    "viewer": ContextName(f"{PRODUCTION}-viewer"),
    "payments": ContextName(f"{PRODUCTION}-payments", "payments"),
    "nobody": ContextName(f"{PRODUCTION}-nobody"),
}
_STAGING_CONTEXTS = {"admin": ContextName(STAGING)}


@dataclass(frozen=True, slots=True)
class Plan:
    """What to simulate.

    `port` is that of the production cluster's API, the others follow it (0: free ones). `speed` hurries the story and
    all that takes time. `events_per_second` and `replacements_per_second` are real seconds. `kubeconfig` is where the
    kubeconfig is written (None: a new file in the folder for temporary ones).
    """

    port: int = 0
    nodes: int = 12
    pods: int = 0
    events_per_second: float = 0.0
    replacements_per_second: float = 0.0
    seed: int = 1
    speed: float = 1.0
    story: str = "night"
    kubeconfig: Path | None = None


@dataclass(frozen=True, slots=True)
class Served:
    """Where the simulator is to be reached."""

    kubernetes: str
    staging: str
    prometheus: str
    alertmanager: str
    kubeconfig: str

    def line(self) -> str:
        """Return it as one line of JSON."""
        return json.dumps({name: getattr(self, name) for name in self.__slots__})


class Simulator:
    """Use as `async with Simulator(plan) as served:`; everything ends with the block."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._stack = AsyncExitStack()
        self._tasks: list[asyncio.Task[None]] = []
        self.production, self.staging = self._open_production(), self._open_staging()

    def _open_production(self) -> LiveWorld:
        plan = self._plan
        store = Store(WorldClock(plan.speed), plan.seed)
        built = build_production(store, seed=plan.seed, nodes=plan.nodes, pods=plan.pods, story=plan.story)
        world = LiveWorld(built, plan.seed, stories.coming_images(plan.story))
        stories.begin(world, plan.story)
        Churn(built.context, plan.events_per_second, plan.replacements_per_second, plan.seed).begin()
        return world

    def _open_staging(self) -> LiveWorld:
        seed = self._plan.seed + 1
        store = Store(WorldClock(self._plan.speed), seed)
        return LiveWorld(build_staging(store, seed=seed), seed)

    async def __aenter__(self) -> Served:
        """Begin to serve. Raises OSError when a port is taken or the kubeconfig cannot be written."""
        try:
            return await self._serve()
        except BaseException:
            await self._stack.aclose()
            raise

    async def __aexit__(self, *_: object) -> None:
        await self._stack.aclose()

    async def _serve(self) -> Served:
        users = {PRODUCTION: standard_users(), STAGING: standard_users()}
        world = self.production
        monitoring = Monitoring(world.store, world, world.store.clock, self._plan.seed)
        # Who asks at once shall not find rules that nobody has evaluated.
        monitoring.tick(world.store.clock.now())
        prometheus = await self._site(prometheus_app(monitoring), 1)
        alertmanager = await self._site(alertmanager_app(monitoring), 2)
        behind = {("monitoring", "prometheus"): prometheus, ("monitoring", "alertmanager"): alertmanager}
        urls = {
            PRODUCTION: await self._site(self._kubernetes(self.production, users[PRODUCTION], behind), 0),
            STAGING: await self._site(self._kubernetes(self.staging, users[STAGING], {}), 3),
        }
        self._begin(monitoring.run())
        for world in (self.production, self.staging):
            self._begin(world.context.agenda.run())
            self._begin(_compact(world.store))
        written = self._write_kubeconfig(urls, users)
        return Served(urls[PRODUCTION], urls[STAGING], prometheus, alertmanager, written)

    def _kubernetes(self, world: LiveWorld, users: Users, behind: dict[tuple[str, str], str]) -> web.Application:
        return kubernetes_app(world.store, world.kubelet, users, Faults(), behind)

    async def _site(self, app: web.Application, offset: int) -> str:
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.5)
        await runner.setup()
        self._stack.push_async_callback(runner.cleanup)
        port = self._plan.port + offset if self._plan.port else 0
        await web.TCPSite(runner, HOST, port).start()
        return f"http://{HOST}:{runner.addresses[0][1]}"

    def _begin(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.append(task)
        self._stack.push_async_callback(_cancel, task)

    def _write_kubeconfig(self, urls: dict[str, str], users: dict[str, Users]) -> str:
        merged = kubeconfig(urls[PRODUCTION], users[PRODUCTION], _PRODUCTION_CONTEXTS)
        other = kubeconfig(urls[STAGING], users[STAGING], _STAGING_CONTEXTS)
        for part in ("clusters", "users", "contexts"):
            merged[part] = [*merged[part], *other[part]]  # type: ignore[misc]
        path = self._plan.kubeconfig
        if path is None:
            descriptor, name = tempfile.mkstemp(prefix="cockpit-simulator-", suffix=".kubeconfig")
            path = Path(name)
            self._stack.callback(path.unlink, missing_ok=True)
        else:
            # It holds tokens: readable for its owner only, from its first byte on.
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            os.fchmod(descriptor, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump(merged, file, indent=1)
            file.write("\n")
        return str(path.absolute())


async def _cancel(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def _compact(store: Store) -> None:
    revision = store.revision
    while True:
        await asyncio.sleep(COMPACTED_EVERY_SECONDS)
        store.forget(revision)
        revision = store.revision
