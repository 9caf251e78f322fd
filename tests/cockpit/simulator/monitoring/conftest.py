from collections.abc import Callable

import pytest

from cockpit.simulator.kinds import DEPLOYMENTS, PODS
from tests.cockpit.simulator.monitoring.small_world import World, deployment


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def make_world() -> Callable[[float], World]:
    return World


@pytest.fixture
def release() -> Callable[[World], None]:
    """A release of `api` that crashes in a loop."""

    def act(world: World) -> None:
        world.store.create(DEPLOYMENTS, deployment(2))
        world.set_pod("api-1", waiting="CrashLoopBackOff", restarts=3)
        broken = world.time
        world.platform.error_ratio = lambda when: 0.042 if when >= broken else 0.0004

    return act


@pytest.fixture
def roll_back() -> Callable[[World], None]:
    """The way back from `release`."""

    def act(world: World) -> None:
        old = world.store.get(DEPLOYMENTS, "pay", "api")
        assert old is not None
        world.store.replace(DEPLOYMENTS, {**old.object, "status": deployment(3)["status"]})
        world.store.remove(PODS, "pay", "api-1")
        world.add_pod("api-2")
        mended, before = world.time, world.platform.error_ratio
        world.platform.error_ratio = lambda when: 0.0004 if when >= mended else before(when)

    return act
