"""What a release changed in the template of its workload's pods."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll

from screens.commands import bindings
from screens.frame import Frame
from state.age import short_age
from state.apps.releases import Release
from state.cell import Cell, Tone
from state.clock import SYSTEM
from state.cluster.operations.template_diff import template_diff
from widgets.cell_lines import Bold, CellLines, Line


class DiffScreen(Frame):
    """The template of one revision against that of the revision before it."""

    DEFAULT_CSS = """
    DiffScreen VerticalScroll { height: 1fr; padding: 0 1; background: transparent; scrollbar-size-vertical: 1; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("pushed")]
    AUTO_FOCUS = "VerticalScroll"

    def __init__(self, release: Release) -> None:
        super().__init__()
        self._release = release

    def compose_body(self) -> ComposeResult:
        with VerticalScroll():
            yield CellLines(lines_of(self._release, SYSTEM.wall()))

    def action_back(self) -> None:
        self.dismiss()


def lines_of(release: Release, now: float) -> list[Line]:
    """Return a release in lines: what it was, when, by whom, and field by field what it changed."""
    when = "at a time that nothing tells" if release.when is None else f"{short_age(now - release.when)} ago"
    inferred = f" (known {release.inferred})" if release.when is not None and release.inferred else ""
    said = f"{release.workload.path} revision {release.revision}"
    kind = "failed" if release.failed else release.kind.value
    lines: list[Line] = [
        (
            Bold(f"{release.tool.value}: {said}" if release.tool is not None else said),
            Cell(f"  {release.version}", Tone.FOCUS),
        ),
        (Cell(f"{kind}, {when}{inferred}", Tone.QUIET),),
    ]
    if release.by:
        lines.append((Cell(f"by {release.by}", Tone.QUIET),))
    if release.cause:
        lines.append((Cell(release.cause, Tone.QUIET),))
    lines.append(())
    if release.tool is not None:
        words = f"{release.tool.value} keeps no templates: the revisions of the workloads say what changed in them"
        return [*lines, (Cell(words, Tone.QUIET),)]
    if release.before is None:
        return [*lines, (Cell("the revision before it is not kept: there is nothing to compare with", Tone.QUIET),)]
    changed = template_diff(release.before, release.template)
    return [*lines, *(changed or ((Cell("the template did not change", Tone.QUIET),),))]
