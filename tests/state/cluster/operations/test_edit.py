"""Editing: the file, what is sent, and what comes back when it is refused."""

import json
import stat
from pathlib import Path
from typing import Any

import pytest

from state.cluster.errors import ApiError, Unreachable
from state.cluster.kinds.kind import Resource
from state.cluster.operations.applying import conflicts
from state.cluster.operations.edit import Edit, EditConflict
from state.cluster.operations.edit_session import EditSession, causes_of
from state.cluster.operations.edit_text import WrongText
from state.cluster.transport import Answer, Request
from state.operation import Refused
from tests.state.cluster.operations.tiny_api import DEPLOYMENT, TinyApi, is_dry, ref_of, status, text_of, workload

SECRET = Resource("", "v1", "secrets", "Secret")
PATH = "/apis/apps/v1/namespaces/shop/deployments/web"


def opened(api: TinyApi, folder: Path, resource: Resource = DEPLOYMENT, obj: Any = None, **how: Any) -> EditSession:
    obj = obj or {**workload(), "status": {}}
    kept = api.put(resource, obj)
    session = EditSession(lambda: api, resource, ref_of(resource, kept), kept["metadata"]["uid"], parent=folder, **how)
    session.begin()
    return session


def saves(session: EditSession, old: str, new: str) -> Edit | None:
    """What an editor does: it puts a new file in the place of the old."""
    path = session._file
    assert path is not None
    text = path.read_text()
    assert old in text
    beside = path.with_suffix(".new")
    beside.write_text(text.replace(old, new))
    beside.rename(path)
    return session.taken()


def edited(session: EditSession, old: str = "replicas: 3", new: str = "replicas: 5") -> Edit:
    operation = saves(session, old, new)
    assert operation is not None
    return operation


def test_the_file_is_for_this_user_alone_and_goes(tmp_path: Path) -> None:
    api = TinyApi()
    with opened(api, tmp_path) as session:
        (folder,) = tmp_path.iterdir()
        (file,) = folder.iterdir()
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert file.name == "deployment-web.yaml"
        assert file.read_text().startswith("# Deployment shop/web of test, to be replaced when you save and leave.\n")
        (folder / "deployment-web.yaml~").write_text("what an editor leaves")
        edited(session)
        session.reopen(Refused("no"))
        assert stat.S_IMODE(file.stat().st_mode) == 0o600, "an editor's file had other rights"
    assert list(tmp_path.iterdir()) == []


def test_what_is_left_as_it_was_does_nothing(tmp_path: Path) -> None:
    api = TinyApi()
    with opened(api, tmp_path) as session:
        assert session.taken() is None
        assert saves(session, "apiVersion", "# a word\napiVersion") is None, "comments are no change"
        assert session._file is not None
        session._file.write_text("")
        assert session.taken() is None
    assert api.writes == []


def test_a_change_is_shown_by_the_server_and_then_replaces_the_object(tmp_path: Path) -> None:
    api = TinyApi()
    with opened(api, tmp_path) as session:
        operation = edited(session)
        assert str(operation.permission) == "update deployments in shop"
        assert text_of(operation.preview()) == "spec.replicas\n  - 3\n  + 5"
        assert api.writes == []
        outcome = operation.run()
    assert outcome.summary == "Deployment shop/web is changed: spec.replicas"
    assert outcome.details == {"fields": "spec.replicas", "by": "replace"}
    (sent,) = api.writes
    assert (sent.method, sent.query) == ("PUT", (("fieldValidation", "Strict"),))
    assert api.sent()["metadata"]["resourceVersion"] == "10"
    assert api.objects[PATH]["spec"]["replicas"] == 5


def test_what_others_changed_elsewhere_meanwhile_stays(tmp_path: Path) -> None:
    api = TinyApi()
    with opened(api, tmp_path) as session:
        operation = edited(session)
        api.objects[PATH]["metadata"] |= {"resourceVersion": "30", "labels": {"team": "a"}}
        api.objects[PATH]["status"] = {"readyReplicas": 4}
        operation.run()
    assert api.sent()["metadata"] | {} == {
        "name": "web", "namespace": "shop", "uid": "uid-web", "labels": {"team": "a"}, "resourceVersion": "30",
    }  # fmt: skip
    assert api.sent()["spec"]["replicas"] == 5


def test_a_clash_gives_the_text_back_with_both_values_and_can_be_won(tmp_path: Path) -> None:
    api = TinyApi()
    with opened(api, tmp_path) as session:
        operation = edited(session)
        api.objects[PATH]["spec"]["replicas"] = 4
        with pytest.raises(EditConflict, match=r"in the same place: spec\.replicas") as caught:
            operation.preview()
        text = session.reopen(caught.value).read_text()
        assert "# * spec.replicas was changed meanwhile to 4; yours is 5\n" in text
        assert "  replicas: 5\n" in text
        assert session.taken() is None, "saved as it came back it does nothing"
        won = edited(session, "# To have yours all the same, take these lines away and save.\n", "")
        assert won.run().done
        assert api.objects[PATH]["spec"]["replicas"] == 5
        api.objects[PATH]["spec"]["replicas"] = 6
        with pytest.raises(EditConflict):
            won.run()


def test_a_refusal_gives_the_text_back_with_each_field(tmp_path: Path) -> None:
    api = TinyApi()
    causes = [
        {"reason": "FieldValueInvalid", "message": "Invalid value: -1: must be 0 or more", "field": "spec.replicas"},
        {"reason": "FieldValueRequired", "message": "Required value\x1b[2J", "field": "spec.x"},
    ]
    with opened(api, tmp_path) as session:
        operation = edited(session, "replicas: 3", "replicas: -1  # my note")
        api.answers["PUT", PATH] = status(422, "is invalid", "Invalid", causes)
        with pytest.raises(ApiError) as caught:
            operation.preview()
        lines = session.reopen(caught.value).read_text().split("\n")
        comments = [line for line in lines if line.startswith("#")]
        assert comments[2:] == [
            "#",
            "# refused: Invalid",
            "# * spec.replicas: Invalid value: -1: must be 0 or more",
            "# * spec.x: Required value",
        ]
        assert "  replicas: -1  # my note" in lines
        again = edited(session, "replicas: -1", "replicas: 1")
        session.reopen(Unreachable("no answer"))
        assert again.after["spec"]["replicas"] == 1
        assert session._file is not None
        assert session._file.read_text().count("refused") == 1


def test_a_text_that_is_no_object_stays_with_the_user(tmp_path: Path) -> None:
    with opened(TinyApi(), tmp_path) as session:
        with pytest.raises(WrongText, match="line 4: 'apiVersion' stands there twice") as caught:
            saves(session, "apiVersion", "apiVersion: v1\napiVersion")
        text = session.reopen(caught.value).read_text()
        assert "# refused: line 4: 'apiVersion' stands there twice\n" in text
        assert session._file is not None
        session._file.write_bytes(b"\xff\xfeno text")
        with pytest.raises(WrongText, match="no UTF-8, at byte 0") as caught:
            session.taken()
        assert session.reopen(caught.value).read_bytes().endswith(b"\xff\xfeno text"), "nothing of it is lost"


def test_it_is_known_whether_the_file_holds_the_user_s_work(tmp_path: Path) -> None:
    with opened(TinyApi(), tmp_path) as session:
        assert not session.changed
        assert session._file is not None
        session._file.write_bytes(b"\xff\xfe")
        assert session.changed
        session.reopen(WrongText("the text is no UTF-8"))
        assert session._file.read_bytes().endswith(b"\xff\xfe")


def test_a_successor_is_not_edited(tmp_path: Path) -> None:
    api = TinyApi()
    with opened(api, tmp_path) as session:
        operation = edited(session)
        api.objects[PATH]["metadata"]["uid"] = "another"
        with pytest.raises(Refused, match="another object by now"):
            operation.run()
        with pytest.raises(Refused, match="another object by now"):
            session.begin()
        api.objects.clear()
        with pytest.raises(Refused, match="Deployment shop/web is gone"):
            session.begin()


def test_what_the_server_makes_nothing_of_is_said(tmp_path: Path) -> None:
    api = TinyApi()
    with opened(api, tmp_path) as session:
        operation = edited(session)
        api.answers["PUT", PATH] = Answer(200, json.dumps(api.objects[PATH]).encode())
        assert text_of(operation.preview()) == "! the server makes nothing of it: the object stays as it is"


def test_applying_sends_what_is_wanted_without_what_the_server_sets(tmp_path: Path) -> None:
    api = TinyApi()
    with opened(api, tmp_path, apply=True) as session:
        operation = edited(session)
        assert str(operation.permission) == "patch deployments in shop"
        assert operation.preview().lines
        operation.run()
    (sent,) = api.writes
    assert sent.content_type == "application/apply-patch+yaml"
    assert dict(sent.query) == {"fieldManager": "mvp-platform-cockpit", "fieldValidation": "Strict"}
    assert "status" not in api.sent()
    assert api.sent()["metadata"] == {
        "name": "web", "namespace": "shop", "uid": "uid-web", "resourceVersion": "10",
    }  # fmt: skip


CONFLICT = status(
    409, "Apply failed with 2 conflicts", "Conflict",
    [
        {"reason": "FieldManagerConflict", "message": 'conflict with "helm" using apps/v1', "field": ".spec.replicas"},
        {"reason": "FieldManagerConflict", "message": 'conflict with "helm" using apps/v1', "field": ".spec.paused"},
        {"reason": "FieldManagerConflict", "message": 'conflict with "argo"cd"', "field": ".spec.x"},
    ],
)  # fmt: skip


def test_conflicts_are_said_by_manager_and_can_be_forced(tmp_path: Path) -> None:
    api = TinyApi()
    with opened(api, tmp_path, apply=True) as session:
        operation = edited(session)

        def answer(request: Request) -> Answer | None:
            return None if ("force", "true") in request.query else CONFLICT

        api.answers["PATCH", PATH] = answer
        with pytest.raises(EditConflict, match=r"helm manages spec\.replicas, spec\.paused") as caught:
            operation.preview()
        assert caught.value.causes == ("helm manages spec.replicas, spec.paused", 'argo"cd manages spec.x')
        text = session.reopen(caught.value).read_text()
        assert "# * helm manages spec.replicas, spec.paused\n" in text
        assert "take these lines away" not in text
        assert session.taken() is None
        forced = session.taken(force=True)
        assert forced is not None
        assert forced.run().done


def test_a_plain_conflict_is_none_of_managers() -> None:
    assert conflicts(ApiError(409, "Conflict", "the object has been modified")) == ()


def test_applying_removes_nothing_of_others_and_says_so(tmp_path: Path) -> None:
    api = TinyApi()
    obj = workload()
    obj["metadata"]["labels"] = {"a": "1", "b": "2"}
    with opened(api, tmp_path, obj=obj, apply=True) as session:
        operation = edited(session, '    a: "1"\n', "")
        api.answers["PATCH", PATH] = Answer(
            200, json.dumps({**api.objects[PATH], "spec": {**obj["spec"], "replicas": 4}}).encode()
        )
        assert "! applying removes nothing that others set: metadata.labels.a stays; replace" in text_of(
            operation.preview()
        )


def test_the_values_of_a_secret_are_in_the_file_alone(tmp_path: Path) -> None:
    api = TinyApi()
    secret = {"metadata": {"name": "s", "namespace": "shop"}, "data": {"password": "aHVudGVyMg==", "user": "YW5h"}}
    with opened(api, tmp_path, SECRET, secret) as session:
        operation = edited(session, "aHVudGVyMg==", "aHVudGVyMw==")
        shown = text_of(operation.preview())
        assert shown == "data.password\n  - 7 bytes\n  + 7 bytes, another value"
        outcome = operation.run()
        assert "aHVu" not in str(outcome)
        api.objects["/api/v1/namespaces/shop/secrets/s"]["data"]["password"] = "b3RoZXI="
        with pytest.raises(EditConflict) as caught:
            operation.run()
        assert "b3RoZXI=" not in str(caught.value) + "".join(caught.value.causes)


def test_a_preview_of_an_edit_is_a_dry_run(tmp_path: Path) -> None:
    api = TinyApi()
    with opened(api, tmp_path) as session:
        edited(session).preview()
    assert [is_dry(one) for one in api.asked if one.method == "PUT"] == [True]


def test_any_other_error_is_named() -> None:
    assert causes_of(KeyError("x")) == ("refused: KeyError: 'x'",)
    assert causes_of(ApiError(400, "BadRequest", 'strict decoding error: unknown field "spec.foo"')) == (
        'refused: strict decoding error: unknown field "spec.foo"',
    )
