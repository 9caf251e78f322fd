"""This machine: the terminal, the configuration file, the log, and the folders."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from cockpit.checkup.finding import Finding, bad, warning, well
from cockpit.kept import nearest, refusal_of
from state.config import Config
from state.printable import printable
from state.settings import Settings

COLUMNS, LINES = 80, 24


@dataclass(frozen=True, slots=True)
class Terminal:
    """What the program's output is."""

    is_terminal: bool
    columns: int
    lines: int
    encoding: str

    @property
    def unicode(self) -> bool:
        """Whether the glyphs can be written."""
        try:
            "✓▲✗━".encode(self.encoding)
        except (UnicodeEncodeError, LookupError):
            return False
        return True


def examine_terminal(terminal: Terminal, environ: Mapping[str, str]) -> Iterator[Finding]:
    """Judge a terminal by its size, encoding and colours."""
    term = printable(environ.get("TERM", ""))
    if not terminal.is_terminal:
        yield warning(
            "terminal", "the output is not a terminal", "the cockpit itself needs one: start it without a pipe"
        )
        return
    size = f"{terminal.columns}x{terminal.lines}"
    if terminal.columns < COLUMNS or terminal.lines < LINES:
        yield warning("terminal", f"{size} is small", f"make it {COLUMNS}x{LINES} or larger")
    elif term in ("", "dumb", "unknown"):
        yield warning("terminal", f"TERM is {term or 'not set'}", "set TERM, for example to xterm-256color")
    elif not terminal.unicode:
        encoding = printable(terminal.encoding)
        yield warning("terminal", f"its encoding is {encoding}", "use a UTF-8 locale, or set ascii = true under [ui]")
    else:
        yield well("terminal", f"{size}, {term}, {_colours(environ)}")


def examine_config(path: Path, config: Config | None, problem: str, settings: Settings | None) -> Iterator[Finding]:
    """Say which file was read, and which settings come from where. `problem` is why it could not be used."""
    if problem:
        yield bad("config", problem, "mend that key, or move the file away to start with the defaults")
        return
    assert config is not None
    made = [f"{name} from {source}" for name, source in (settings.origin if settings else {}).items() if name != "who"]
    origin = f"; {printable(', '.join(made))}" if made else ""
    if config.path is None:
        yield well("config", f"no file at {path}, the defaults hold{origin}")
    else:
        yield well("config", f"{config.path}{origin}")


def examine_folder(topic: str, folder: Path) -> Iterator[Finding]:
    """Say whether a folder can be written, or made, without making it."""
    there, refusal = nearest(folder), refusal_of(folder)
    if refusal:
        made = "" if there == folder else f", so {folder} cannot be made"
        yield bad(topic, f"{refusal}{made}", "mend that, or name another folder")
    else:
        yield well(topic, str(folder) if there == folder else f"{folder} will be made")


def _colours(environ: Mapping[str, str]) -> str:
    if environ.get("NO_COLOR"):
        return "no colours (NO_COLOR)"
    if environ.get("COLORTERM") in ("truecolor", "24bit"):
        return "all colours"
    return "256 colours" if "256" in environ.get("TERM", "") else "few colours (set COLORTERM=truecolor if it can more)"
