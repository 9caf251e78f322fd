"""Setting images and running cron jobs."""

import re
from typing import Any

import pytest

from state.cluster.operations.image_name import wrong_image
from state.cluster.operations.set_image import SetImage
from state.cluster.operations.trigger import Trigger, job_of
from state.operation import Refused
from tests.state.cluster.operations.tiny_api import (
    CONFIG_MAP,
    CRON_JOB,
    DEPLOYMENT,
    POD,
    TinyApi,
    on,
    status,
    template,
    text_of,
    workload,
)

DIGEST = "sha256:" + "a" * 64


@pytest.mark.parametrize(
    "image",
    ["nginx", "nginx:1.27", f"nginx@{DIGEST}", "registry.example:5000/team/app_x/api-1:v1.2.3_rc", "localhost/a",
     "[::1]:5000/a:b", f"gcr.io/a/b:v1@{DIGEST}", "a__b/c---d"],
)  # fmt: skip
def test_an_image_is_taken(image: str) -> None:
    assert wrong_image(image) == ""


@pytest.mark.parametrize(
    "image",
    ["", " nginx", "Nginx", "nginx:", "nginx:a b", "a//b", "a:b:c", "http://a/b", f"a@{DIGEST[:20]}", "a/-b",
     "x" * 256, "app:" + "t" * 129, "a\x1b[2Jb", "nginx\n"],
)  # fmt: skip
def test_what_is_no_image_says_why(image: str) -> None:
    words = wrong_image(image)
    assert "is no image: " in words
    assert "\x1b" not in words


def two_containers() -> Any:
    found = workload()
    found["spec"]["template"]["spec"] = {
        "initContainers": [{"name": "setup", "image": "setup:v1"}],
        "containers": [{"name": "main", "image": "app:v1"}, {"name": "proxy", "image": "proxy:v1"}],
    }
    return found


def test_images_are_set_by_container() -> None:
    api = TinyApi()
    operation = on(api, SetImage, DEPLOYMENT, two_containers(), (("main", "app:v2"), ("setup", "setup:v2")))
    assert operation.containers() == (("setup", "setup:v1"), ("main", "app:v1"), ("proxy", "proxy:v1"))
    assert text_of(operation.preview()) == "main\n  - app:v1\n  + app:v2\nsetup\n  - setup:v1\n  + setup:v2"
    assert operation.run().summary == "shop/web sets main to app:v2, setup to setup:v2"
    assert api.writes[0].content_type == "application/strategic-merge-patch+json"
    assert api.sent()["spec"]["template"]["spec"] == {
        "initContainers": [{"name": "setup", "image": "setup:v2"}],
        "containers": [{"name": "main", "image": "app:v2"}],
    }


@pytest.mark.parametrize(
    ("images", "words"),
    [
        ((("mian", "app:v2"),), "has no container 'mian'; it has setup, main, proxy"),
        ((("main", "App:v2"),), "'App:v2' is no image"),
        ((("main", "app:v1"),), "has these images already"),
    ],
)
def test_what_cannot_be_set_says_why(images: Any, words: str) -> None:
    with pytest.raises(Refused, match=re.escape(words)):
        on(TinyApi(), SetImage, DEPLOYMENT, two_containers(), images).preview()


def test_the_images_of_pods_and_cron_jobs_lie_elsewhere() -> None:
    api = TinyApi()
    pod = {"metadata": {"name": "p", "namespace": "shop"}, "spec": template()["spec"]}
    on(api, SetImage, POD, pod, (("main", "app:v2"),)).run()
    assert api.sent()["spec"] == {"containers": [{"name": "main", "image": "app:v2"}]}
    cron = {"metadata": {"name": "c", "namespace": "shop"}, "spec": {"jobTemplate": {"spec": {"template": template()}}}}
    operation = on(api, SetImage, CRON_JOB, cron, (("main", "app:v2"),))
    assert "the next run uses it" in text_of(operation.preview())
    operation.run()
    assert api.sent()["spec"]["jobTemplate"]["spec"]["template"]["spec"]["containers"][0]["image"] == "app:v2"
    with pytest.raises(Refused, match="has no containers"):
        on(api, SetImage, CONFIG_MAP, {"metadata": {"name": "m", "namespace": "shop"}}, (("main", "a"),)).preview()


def cron_job(**more: Any) -> Any:
    spec = {"template": template(), "backoffLimit": 2}
    job = {"metadata": {"labels": {"team": "a"}, "annotations": {"note": "b"}}, "spec": spec}
    return {"metadata": {"name": "report", "namespace": "shop"}, "spec": {"jobTemplate": job, **more}}


def test_a_cron_job_runs_as_a_job_of_its_own() -> None:
    api = TinyApi()
    operation = on(api, Trigger, CRON_JOB, cron_job()).planned()
    assert re.fullmatch("report-manual-[a-z0-9]{5}", operation.job)
    assert str(operation.permission) == "create jobs in shop"
    assert text_of(operation.preview()) == f"job    {operation.job}\nimage  app:v1"
    assert api.writes == []
    assert operation.run().summary == f"shop/report runs as job {operation.job}"
    assert api.writes[0].path == "/apis/batch/v1/namespaces/shop/jobs"
    assert api.sent() == {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": {
            "name": operation.job,
            "namespace": "shop",
            "labels": {"team": "a"},
            "annotations": {"cronjob.kubernetes.io/instantiate": "manual", "note": "b"},
            "ownerReferences": [
                {"apiVersion": "batch/v1", "kind": "CronJob", "name": "report", "uid": "uid-report",
                 "controller": True},
            ],
        },
        "spec": {"template": template(), "backoffLimit": 2},
    }  # fmt: skip


def test_a_suspended_cron_job_and_one_that_runs_are_said() -> None:
    found = cron_job(suspend=True) | {"status": {"active": [{"name": "report-1"}]}}
    shown = text_of(on(TinyApi(), Trigger, CRON_JOB, found).preview())
    assert "it is suspended: this runs it once all the same" in shown
    assert "it runs already (report-1)" in shown


def test_a_job_of_that_name_is_not_started_twice() -> None:
    api = TinyApi()
    operation = on(api, Trigger, CRON_JOB, cron_job(), "mine")
    api.answers["POST", "/apis/batch/v1/namespaces/shop/jobs"] = status(409, "already exists", "AlreadyExists")
    with pytest.raises(Refused, match="there is a job mine already"):
        operation.run()


def test_a_long_name_leaves_room_for_the_jobs() -> None:
    long = cron_job()
    long["metadata"]["name"] = "r" * 40 + "." + "x" * 11
    name = on(TinyApi(), Trigger, CRON_JOB, long).planned().job
    assert len(name) <= 63
    long["metadata"]["uid"] = "u"
    assert job_of(long, name)["metadata"]["name"] == name
