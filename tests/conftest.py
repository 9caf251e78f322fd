"""What tests of several packages share."""

from collections.abc import Iterator

import pytest

from cockpit.demo_world import DemoWorld, Endpoints


@pytest.fixture(scope="session")
def simulated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Endpoints]:
    """A calm simulated platform in a process of its own, one for all tests of a run."""
    world = DemoWorld(tmp_path_factory.mktemp("simulated"), options=("--story", "calm"))
    yield world.wait()
    world.close()
