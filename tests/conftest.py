"""What tests of several packages share."""

import os
import shutil
from collections.abc import Iterator

import pytest
from hypothesis import settings

from cockpit.demo_world import DemoWorld, Endpoints
from tests.piloting import settled

# The same examples in every run, so that a red one is about the change. HYPOTHESIS_SEARCH=1 looks for new ones.
settings.register_profile("repeatable", derandomize=True, deadline=None)
if not os.environ.get("HYPOTHESIS_SEARCH"):
    settings.load_profile("repeatable")


@pytest.fixture(scope="session", autouse=True)
def prompt_keys() -> Iterator[None]:
    """Let each key of a test go as soon as the one before has had its effect."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("textual.app.wait_for_idle", settled)
        patch.setattr("textual.pilot.wait_for_idle", settled)
        yield


@pytest.fixture(scope="session")
def simulated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Endpoints]:
    """A calm, hurried simulated platform in a process of its own, one for all tests of a run."""
    world = DemoWorld(tmp_path_factory.mktemp("simulated"), options=("--story", "calm", "--speed", "8"))
    yield world.wait()
    world.close()


@pytest.fixture(scope="session")
def openssl() -> str:
    """The program that makes certificates for tests of TLS; where it is missing they say so."""
    if found := shutil.which("openssl"):
        return found
    words = "these tests make certificates with openssl, which is not installed: `apt-get install openssl`"
    if os.environ.get("COCKPIT_REQUIRE_SERVERS"):
        pytest.fail(words)
    pytest.skip(words)
