import pytest

from state.metrics.external import external_labels

CONFIG = """global:
  scrape_interval: 15s
  external_labels:
    region: eu
    cluster: prod-eu
    shard: "1"
scrape_configs:
- job_name: a
  external_labels: no
"""


def test_external_labels_are_read_of_the_first_section_alone() -> None:
    assert external_labels(CONFIG) == (("cluster", "prod-eu"), ("region", "eu"), ("shard", "1"))
    assert external_labels(CONFIG + "odd: [") == external_labels(CONFIG)


@pytest.mark.parametrize(
    "text",
    ["", "global:", "global:\n  external_labels:\n", "global:\n  external_labels: [\n", "external_labels: {a: b}"],
)
def test_what_says_none_gives_none(text: str) -> None:
    assert external_labels(text) == ()
