"""What tests of several packages share."""

import os
from collections.abc import Iterator

import pytest
from hypothesis import settings

from cockpit.demo_world import DemoWorld, Endpoints

# The same examples in every run, so that a red one is about the change. HYPOTHESIS_SEARCH=1 looks for new ones.
settings.register_profile("repeatable", derandomize=True, deadline=None)
if not os.environ.get("HYPOTHESIS_SEARCH"):
    settings.load_profile("repeatable")


@pytest.fixture(scope="session")
def simulated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Endpoints]:
    """A calm simulated platform in a process of its own, one for all tests of a run."""
    world = DemoWorld(tmp_path_factory.mktemp("simulated"), options=("--story", "calm"))
    yield world.wait()
    world.close()
