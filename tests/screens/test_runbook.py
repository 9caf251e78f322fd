"""A runbook on the screen: rendered, followed, copied, whatever is in it."""

from pathlib import Path

from textual.widgets import Markdown

from screens.runbook import RunbookScreen
from state.alerts.runbooks import read
from tests.screens.hosts import hosted

TEXT = """# Disk full

1. Look at `df -h`
2. Run the **cleanup** [of the other](other.md)

| mount | size |
|---|---|
| [bold]x[/bold] | 5\x1b[31m |

```sh
kubectl -n pay get pods
```

[odd](javascript:alert) <b>html</b> [/nonsense] ![picture](file:///etc/passwd)
"""


async def test_a_runbook_is_rendered_and_leads_to_others(tmp_path: Path) -> None:
    (tmp_path / "disk.md").write_text(TEXT)
    (tmp_path / "other.md").write_text("# The other one")
    screen = RunbookScreen(read(tmp_path, "disk.md"), tmp_path, "https://runbooks.example/disk")
    async with hosted(screen) as opened:
        await opened.shows(
            "Runbook disk.md", "Disk full", "cleanup", "kubectl -n pay get pods", "[bold]x[/bold]", "html"
        )
        assert "\x1b" not in opened.text
        await opened.press("c")
        assert opened.app.clipboard.startswith("# Disk full")
        await opened.press("o")
        assert opened.app.clipboard == "https://runbooks.example/disk"
        markdown = screen.query_one(Markdown)
        markdown.post_message(Markdown.LinkClicked(markdown, "javascript:alert"))
        await opened.until(lambda: opened.app.clipboard == "javascript:alert", "an odd link is copied, not opened")
        markdown.post_message(Markdown.LinkClicked(markdown, "#disk-full"))
        markdown.post_message(Markdown.LinkClicked(markdown, "other.md"))
        await opened.shows("Runbook other.md", "The other one")
        await opened.press("escape")
        await opened.shows("Runbook disk.md")
