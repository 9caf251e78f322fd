"""`cockpit simulate`: the simulated platform alone."""

import asyncio
import ctypes
import gc
import os
import signal
import sys
from pathlib import Path

import click

from cockpit.simulator.simulator import Plan, Simulator
from cockpit.simulator.story import STORIES

_PR_SET_PDEATHSIG = 1
_STDIN = 0


@click.command()
@click.option("--port", default=0, show_default=True, help="Port of the cluster's API, others follow it; 0: free ones.")
@click.option("--nodes", type=click.IntRange(1, 5000), default=12, show_default=True)
@click.option("--pods", type=click.IntRange(0, 100_000), default=0, help="At least so many pods.  [default: about 214]")
@click.option("--events-per-second", type=click.FloatRange(0, 20_000), default=0.0, help="Pods that change a second.")
@click.option("--replacements-per-second", type=click.FloatRange(0, 1000), default=0.0, help="Pods replaced a second.")
@click.option("--seed", default=1, show_default=True, help="The same seed tells the same story.")
@click.option("--speed", type=click.FloatRange(0.01, 1000), default=1.0, show_default=True, help="How hurried it is.")
@click.option("--story", type=click.Choice(STORIES), default="night", show_default=True)
@click.option("--kubeconfig-out", type=click.Path(dir_okay=False, path_type=Path), help="Write the kubeconfig here.")
@click.option("--end-with-input", is_flag=True, help="End when standard input does.")
@click.option("--end-with-parent", is_flag=True, hidden=True)
def simulate(
    port: int,
    nodes: int,
    pods: int,
    events_per_second: float,
    replacements_per_second: float,
    seed: int,
    speed: float,
    story: str,
    kubeconfig_out: Path | None,
    end_with_input: bool,
    end_with_parent: bool,
) -> None:
    """Serve a simulated platform on loopback until interrupted.

    Prints one line of JSON when it is ready: the URLs of the two clusters, of Prometheus and of Alertmanager, and the
    path of a kubeconfig with the contexts prod-eu, prod-eu-viewer, prod-eu-payments, prod-eu-nobody and staging-eu.
    The night begins 40 seconds after the opening, divided by the speed.
    """
    if end_with_parent:
        _die_with_parent()
    plan = Plan(port, nodes, pods, events_per_second, replacements_per_second, seed, speed, story, kubeconfig_out)
    try:
        asyncio.run(_serve(plan, end_with_input))
    except OSError as error:
        where = error.filename or f"port {port}"
        click.echo(f"cockpit simulate: {where}: {error.strerror}; choose another", err=True)
        sys.exit(1)


async def _serve(plan: Plan, end_with_input: bool) -> None:
    loop, ended = asyncio.get_running_loop(), asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(number, ended.set)
    if end_with_input:
        loop.add_reader(_STDIN, _read_input, ended)
    simulator = Simulator(plan)
    # What stands now stays for long: the collector need not look at it again and again.
    gc.collect()
    gc.freeze()
    async with simulator as served:
        click.echo(served.line())
        await ended.wait()


def _read_input(ended: asyncio.Event) -> None:
    if not os.read(_STDIN, 4096):
        ended.set()


def _die_with_parent() -> None:
    """Ask the kernel to end this process with the thread that started it; where it cannot, the pipe must do."""
    try:
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    except (AttributeError, OSError):
        return
