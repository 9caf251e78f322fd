"""The built wheel, installed into an environment of its own and run where packages named like ours lie."""

import json
import os
import site
import subprocess
import sys
import venv
import zipfile
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = {"cockpit", "screens", "widgets", "state"}
SECONDS = 60.0


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from the checkout without a network."""
    out = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(out), str(ROOT)]
    subprocess.run(command, check=True, capture_output=True, timeout=SECONDS)
    (built,) = out.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of programs of an environment that holds the wheel; its dependencies are those of this one."""
    folder = tmp_path_factory.mktemp("environment")
    venv.EnvBuilder(symlinks=True).create(folder)
    python = folder / "bin" / "python"
    command = [sys.executable, "-m", "pip", "--python", str(python), "install", "--no-deps", "--no-index", str(wheel)]
    subprocess.run(command, check=True, capture_output=True, timeout=SECONDS)
    # Named in a .pth file a folder is searched, but its own .pth files, our editable install among them, are not read.
    (packages,) = folder.glob("lib/python*/site-packages")
    (packages / "dependencies.pth").write_text("\n".join(site.getsitepackages()) + "\n")
    return python.parent


@pytest.fixture
def decoys(tmp_path: Path) -> Path:
    """A folder in which `import state` and its like would end the program."""
    for name in PACKAGES - {"cockpit"}:
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").write_text("raise SystemExit('the decoy was imported')\n")
    return tmp_path


def run(command: Sequence[str | Path], folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a command in a folder as a user who has nothing yet."""
    env = {"PATH": os.environ["PATH"], "HOME": str(folder), "PYTHONUTF8": "1"}
    return subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, timeout=SECONDS)


def test_it_holds_the_four_packages_whole_and_nothing_else(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = {name for name in archive.namelist() if ".dist-info/" not in name}
    ours = {
        str(path.relative_to(ROOT))
        for package in PACKAGES
        for path in (ROOT / package).rglob("*")
        if path.is_file() and path.parent.name != "__pycache__"
    }
    assert {"cockpit/cockpit.tcss", "cockpit/demo/capabilities.csv"} <= ours
    assert names == ours


def test_it_says_what_it_is(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        info = next(name for name in archive.namelist() if name.endswith(".dist-info/METADATA")).rpartition("/")[0]
        metadata = archive.read(f"{info}/METADATA").decode()
        assert archive.read(f"{info}/entry_points.txt").decode().split() == [
            "[console_scripts]",
            "cockpit",
            "=",
            "cockpit.__main__:main",
        ]
        assert f"{info}/licenses/LICENSE" in archive.namelist()
    assert f"\nVersion: {version('mvp-platform-cockpit')}\n" in metadata
    assert "\nLicense-Expression: Apache-2.0\n" in metadata
    assert "\nRequires-Python: >=3.11\n" in metadata


@pytest.mark.parametrize("start", [("cockpit",), ("python", "-m", "cockpit")])
def test_it_runs_where_packages_named_like_ours_lie(installed: Path, decoys: Path, start: tuple[str, ...]) -> None:
    command = [installed / start[0], *start[1:]]
    said = run([*command, "--version"], decoys)
    assert (said.returncode, said.stderr) == (0, "")
    assert said.stdout == f"cockpit, version {version('mvp-platform-cockpit')}\n"
    # Doctor imports all of `state` that a session needs, the board's and the cluster's side.
    looked = run([*command, "doctor", "--json"], decoys)
    assert looked.stderr == ""
    assert {one["topic"] for one in json.loads(looked.stdout)["findings"]} >= {"config", "contexts", "board"}


def test_what_runs_is_what_was_installed(installed: Path, decoys: Path) -> None:
    said = run(
        [installed / "python", "-P", "-c", "import state, cockpit; print(state.__file__, cockpit.__file__)"], decoys
    )
    assert said.stderr == ""
    assert [Path(one).is_relative_to(installed.parent) for one in said.stdout.split()] == [True, True]


def test_its_demo_begins_where_packages_named_like_ours_lie(installed: Path, decoys: Path) -> None:
    script = (
        "from pathlib import Path\n"
        "from cockpit.demo_world import DemoWorld\n"
        "from cockpit.demo.board import demo_board\n"
        "with DemoWorld(Path('.'), options=('--story', 'calm')) as world:\n"
        "    print(world.wait().kubeconfig)\n"
        "print(len(demo_board(0.0).cards))\n"
    )
    said = run([installed / "python", "-P", "-c", script], decoys)
    assert said.stderr == ""
    assert said.stdout.split() == [str(decoys / "kubeconfig"), "54"]
