"""The runbook of an alert among the files of a folder."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from state.alerts.model import Alert, AlertState, Severity
from state.alerts.runbooks import LARGEST, Runbook, address_of, linked, named, runbook_of, runbooks_in

KNOWN = {
    place.casefold(): place
    for place in (
        "KubePodCrashLooping.md",
        "kubernetes/KubeNodeNotReady.md",
        "a/Full.md",
        "b/Full.md",
        "pay/disk.markdown",
    )
}


def alert(name: str = "Down", **annotations: str) -> Alert:
    return Alert("f", name, Severity.CRITICAL, AlertState.ACTIVE, (), tuple(annotations.items()), 0.0)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "outside.md").write_text("secret")
    folder = tmp_path / "runbooks"
    (folder / "pay").mkdir(parents=True)
    (folder / "Down.md").write_text("# Down\x1b]0;x\x07\nSee [the disk](pay/disk.md).")
    (folder / "pay" / "disk.md").write_text("See [up](../Down.md).")
    (folder / "link.md").symlink_to(tmp_path / "outside.md")
    (folder / ".hidden.md").write_text("hidden")
    return folder


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("https://runbooks.example/runbooks/kubernetes/kubepodcrashlooping", "KubePodCrashLooping.md"),
        ("https://github.com/o/r/blob/main/kubernetes/KubeNodeNotReady.md#mend", "kubernetes/KubeNodeNotReady.md"),
        ("KubeNodeNotReady", "kubernetes/KubeNodeNotReady.md"),
        ("pay/disk.markdown", "pay/disk.markdown"),
        ("pay/disk", "pay/disk.markdown"),
        ("a/Full", "a/Full.md"),
        ("https://wiki/Full", None),
        ("https://wiki/", None),
        ("", None),
        ("Kube%50odCrashLooping.md", "KubePodCrashLooping.md"),
    ],
)
def test_an_address_means_the_file_that_is_its_longest_end(address: str, place: str | None) -> None:
    assert named(address, KNOWN) == place


@given(st.text(max_size=60))
def test_what_others_wrote_is_only_looked_up(address: str) -> None:
    found = named(address, KNOWN)
    assert found is None or found in KNOWN.values()


def test_it_is_found_by_what_the_alert_names_then_by_its_own_name(folder: Path) -> None:
    assert (found := runbook_of(alert(runbook_url="https://x/pay/disk"), folder)) is not None
    assert found.name == "pay/disk.md"
    assert (found := runbook_of(alert(runbook_url="https://x/other"), folder)) is not None
    assert found.name == "Down.md"
    assert "\x1b" not in found.text
    assert runbook_of(alert("Other"), folder) is None
    assert address_of(alert(runbook="pay/disk.md")) == "pay/disk.md"


def test_nothing_outside_of_the_folder_is_ever_read(folder: Path) -> None:
    assert set(runbooks_in(folder).values()) == {"Down.md", "pay/disk.md"}
    for address in (
        "../outside.md",
        "/etc/passwd",
        str(folder.parent / "outside.md"),
        "link.md",
        "pay/../../outside.md",
    ):
        assert runbook_of(alert("Other", runbook_url=address), folder) is None


def test_links_lead_to_other_runbooks_alone(folder: Path) -> None:
    down = runbook_of(alert(), folder)
    assert isinstance(down, Runbook)
    disk = linked("pay/disk.md", down, folder)
    assert disk is not None
    assert (back := linked("../Down.md", disk, folder)) is not None
    assert back.name == "Down.md"
    for href in ("https://x/Down.md", "file:///etc/passwd", "../../outside.md", "javascript:x"):
        assert linked(href, down, folder) is None


def test_a_long_one_is_cut_and_says_so(folder: Path) -> None:
    (folder / "Long.md").write_text("x" * (LARGEST + 1))
    found = runbook_of(alert("Long"), folder)
    assert found is not None
    assert (found.cut, len(found.text)) == (True, LARGEST)


def test_a_folder_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="No such file"):
        runbook_of(alert(), tmp_path / "none")
