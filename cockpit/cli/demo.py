"""`cockpit demo`: the cockpit on a simulated platform, with a board and a data folder of its own."""

import os
import shutil
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cockpit import garbage
from cockpit.cli.root import SCREENS, fail, need_terminal
from cockpit.demo_world import DemoWorld, DemoWorldFailed
from cockpit.start import CannotOpen, Start, look_of

if TYPE_CHECKING:
    from cockpit.opening import Opened
    from state.ref import Ref

_OF_THE_USER = ("COCKPIT_", "KUBECONFIG", "KUBERNETES_")
_SOMEBODY = "you"
_HOW_IT_LOOKS = ("COCKPIT_ASCII", "COCKPIT_ANIMATIONS")


@dataclass(frozen=True, slots=True)
class DemoStart:
    """Waits for the simulated platform, writes the demo's board, and opens the cockpit on both."""

    world: DemoWorld
    folder: Path
    read_only: bool | None = None

    def __call__(self, show_object: "Callable[[Ref], Awaitable[None]]") -> "Opened":
        """Return the opened cockpit. Blocks; raises CannotOpen."""
        from cockpit.demo.board import demo_changes
        from state.author import is_person
        from state.board.errors import BoardError
        from state.board.store import NOTHING, open_file

        board, config = self.folder / "board.json", self.folder / "config.toml"
        try:
            open_file(board).commit(NOTHING, demo_changes(time.time()))
            config.touch()
        except (BoardError, OSError) as error:
            raise CannotOpen(f"the demo's board cannot be written: {error}", 1) from error
        environ = {
            **{name: value for name, value in os.environ.items() if not name.startswith(_OF_THE_USER)},
            "COCKPIT_CONFIG": str(config),
        }
        if not is_person(environ.get("USER", "")):
            environ["COCKPIT_WHO"] = _SOMEBODY
        try:
            world = self.world.wait()
        except DemoWorldFailed as error:
            raise CannotOpen(str(error), 1) from error
        flags = {
            "context": "prod-eu",
            "read_only": self.read_only,
            "prometheus": world.prometheus,
            "alertmanager": world.alertmanager,
            "board": board,
            "data_dir": self.folder,
        }
        return Start(flags, environ, world.kubeconfig)(show_object)


@click.command()
@click.option("--screen", type=click.Choice(SCREENS), default="overview", help="The screen to begin with.")
@click.option("--read-only", is_flag=True, default=None, help="Refuse everything that changes a cluster.")
@click.option("--story", type=click.Choice(("calm", "night")), default="night", show_default=True)
@click.option("--speed", type=click.FloatRange(0.01, 1000), default=1.0, show_default=True, help="How hurried it is.")
@click.option("--seed", default=1, show_default=True, help="The same seed tells the same story.")
@click.option("--pods", type=click.IntRange(0, 100_000), default=0, help="At least so many pods.")
@click.option("--log-level", type=click.Choice(("debug", "info", "warning", "error")), default="info")
def demo(screen: str, read_only: bool | None, story: str, speed: float, seed: int, pods: int, log_level: str) -> None:
    """Show the cockpit on a simulated platform. Touches neither your kubeconfig nor your board; leaves nothing.

    A platform team eleven weeks into its MVP. After 40 seconds a bad release goes out.
    """
    need_terminal(os.environ)
    garbage.hold()
    from cockpit.run import run_app

    look = look_of({name: os.environ[name] for name in _HOW_IT_LOOKS if name in os.environ})
    options = ("--story", story, "--speed", str(speed), "--seed", str(seed), "--pods", str(pods))
    with own_folder() as folder:
        try:
            world = DemoWorld(folder, options=options)
        except DemoWorldFailed as error:
            click.echo(f"cockpit: {error}", err=True)
            code = 1
        else:
            with world:
                code = run_app(DemoStart(world, folder, read_only), look, screen, log_level, folder / "cockpit.log")
    sys.exit(code)


@contextmanager
def own_folder() -> Iterator[Path]:
    """A folder of this demo's own. It goes with the demo, unless that crashed: the log in it was promised then."""
    try:
        folder = Path(tempfile.mkdtemp(prefix="cockpit-demo-"))
    except OSError as error:
        fail(f"the demo needs a folder for a while: {error.strerror}; let TMPDIR name one that can be written")
    crashed = False
    try:
        yield folder
    except SystemExit:
        crashed = True
        raise
    finally:
        if not crashed:
            shutil.rmtree(folder, ignore_errors=True)
