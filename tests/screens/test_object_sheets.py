"""What can be done with an object's texts: folded, searched through folds, secrets revealed one key at a time."""

import base64
import json
import logging
from pathlib import Path
from typing import Any

import pytest

from screens.object import ObjectScreen
from screens.reveal import RevealScreen
from state.cluster.errors import ClusterError, Unreachable
from state.cluster.kinds.kind import Resource
from state.cluster.object_text import ObjectText, SecretValues
from state.cluster.secrets import LAST_APPLIED, SECRETS
from state.cluster.transport import Answer
from tests.screens.hosts import hosted
from widgets.fold_view import FoldView

EVIL = "\x1b]0;pwned\x07\x1b[2Jclean\u202e"
PASSWORD = "correct horse battery"


class Server:
    """One secret and two events of it."""

    def __init__(self, **data: bytes) -> None:
        held = {key: base64.b64encode(value).decode() for key, value in data.items()}
        self.secret: dict[str, Any] = {
            "apiVersion": "v1",
            "kind": "Secret",
            "type": "Opaque",
            "metadata": {
                "name": "db",
                "namespace": "shop",
                "uid": "u",
                "annotations": {LAST_APPLIED: json.dumps({"stringData": {"password": PASSWORD}}), "copy": PASSWORD},
                "managedFields": [{"manager": "kubectl-create", "operation": "Update"}],
            },
            "data": held,
        }
        self.events = [
            {"type": "Normal", "reason": "Old", "message": "first", "lastTimestamp": "2026-01-01T00:00:00Z"},
            {"type": "Warning", "reason": "New", "message": EVIL, "lastTimestamp": "2026-01-02T00:00:00Z"},
        ]
        self.error: ClusterError | None = None

    def call(self, request: Any) -> Answer:
        if self.error is not None:
            raise self.error
        if request.path.endswith("/events"):
            return Answer(200, json.dumps({"items": self.events}).encode())
        return Answer(200, json.dumps(self.secret).encode())

    def screen(self, first: str = "yaml", **options: Any) -> ObjectScreen:
        text = ObjectText(lambda: self, SECRETS, "shop", "db")  # type: ignore[arg-type,return-value]
        return ObjectScreen(text.title, text.sheets, first, values=text.values, **options)


DATA = {"password": PASSWORD.encode(), "tls.key": b"\xff\xfe\x00\x01", "evil": EVIL.encode()}


async def test_no_sheet_of_a_secret_shows_a_value() -> None:
    encoded = base64.b64encode(PASSWORD.encode()).decode()
    async with hosted(Server(**DATA).screen()) as screen:
        for key, word in (("y", "yaml Secret"), ("m", "managedFields:"), ("d", "Opaque"), ("E", "LAST SEEN")):
            await screen.press(key)
            await screen.shows(word, "read ")
            view = screen.frame.query_one(FoldView)
            everything = "\n".join(view.whole)
            assert PASSWORD not in everything
            assert encoded not in everything
            assert "\x1b" not in screen.text
            if key in "ym":
                assert "password: 21 bytes" in everything
                assert "copy: 21 bytes" in everything


async def test_one_key_is_revealed_by_name_and_forgotten(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    async with hosted(Server(**DATA).screen()) as screen:
        await screen.shows("password: 21 bytes")
        await screen.press("x")
        await screen.shows("Reveal which key?", "evil", "password", "21 bytes", "tls.key", "4 bytes")
        assert PASSWORD not in screen.text
        await screen.press("down", "enter")
        await screen.shows("password of Secret shop/db", "21 bytes", "revealed", PASSWORD)
        await screen.press("escape")
        await screen.shows("yaml Secret shop/db")
        assert PASSWORD not in screen.text
        assert not any(isinstance(one, RevealScreen) for one in screen.app.screen_stack)
    assert PASSWORD not in caplog.text


async def test_a_value_that_is_no_text_is_told_by_size_and_hash() -> None:
    async with hosted(Server(**DATA).screen(reveals=True)) as screen:
        await screen.shows("Reveal which key?")
        await screen.press("G", "enter")
        await screen.shows("tls.key of", "no text", "4 bytes", "sha256")


async def test_a_hostile_value_is_only_text() -> None:
    async with hosted(Server(**DATA).screen(reveals=True)) as screen:
        await screen.shows("Reveal which key?")
        await screen.press("enter")
        await screen.shows("evil of", "clean·")
        assert "pwned" not in screen.text


async def test_a_value_of_a_mebibyte_in_one_line_is_shown_and_searched() -> None:
    server = Server(big=b"x" * (1 << 20) + b"end")
    async with hosted(server.screen(reveals=True)) as screen:
        await screen.shows("Reveal which key?", "1,048,579 bytes")
        await screen.press("enter")
        await screen.shows("big of", "xxxx")
        await screen.press("w")
        await screen.press("G")
        await screen.shows("end")


async def test_a_secret_that_cannot_be_had_says_so() -> None:
    server = Server()
    async with hosted(server.screen()) as screen:
        await screen.shows("kind: Secret")
        await screen.press("x")
        await screen.shows("Secret shop/db holds nothing")
        server.error = Unreachable("connection refused")
        await screen.press("x")
        await screen.until(lambda: screen.text.count("connection refused") >= 1, "the words")


async def test_other_kinds_have_nothing_to_reveal() -> None:
    text = ObjectText(lambda: None, Resource("", "v1", "configmaps", "ConfigMap"), "a", "b")  # type: ignore[arg-type,return-value]
    assert text.values is None
    assert isinstance(ObjectText(lambda: None, SECRETS, "a", "b").values, SecretValues)  # type: ignore[arg-type,return-value]
    screen = ObjectScreen(text.title, {"yaml": lambda: "a: b"}, "yaml")
    async with hosted(screen) as shown:
        await shown.shows("a: b")
        await shown.press("x")
        assert shown.app.screen is screen


async def test_events_of_the_object_come_newest_first() -> None:
    async with hosted(Server().screen("events")) as screen:
        await screen.shows("LAST SEEN", "New", "Old")
        assert screen.text.index("New") < screen.text.index("Old")


# --- folding ---

YAML = "metadata:\n  labels:\n    app: shop\n  name: db\nspec:\n  list:\n  - one\n  - two\nstatus: well\n"


async def folding() -> ObjectScreen:
    return ObjectScreen("Pod a/b", {"yaml": lambda: YAML, "describe": lambda: "Name:  b\n"}, "yaml")


async def test_the_part_under_the_cursor_folds_and_opens_again() -> None:
    async with hosted(await folding()) as screen:
        await screen.shows("status: well")
        await screen.press("j", "z")
        await screen.shows("  labels:  … 1 line", "name: db")
        await screen.press("k", "z")
        await screen.shows("metadata:  … 3 lines")
        assert "name: db" not in screen.text
        await screen.press("z")
        await screen.shows("labels:  … 1 line", "name: db")
        # A line that begins nothing folds what it stands in.
        await screen.press("G", "k", "enter")
        await screen.shows("  list:  … 2 lines")
        assert "- two" not in screen.text


async def test_all_fold_and_open_and_another_sheet_keeps_them() -> None:
    async with hosted(await folding()) as screen:
        await screen.shows("status: well")
        await screen.press("Z")
        await screen.shows("metadata:  … 3 lines", "spec:  … 3 lines", "status: well")
        await screen.press("d")
        await screen.shows("Name:  b")
        await screen.press("y")
        await screen.shows("metadata:  … 3 lines")
        await screen.press("Z")
        await screen.shows("app: shop", "- two")


async def test_what_is_searched_for_opens_its_fold_and_the_fold_comes_back() -> None:
    async with hosted(await folding()) as screen:
        await screen.shows("status: well")
        await screen.press("Z")
        await screen.shows("spec:  … 3 lines")
        await screen.press("slash")
        await screen.type("two")
        await screen.press("enter")
        await screen.shows("- two", "metadata:  … 3 lines")
        await screen.press("escape")
        await screen.shows("spec:  … 3 lines")


async def test_folds_stay_when_the_object_changes() -> None:
    lines = [YAML]
    screen_ = ObjectScreen("Pod a/b", {"yaml": lambda: lines[0]}, "yaml")
    async with hosted(screen_) as screen:
        await screen.shows("status: well")
        await screen.press("j", "z")
        await screen.shows("labels:  … 1 line")
        lines[0] = "kind: Pod\n" + YAML
        screen_._load()
        await screen.shows("kind: Pod", "labels:  … 1 line")
        assert screen.frame.query_one(FoldView).cursor_line == "  labels:"


def only_file(folder: Path) -> Path:
    [path] = folder.iterdir()
    return path


async def test_a_text_takes_the_whole_screen_and_is_copied_and_saved_whole(tmp_path: Path) -> None:
    object_screen = ObjectScreen("Pod a/b", {"yaml": lambda: YAML}, "yaml", folder=lambda: tmp_path)
    async with hosted(object_screen) as screen:
        await screen.shows("status: well")
        await screen.press("f")
        rows = object_screen.text_view.size.height
        await screen.press("escape")
        assert (object_screen.full, object_screen.text_view.size.height) == (False, rows - 2)
        await screen.press("j", "z", "c")
        assert screen.app.clipboard == YAML.rstrip("\n")
        await screen.press("ctrl+s")
        await screen.shows("saved ")
    path = only_file(tmp_path)
    assert path.name.startswith("Pod-a-b-yaml-")
    assert path.suffix == ".yaml"
    assert path.read_text() == YAML.rstrip("\n") + "\n"
