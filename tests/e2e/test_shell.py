"""A shell in a container, in a real terminal: into it, through it, and back to the screen."""

from collections.abc import Callable

import pytest

from cockpit.demo_world import DemoWorld, Endpoints
from tests.e2e.conftest import Desk, cockpit_on
from tests.e2e.terminal import Terminal


def filtered(cockpit: Terminal, pod: str) -> None:
    """Put the cursor on a pod of the cluster screen."""
    cockpit.wait_for(r"╭─ Pods  \d+")
    cockpit.keys("/")
    cockpit.wait_for(r"^ +/")
    cockpit.type(pod)
    cockpit.wait_for(rf"╭─ Pods  1 of .*\n.*\n.* {pod}")
    cockpit.keys("Enter")
    cockpit.settle()


def test_a_shell_takes_keys_and_sizes_and_gives_the_screen_back(
    terminal: Callable[..., Terminal], simulated: Endpoints, desk: Desk
) -> None:
    cockpit = terminal(cockpit_on(simulated, desk, "--screen", "cluster"))
    filtered(cockpit, "payments-db-0")
    cockpit.keys("s")
    cockpit.wait_for(r"Shell \w+ in payments/payments-db-0 .*ctrl\+d or exit leaves")
    cockpit.wait_for(r"^/ \$")
    cockpit.type("stty size; hostname")
    cockpit.keys("Enter")
    cockpit.wait_for(r"^36 120$")
    cockpit.wait_for(r"^payments-db-0$")
    cockpit.resize(100, 30)
    cockpit.settle()
    cockpit.type("stty size")
    cockpit.keys("Enter")
    cockpit.wait_for(r"^30 100$")
    cockpit.keys("C-d")
    cockpit.wait_for(r"╭─ Pods ")
    cockpit.keys("q")
    assert cockpit.wait_for_end() == 0
    assert not cockpit.left_behind


def test_a_lost_connection_leads_back_to_the_screen(
    terminal: Callable[..., Terminal], desk: Desk, tmp_path_factory: pytest.TempPathFactory
) -> None:
    world = DemoWorld(tmp_path_factory.mktemp("lost"), options=("--story", "calm"))
    try:
        cockpit = terminal(cockpit_on(world.wait(), desk, "--screen", "cluster"))
        filtered(cockpit, "payments-db-0")
        cockpit.keys("s")
        cockpit.wait_for(r"^/ \$")
    finally:
        world.close()
    cockpit.wait_for(r"connection lost")
    cockpit.wait_for(r"╭─ Pods ")
    cockpit.keys("q")
    assert cockpit.wait_for_end() == 0
    assert not cockpit.left_behind
