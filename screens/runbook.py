"""The runbook of an alert: shown where it is a file of the configured folder, else opened and its address copied."""

import sys
from os import environ
from pathlib import Path
from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.screen import Screen
from textual.widgets import Markdown

from screens.commands import bindings
from screens.frame import Frame
from state import threads
from state.alerts.model import Alert
from state.alerts.runbooks import Runbook, address_of, linked, runbook_of
from state.printable import printable
from widgets.pane import Pane

READ_SECONDS = 5.0


class RunbookScreen(Frame):
    """Shows a runbook. Its links lead to other runbooks of the folder, or are opened and copied."""

    DEFAULT_CSS = """
    RunbookScreen VerticalScroll { height: 1fr; scrollbar-size-vertical: 1; }
    RunbookScreen Markdown { padding: 0 1; background: transparent; }
    RunbookScreen MarkdownH1 { content-align: left middle; margin: 0 0 1 0; }
    RunbookScreen MarkdownH2, RunbookScreen MarkdownH3 { margin: 1 0 1 0; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("runbook", "pushed")]
    AUTO_FOCUS = "VerticalScroll"

    def __init__(self, runbook: Runbook, folder: Path, address: str) -> None:
        """`address` is where it is for others, empty where the alert names none."""
        super().__init__()
        self._runbook = runbook
        self._folder = folder
        self._address = address

    def compose_body(self) -> ComposeResult:
        note = "only its beginning: it is too long" if self._runbook.cut else ""
        with Pane(title=printable(self._runbook.name), id="runbook") as pane:
            pane.name_it(f"Runbook {printable(self._runbook.name)}", note)
            with VerticalScroll():
                yield Markdown(self._runbook.text, open_links=False)

    async def on_markdown_link_clicked(self, message: Markdown.LinkClicked) -> None:
        message.stop()
        href, runbook, folder = message.href, self._runbook, self._folder
        if href.startswith("#"):
            # It looks among the headings that somebody has asked for.
            if message.markdown.table_of_contents:
                message.markdown.goto_anchor(href.removeprefix("#"))
            return
        try:
            found = await threads.call("runbook", lambda: linked(href, runbook, folder), timeout=READ_SECONDS)
        except (OSError, TimeoutError, ValueError):
            found = None
        if found is not None:
            self.app.push_screen(RunbookScreen(found, folder, ""))
        else:
            open_address(self, href)

    def action_copy(self) -> None:
        """Copy the runbook as Markdown."""
        self.app.copy_to_clipboard(self._runbook.text)
        self.app.notify("the runbook is copied as Markdown", markup=False)

    def action_open(self) -> None:
        """Open its address, or the file's."""
        open_address(self, self._address or str(self._runbook.path))

    def action_back(self) -> None:
        self.dismiss()


async def show_runbook(screen: Screen[Any], alert: Alert, folder: Path | None) -> None:
    """Show the runbook of an alert, or open and copy its address; say where there is none."""
    address = address_of(alert)
    trouble = ""
    if folder is not None:
        try:
            found = await threads.call("runbook", lambda: runbook_of(alert, folder), timeout=READ_SECONDS)
        except TimeoutError:
            trouble = f"{folder} did not answer in {READ_SECONDS:.0f} s"
        except (OSError, ValueError) as error:
            trouble = f"{folder} cannot be read: {getattr(error, 'strerror', None) or error}"
        else:
            if found is not None:
                screen.app.push_screen(RunbookScreen(found, folder, address))
                return
    if trouble:
        screen.app.notify(printable(f"runbooks: {trouble}"), severity="warning", markup=False)
    if address:
        open_address(screen, address)
    elif not trouble:
        where = f"no file of {folder} is named so" if folder is not None else "no folder of runbooks is configured"
        words = f"{alert.name} names no runbook, and {where}"
        screen.app.notify(printable(words), severity="warning", markup=False)


def open_address(screen: Screen[Any], address: str) -> None:
    """Open a web address where there is a browser; copy it in any case."""
    address = printable(address)
    screen.app.copy_to_clipboard(address)
    if address.startswith(("http://", "https://")) and _has_browser():
        screen.app.open_url(address)
        screen.app.notify(f"opened and copied: {address}", markup=False)
    else:
        screen.app.notify(f"copied: {address}", markup=False)


def _has_browser() -> bool:
    """Whether a browser has a window to open: one in the terminal would draw over the cockpit."""
    return sys.platform == "darwin" or any(environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY"))
