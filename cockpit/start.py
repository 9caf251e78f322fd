"""What the app begins with: how it looks, and how to open the session once the first frame stands."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from cockpit.opening import Opened
    from state.cluster.target import Target
    from state.ref import Ref
    from state.settings import Settings

USAGE = 2
"""The exit code for wrong usage."""
CONFIG = 3
"""The exit code for a configuration or kubeconfig that cannot be used."""
_OF_THE_FIRST = ("COCKPIT_CONTEXT", "COCKPIT_NAMESPACE", "COCKPIT_PROMETHEUS", "COCKPIT_ALERTMANAGER")


class CannotOpen(Exception):
    """The session cannot be opened for good: the text says why in one sentence, for the terminal left behind."""

    def __init__(self, text: str, exit_code: int = CONFIG) -> None:
        super().__init__(text)
        self.exit_code = exit_code


class Opening(Protocol):
    """Makes a session. Called once, on a thread, after the first frame."""

    def __call__(self, show_object: "Callable[[Ref], Awaitable[None]]") -> "Opened":
        """Return the opened cockpit; `show_object` goes to an object's place. Blocks; raises CannotOpen."""
        ...


@dataclass(frozen=True, slots=True)
class Look:
    """How the screen looks, as far as it must be known for the first frame."""

    theme: str = "dark"
    ascii: bool = False
    animations: bool = True


@dataclass(frozen=True, slots=True)
class Start:
    """What the command line said, and how to make a session of it."""

    flags: Mapping[str, Any]
    """The fields of `state.settings.Flags`, as the command line said them."""
    environ: Mapping[str, str]
    kubeconfig: Path | None = None
    act_as: str = ""
    as_groups: tuple[str, ...] = ()

    def __call__(self, show_object: "Callable[[Ref], Awaitable[None]]") -> "Opened":
        """Return the opened cockpit. Blocks for its imports; raises CannotOpen."""
        from cockpit.opening import open_cockpit
        from state import memory
        from state.cluster.errors import ConfigError
        from state.cluster.kubeconfig import find_target, paths_of
        from state.config import InvalidConfig, config_path, load_config
        from state.settings import Flags, resolve

        memory.share_arenas()
        environ, flags = self.environ, Flags(**self.flags)
        try:
            config = load_config(config_path(environ), must_exist="COCKPIT_CONFIG" in environ)
            settings = resolve(flags, environ, config)
            target = find_target(settings.context, self.kubeconfig, environ)
        except (InvalidConfig, ConfigError) as error:
            raise CannotOpen(str(error)) from error
        if not settings.context:
            settings = resolve(flags, environ, config, target.context)
        if self.act_as or self.as_groups:
            user = self.act_as or target.user.impersonation.user
            if not user:
                raise CannotOpen("--as-group needs a user to act as: add --as", USAGE)
            target = target.acting_as(user, self.as_groups)
        data = settings.data_dir or _data_folder()
        try:
            data.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError as error:
            said = f"the data folder {data} cannot be made: {error.strerror}; choose another with --data-dir"
            raise CannotOpen(said) from error
        acting = (target.user.impersonation.user, self.as_groups) if self.act_as or self.as_groups else None

        def find(name: str) -> "tuple[Settings, Target]":
            # What the command line and the environment say of servers and namespaces is about the first context.
            own = Flags(context=name, read_only=flags.read_only, board=flags.board, data_dir=flags.data_dir)
            other = {key: value for key, value in environ.items() if key not in _OF_THE_FIRST}
            there = find_target(name, self.kubeconfig, environ)
            return resolve(own, other, config), there.acting_as(*acting) if acting else there

        kubeconfigs = paths_of(self.kubeconfig, environ)
        return open_cockpit(settings, target, data, environ, show_object, find, kubeconfigs)


def look_of(environ: Mapping[str, str]) -> Look:
    """Return how the screen looks. Costs nothing where nothing is configured; raises CannotOpen when that is broken."""
    if not any(name in environ for name in ("COCKPIT_CONFIG", "COCKPIT_ASCII", "COCKPIT_ANIMATIONS")):
        from platformdirs import user_config_path

        if not (user_config_path("cockpit") / "config.toml").exists():
            return Look()
    from state.config import InvalidConfig, config_path, load_config
    from state.settings import Flags, resolve

    try:
        config = load_config(config_path(environ), must_exist="COCKPIT_CONFIG" in environ)
        ui = resolve(Flags(), environ, config).ui
    except InvalidConfig as error:
        raise CannotOpen(str(error)) from error
    return Look(ui.theme, ui.ascii, ui.animations)


def _data_folder() -> Path:
    from platformdirs import user_data_path

    return user_data_path("cockpit")
