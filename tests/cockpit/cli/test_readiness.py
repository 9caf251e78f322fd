"""`cockpit check readiness` run in this process, on a simulated platform."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner, Result

from cockpit.cli.check.junit import junit
from cockpit.cli.check.readiness import exit_code
from cockpit.cli.root import cockpit
from cockpit.demo_world import Endpoints
from state.apps.readiness import model
from state.apps.readiness.catalogue import CHECKS
from state.apps.readiness.model import Outcome, Report
from state.apps.settings import Waiver


@pytest.fixture
def check(simulated: Endpoints, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    monkeypatch.setenv("COCKPIT_CONFIG", str(tmp_path / "config.toml"))

    def run(*words: str, config: str = "", prometheus: bool = True, context: str = "prod-eu") -> Result:
        (tmp_path / "config.toml").write_text(config)
        given = ["check", "readiness", *words, "--kubeconfig", str(simulated.kubeconfig), "--context", context]
        return CliRunner().invoke(cockpit, [*given, *(["--prometheus", simulated.prometheus] if prometheus else [])])

    return run


def of(found: Any, check: str) -> Any:
    return next(one for one in found["checks"] if one["id"] == check)


def test_the_apps_of_the_demo_are_good_and_bad(check: Callable[..., Result]) -> None:
    ended = check("-o", "json")
    assert (ended.exit_code, ended.stderr) == (1, "")
    found = {one["app"]: one for one in json.loads(ended.stdout)}
    assert list(found) == ["notifications", "payments", "storefront"]
    scores = {name: one["score"]["percent"] for name, one in found.items()}
    assert scores["notifications"] < scores["payments"] < scores["storefront"] < 100
    assert of(found["notifications"], "plain-secrets")["found"] == "notifications-worker: NOTIFICATIONS_SMTP_PASSWORD"
    assert of(found["storefront"], "no-privilege")["outcome"] == "pass"
    assert of(found["storefront"], "on-call")["found"] == "storefront-oncall"
    assert of(found["payments"], "certificate")["outcome"] == "pass"
    assert {one["outcome"] for app in found.values() for one in app["checks"]} == {"pass", "fail", "not applicable"}
    assert "change-me" not in ended.stdout


def test_one_app_as_a_table_says_what_to_do(check: Callable[..., Result]) -> None:
    ended = check("storefront/storefront")
    lines = ended.stdout.splitlines()
    assert lines[0].startswith("storefront  ")
    assert " checks, " in lines[0]
    assert lines[1:3] == [
        "✗ replicas           storefront-cache: 1 replica",
        "                     → Set replicas to 2 or more, or let an autoscaler keep at least 2.",
    ]
    assert sum(line.startswith("✓") for line in lines) > 20


def test_without_prometheus_what_it_knows_is_unknown(check: Callable[..., Result]) -> None:
    (found,) = json.loads(check("storefront", "-o", "json", prometheus=False, config="discover = false").stdout)
    assert {check: of(found, check)["outcome"] for check in ("metrics", "alerts", "runbooks")} == dict.fromkeys(
        ("metrics", "alerts", "runbooks"), "unknown"
    )
    assert of(found, "alerts")["found"] == "Prometheus is not configured"


def test_a_prometheus_that_nobody_named_is_found_in_the_cluster(check: Callable[..., Result]) -> None:
    (found,) = json.loads(check("storefront", "-o", "json", prometheus=False).stdout)
    assert of(found, "metrics")["outcome"] != "unknown"


def test_waivers_of_the_configuration_hold(check: Callable[..., Result]) -> None:
    waiver = '[[apps.waivers]]\ncheck = "replicas"\napp = "store*"\nreason = "a cache"\nuntil = 2999-12-31\n'
    (found,) = json.loads(check("storefront", "-o", "json", config=waiver).stdout)
    one = of(found, "replicas")
    assert (one["outcome"], one["waiver"]) == ("waived", {"reason": "a cache", "until": "2999-12-31"})
    assert found["score"]["waived"] == 1
    ended = check("storefront", config=waiver.replace("replicas", "replica"))
    assert ended.stderr == "cockpit: apps.waivers: there is no check 'replica'\n"


def test_junit_has_a_suite_for_each_app(check: Callable[..., Result]) -> None:
    ended = check("-o", "junit")
    assert ended.exit_code == 1
    suites = ElementTree.fromstring(ended.stdout)
    assert [suite.get("name") for suite in suites] == ["notifications", "payments", "storefront"]
    assert {len(suite) for suite in suites} == {len(CHECKS)}


def test_a_score_that_is_high_enough_ends_well(check: Callable[..., Result]) -> None:
    assert check("storefront", "--at-least", "50").exit_code == 0
    assert check("storefront", "--at-least", "99.5").exit_code == 1


def test_an_app_that_is_not_there_is_named_with_the_nearest(check: Callable[..., Result]) -> None:
    ended = check("payment")
    assert (ended.exit_code, ended.stderr) == (2, "cockpit: there is no app 'payment': did you mean 'payments'?\n")


def test_platform_services_are_left_out_unless_they_are_asked_for(check: Callable[..., Result]) -> None:
    ended = check("--platform", "-o", "json", "-n", "monitoring", "-n", "storefront")
    assert [one["app"] for one in json.loads(ended.stdout)] == ["storefront", "monitoring"]


def test_who_may_read_nothing_is_told_so(check: Callable[..., Result]) -> None:
    ended = check(context="prod-eu-nobody")
    assert ended.exit_code == 1
    assert ended.stderr.startswith("cockpit: ")
    assert "forbidden" in ended.stderr


def test_a_configuration_that_cannot_be_used_ends_with_three(check: Callable[..., Result]) -> None:
    assert check(config="[apps]\nobjective = 100\n").exit_code == 3
    assert check(context="nowhere").exit_code == 3


def report(*outcomes: Outcome) -> Report:
    return Report("pay", ("pay",), 0.0, tuple(model.Result(CHECKS[0], one, "found") for one in outcomes))


@pytest.mark.parametrize(
    ("outcomes", "at_least", "code"),
    [
        ([Outcome.PASS, Outcome.WAIVED, Outcome.NOT_APPLICABLE], None, 0),
        ([Outcome.PASS, Outcome.UNKNOWN], None, 4),
        ([Outcome.FAIL, Outcome.UNKNOWN], None, 1),
        ([Outcome.PASS, Outcome.UNKNOWN], 50, 0),
        ([Outcome.PASS, Outcome.FAIL], 51, 1),
        ([Outcome.NOT_APPLICABLE], 100, 0),
        ([], None, 0),
    ],
)
def test_the_exit_code_tells_a_pipeline(outcomes: list[Outcome], at_least: float | None, code: int) -> None:
    assert exit_code([report(*outcomes)], at_least) == code


def test_junit_escapes_what_comes_from_outside_and_tells_outcomes_apart() -> None:
    waiver = Waiver(check="replicas", reason='"<&>"', until=date(2027, 1, 1))
    results = (
        *report(*Outcome).results,
        model.Result(CHECKS[0], Outcome.WAIVED, "", waiver),
        model.Result(CHECKS[0], Outcome.FAIL, '</testsuite>"&'),
    )
    suite = ElementTree.fromstring(junit([replace(report(), app="<pay>", results=results)]))[0]
    counts = {name: suite.get(name) for name in ("name", "tests", "failures", "errors", "skipped")}
    assert counts == {"name": "<pay>", "tests": "7", "failures": "2", "errors": "1", "skipped": "3"}
    found = {one.tag: one.get("message") for case in suite for one in case}
    assert found["failure"] == '</testsuite>"&'
    assert found["skipped"] == 'waived until 2027-01-01: "<&>"'
