from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from state.alerts.grouping import GroupBy
from state.alerts.labels import exporter_of, subject_labels
from state.alerts.silencing import named
from tests.state.alerts.examples import alert

KSM = {"job": "kube-state-metrics", "instance": "10.0.0.9:8080"}
RENAMED = {**KSM, "namespace": "monitoring", "pod": "kube-state-metrics-0", "container": "kube-state-metrics"}


@pytest.mark.parametrize(
    ("labels", "where", "namespace"),
    [
        ({"namespace": "pay", "pod": "api-1", **KSM}, "pay/api-1", "pay"),
        ({**RENAMED, "exported_namespace": "pay", "exported_pod": "api-1"}, "pay/api-1", "pay"),
        ({**RENAMED, "exported_namespace": "pay", "deployment": "api"}, "pay/api", "pay"),
        ({**RENAMED, "node": "node-7"}, "monitoring/node-7", "monitoring"),
        ({"namespace": "pay", "service": "api", "job": "api"}, "pay/api", "pay"),
        ({"exported_service": "web", "exported_namespace": "shop", "service": "ingress"}, "shop/web", "shop"),
        ({}, "", ""),
    ],
)
def test_an_alert_is_where_its_subject_is(labels: dict[str, str], where: str, namespace: str) -> None:
    pairs = tuple(sorted({"alertname": "A", **labels}.items()))
    found = replace(alert("A"), labels=pairs)
    assert (found.where, found.namespace) == (where, namespace)


def test_an_alert_is_named_by_its_subject() -> None:
    labels = {"alertname": "Crashes", **RENAMED, "exported_namespace": "pay", "exported_pod": "api-1"}
    assert named(labels) == "Crashes pay/api-1"


def test_the_exporter_is_known_by_its_job_service_or_container() -> None:
    assert exporter_of({"service": "prometheus-kube-state-metrics"}) == "kube-state-metrics"
    assert exporter_of({"job": "node-exporter"}) == "node-exporter"
    assert exporter_of({"job": "api"}) == ""


names = st.sampled_from(["namespace", "pod", "service", "exported_pod", "exported_namespace", "team"])


@given(st.dictionaries(names, st.text(max_size=3)))
def test_what_was_renamed_has_its_own_name_again_and_nothing_else_changes(labels: dict[str, str]) -> None:
    found = subject_labels(labels)
    assert not any(name.startswith("exported_") for name in found)
    for name, value in found.items():
        assert value in (labels.get(f"exported_{name}"), labels.get(name))
    assert subject_labels(found) == found


def test_alerts_are_grouped_by_the_namespace_of_their_subjects() -> None:
    renamed = alert("A", **RENAMED, exported_namespace="pay")
    by = GroupBy.of_label("namespace")
    assert (by.value_of(renamed), by.value_of(alert("B", namespace="pay"))) == ("pay", "pay")
    assert GroupBy.of_label("pod").value_of(renamed) == "kube-state-metrics-0"
