"""What the documents say of keys, settings, flags and files is what the program has."""

import importlib.util
import re
from pathlib import Path
from types import ModuleType

import click
import pytest

from cockpit.cli.root import cockpit
from state import config

ROOT = Path(__file__).parents[2]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])
CONFIGURATION = (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8")
_FENCED = re.compile(r"^```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)
_VARIABLE = re.compile(r"COCKPIT_[A-Z_]*[A-Z]")


def blocks(language: str) -> list[tuple[str, str]]:
    """The fenced blocks of a language with the name of their document."""
    return [
        (document.name, body)
        for document in DOCUMENTS
        for found, body in _FENCED.findall(document.read_text(encoding="utf-8"))
        if found == language
    ]


@pytest.fixture(scope="module")
def tables() -> ModuleType:
    """The script that writes the tables."""
    spec = importlib.util.spec_from_file_location("tables", ROOT / "docs" / "tables.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_tables_of_keys_are_those_of_the_program(tables: ModuleType) -> None:
    for (document, name), table in tables.TABLES.items():
        text = (ROOT / document).read_text(encoding="utf-8")
        assert tables.renewed(text, name, table()) == text, "renew them: .venv/bin/python docs/tables.py"


def test_a_document_without_marks_is_named(tables: ModuleType) -> None:
    with pytest.raises(ValueError, match="there is no <!-- keys -->"):
        tables.renewed("no marks", "keys", "a table")


@pytest.mark.parametrize(
    ("heading", "struct"),
    [
        ("### At the top", config._File),
        ("### `[contexts.NAME]`", config._Section),
        ("### `prometheus` and `alertmanager`, as tables", config.WrittenEndpoint),
        ("### `[ui]`", config.Ui),
        ("### `[apps]`", config.Apps),
        ("### `[apps.production]`", config.Production),
        ("### `[[apps.rules]]`", config.Rule),
        ("### `[apps.about.NAME]`", config.About),
        ("### `[[apps.waivers]]`", config.Waiver),
        ("### `[logs]`", config.Logs),
        ("### `[journal]`", config.Kept),
        ("### `[alerts]`", config.Alerts),
    ],
)
def test_every_key_of_the_configuration_is_described_where_it_belongs(heading: str, struct: type) -> None:
    section = re.split(r"^#", CONFIGURATION.partition(f"{heading}\n")[2], flags=re.MULTILINE)[0]
    assert re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE) == list(struct.__struct_fields__)


@pytest.mark.parametrize(("document", "body"), blocks("toml"))
def test_the_examples_of_configuration_can_be_used(document: str, body: str) -> None:
    assert config.read_config(body, ROOT / document).contexts


def test_every_variable_of_the_environment_is_described() -> None:
    sources = [*(ROOT / "state").rglob("*.py"), *(ROOT / "cockpit").rglob("*.py")]
    read = {name for path in sources for name in _VARIABLE.findall(path.read_text(encoding="utf-8"))}
    described = re.findall(r"^\| `(COCKPIT_\w+)` \|", CONFIGURATION, re.MULTILINE)
    assert len(described) == len(set(described))
    computed = {"COCKPIT_PROMETHEUS", "COCKPIT_ALERTMANAGER"}
    assert set(described) == read | computed


@pytest.mark.parametrize(("document", "body"), blocks("sh") + blocks(""))
def test_every_command_in_the_documents_can_be_typed(document: str, body: str) -> None:
    for line in body.splitlines():
        words = [word for word in line.partition("#")[0].split() if not re.match(r"[A-Z_]+=", word)]
        if not words or Path(words[0]).name != "cockpit":
            continue
        command: click.Command = cockpit
        for word in words[1:]:
            found = command.get_command(click.Context(command), word) if isinstance(command, click.Group) else None
            if found is None:
                break
            command = found
        known = {option for parameter in command.params for option in parameter.opts} | {"--help"}
        assert {word for word in words if word.startswith("-")} <= known, f"{document}: {line}"


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: document.name)
def test_links_lead_somewhere(document: Path) -> None:
    for target in re.findall(r"\]\((?!https?:)([^)#]*)(?:#[^)]*)?\)", document.read_text(encoding="utf-8")):
        assert not target or (document.parent / target).exists(), target


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: document.name)
def test_files_of_the_program_that_are_named_are_there(document: Path) -> None:
    named = re.findall(r"`((?:state|screens|widgets|cockpit|tests)/[\w./]*)`", document.read_text(encoding="utf-8"))
    assert not [path for path in named if not (ROOT / path).exists()]


@pytest.mark.parametrize("picture", sorted((ROOT / "docs" / "pictures").glob("*.svg")), ids=lambda path: path.name)
def test_pictures_fetch_nothing_and_show_no_path(picture: Path) -> None:
    text = picture.read_text(encoding="utf-8")
    assert not re.findall(r"url\((?!#)[^)]*\)|@import|@font-face|<image|<script|/tmp/|/home/|/root/|/work/", text)
