"""What holds for every operation of the catalogue."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from state.cluster.errors import Unreachable
from state.cluster.operations.catalogue import OFFERS, Offer, offers_of
from state.cluster.operations.cordon import Cordon
from state.cluster.operations.delete import Delete
from state.cluster.operations.drain import Drain
from state.cluster.operations.edit import Edit
from state.cluster.operations.metadata import ChangeMetadata
from state.cluster.operations.pausing import PauseRollout, Suspend
from state.cluster.operations.restart import Restart
from state.cluster.operations.rollback import RollBack
from state.cluster.operations.scale import Scale
from state.cluster.operations.set_image import SetImage
from state.cluster.operations.trigger import Trigger
from state.cluster.transport import Request
from state.journal.entry import Entry
from state.operation import Refused
from state.perform import perform
from tests.state.cluster.operations.tiny_api import (
    CONFIG_MAP,
    CRON_JOB,
    DAEMON_SET,
    DEPLOYMENT,
    JOB,
    NODE,
    POD,
    STATEFUL_SET,
    TinyApi,
    on,
    scale_answers,
    template,
    workload,
)


@dataclass
class Journal:
    entries: list[Entry] = field(default_factory=list)

    def record(self, entry: Entry) -> None:
        self.entries.append(entry)


def deployment(**spec: Any) -> Any:
    found = workload(**spec)
    found["metadata"]["annotations"] = {"deployment.kubernetes.io/revision": "2"}
    return found


def node(**spec: Any) -> Any:
    return {"metadata": {"name": "node-1"}, "spec": spec}


def cron_job(**spec: Any) -> Any:
    job = {"spec": {"template": template()}}
    return {"metadata": {"name": "report", "namespace": "shop"}, "spec": {"jobTemplate": job, **spec}}


def _roll_back(api: TinyApi) -> Any:
    kept = {
        "metadata": {
            "name": "web-1",
            "namespace": "shop",
            "annotations": {"deployment.kubernetes.io/revision": "1"},
            "ownerReferences": [{"uid": "uid-web", "controller": True}],
        },
        "spec": {"template": template("app:v0")},
    }
    api.objects["/apis/apps/v1/namespaces/shop/replicasets/web-1"] = kept
    return on(api, RollBack, DEPLOYMENT, deployment())


def _scale(api: TinyApi) -> Any:
    operation = on(api, Scale, DEPLOYMENT, deployment(), 5)
    scale_answers(api, operation.path)
    return operation


def _edit(api: TinyApi) -> Any:
    before = api.put(DEPLOYMENT, deployment())
    after = {**before, "spec": {**before["spec"], "replicas": 7}}
    return on(api, Edit, DEPLOYMENT, deployment(), before, after)


EXAMPLES: dict[str, Callable[[TinyApi], Any]] = {
    "scale": _scale,
    "restart": lambda api: on(api, Restart, DEPLOYMENT, deployment()),
    "roll-back": _roll_back,
    "pause": lambda api: on(api, PauseRollout, DEPLOYMENT, deployment(), True),
    "resume": lambda api: on(api, PauseRollout, DEPLOYMENT, deployment(paused=True), False),
    "set-image": lambda api: on(api, SetImage, DEPLOYMENT, deployment(), (("main", "app:v9"),)),
    "trigger": lambda api: on(api, Trigger, CRON_JOB, cron_job()),
    "suspend": lambda api: on(api, Suspend, CRON_JOB, cron_job(), True),
    "unsuspend": lambda api: on(api, Suspend, CRON_JOB, cron_job(suspend=True), False),
    "cordon": lambda api: on(api, Cordon, NODE, node(), True),
    "uncordon": lambda api: on(api, Cordon, NODE, node(unschedulable=True), False),
    "drain": lambda api: on(api, Drain, NODE, node()),
    "label": lambda api: on(api, ChangeMetadata, DEPLOYMENT, deployment(), "labels", (("a", "b"),)),
    "annotate": lambda api: on(api, ChangeMetadata, DEPLOYMENT, deployment(), "annotations", (("a", "b"),)),
    "edit": _edit,
    "delete": lambda api: on(api, Delete, DEPLOYMENT, deployment()),
}


def test_every_operation_has_an_example() -> None:
    assert list(EXAMPLES) == [offer.id for offer in OFFERS]


@pytest.fixture(params=OFFERS, ids=lambda offer: offer.id)
def offer(request: pytest.FixtureRequest) -> Offer:
    found: Offer = request.param
    return found


def test_it_is_refused_in_read_only_before_anything_is_asked(offer: Offer) -> None:
    api, journal = TinyApi(), Journal()
    operation = EXAMPLES[offer.id](api)
    with pytest.raises(Refused, match="read-only"):
        perform(operation, journal, True, "ana")
    assert (api.asked, journal.entries) == ([], [])


def test_its_preview_changes_nothing_and_says_something(offer: Offer) -> None:
    api = TinyApi()
    operation = EXAMPLES[offer.id](api)
    before = str(api.objects)
    planned = operation.planned() if hasattr(operation, "planned") else operation
    preview = planned.preview()
    assert api.writes == []
    assert str(api.objects) == before
    assert preview.lines or preview.warnings


def test_it_is_journalled_once_with_what_it_did_to_what(offer: Offer) -> None:
    api, journal = TinyApi(), Journal()
    operation = EXAMPLES[offer.id](api)
    planned = operation.planned() if hasattr(operation, "planned") else operation
    outcome = perform(planned, journal, False, "ana")
    assert outcome.done
    (entry,) = journal.entries
    assert (entry.event, entry.operation, entry.outcome) == ("done", offer.id, outcome.summary)
    assert entry.subject == str(operation.subject)
    assert entry.details["title"] == planned.title
    assert len(api.writes) == 1


def test_who_may_not_is_told_and_nothing_is_done(offer: Offer) -> None:
    api, journal = TinyApi(denied="a freeze"), Journal()
    with pytest.raises(Refused, match=r"you may not .*: a freeze"):
        perform(EXAMPLES[offer.id](api), journal, False, "ana")
    assert api.writes == []
    assert [entry.event for entry in journal.entries] == ["refused"]


def test_the_permission_that_is_asked_is_the_one_offered(offer: Offer) -> None:
    operation = EXAMPLES[offer.id](TinyApi())
    at = operation.subject
    assert offer.permission(operation.resource, at.namespace, at.name) == operation.permission
    assert offer.suits(operation.resource)
    assert operation.id == offer.id


def test_no_answer_is_an_error_and_journalled(offer: Offer) -> None:
    def hangs(request: Request) -> Any:
        raise Unreachable("no answer")

    api, journal = TinyApi(), Journal()
    operation = EXAMPLES[offer.id](api)
    api.answers = {}
    api.call = hangs  # type: ignore[method-assign]
    with pytest.raises(Unreachable):
        perform(operation, journal, False, "ana")
    assert [entry.event for entry in journal.entries] == ["failed"]


@pytest.mark.parametrize(
    ("resource", "ids"),
    [
        (POD, {"set-image", "label", "annotate", "edit", "delete"}),
        (CONFIG_MAP, {"label", "annotate", "edit", "delete"}),
        (NODE, {"cordon", "uncordon", "drain", "label", "annotate", "edit", "delete"}),
        (JOB, {"suspend", "unsuspend", "label", "annotate", "edit", "delete"}),
        (CRON_JOB, {"trigger", "suspend", "unsuspend", "set-image", "label", "annotate", "edit", "delete"}),
        (DAEMON_SET, {"restart", "roll-back", "set-image", "label", "annotate", "edit", "delete"}),
        (STATEFUL_SET, {"scale", "restart", "roll-back", "set-image", "label", "annotate", "edit", "delete"}),
        (DEPLOYMENT, {"scale", "restart", "roll-back", "pause", "resume", "set-image", "label", "annotate", "edit",
                      "delete"}),
    ],
    ids=lambda one: getattr(one, "kind", ""),
)  # fmt: skip
def test_each_kind_is_offered_what_suits_it(resource: Any, ids: set[str]) -> None:
    assert {offer.id for offer in offers_of(resource)} == ids
