import base64
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from state.cluster.kinds.config_maps import CONFIG_MAP
from state.cluster.kinds.extra import with_paths
from state.cluster.kinds.kind import Failure
from state.cluster.kinds.secrets import SECRET
from state.cluster.kinds.sizes import decoded_size, size
from tests.state.cluster.kinds.tables import row_of

VALUE = base64.b64encode(b"hunter2-hunter2").decode()
LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"


def secret(**rest):
    metadata = {"name": "db", "namespace": "shop", "uid": "u1", "annotations": {LAST_APPLIED: VALUE}}
    return {"metadata": metadata, "type": "Opaque", **rest}


@given(st.binary(max_size=50))
def test_the_size_of_a_value_in_base64_is_known_without_reading_it(value):
    assert decoded_size(base64.b64encode(value).decode()) == len(value)


@given(st.text(max_size=20))
def test_the_size_of_a_text_is_that_of_its_bytes(text):
    assert size(text) == len(text.encode(errors="replace"))


def test_of_a_secret_keys_and_sizes_are_kept_and_nothing_else():
    row = row_of(SECRET, secret(data={"user": "YW5h", "password": VALUE}))
    assert (row.keys, row.sizes) == (("user", "password"), (3, 15))
    told = repr(row) + SECRET.words(row) + "".join(column.cell(row, 0.0).text for column in SECRET.columns)
    assert VALUE not in told
    assert "hunter2" not in told


@pytest.mark.parametrize(
    "odd", [secret(data={"password": 7}), secret(data=VALUE), secret(data=[VALUE]), secret(type=[VALUE])]
)
def test_an_odd_secret_is_shown_without_its_values(odd):
    body = json.dumps({"kind": "SecretList", "metadata": {}, "items": [odd]}).encode()
    (row,) = SECRET.decoder.page(body).rows
    assert row.unreadable
    assert VALUE not in repr(row)


@pytest.mark.parametrize(
    "line", [json.dumps({"data": VALUE}), json.dumps({"type": "NEW", "object": {"data": VALUE}}), VALUE]
)
def test_no_sentence_on_a_broken_answer_quotes_a_secret(line):
    event = SECRET.decoder.event(line.encode())
    assert isinstance(event, Failure)
    assert VALUE[:8] not in event.message
    with pytest.raises(ValueError, match="no list") as caught:
        SECRET.decoder.page(line.encode())
    assert VALUE[:8] not in str(caught.value)


@pytest.mark.parametrize(
    "path", [".data.password", ".data['a']", ".stringData", ".*", f".metadata.annotations['{LAST_APPLIED}']"]
)
def test_no_column_of_ones_own_shows_a_secrets_value(path):
    with pytest.raises(ValueError, match="no column of secrets may show"):
        with_paths(SECRET, [("mine", path)])


def test_other_columns_of_ones_own_do():
    kind = with_paths(SECRET, [("kept", ".metadata.annotations.team"), ("fixed", ".immutable")])
    found = secret(immutable=True)
    found["metadata"]["annotations"]["team"] = "shop"
    assert row_of(kind, found).extra == ("shop", "true")
    assert with_paths(CONFIG_MAP, [("mode", ".data.mode")]).columns


def test_both_sorts_of_data_of_a_config_map_count():
    found = {"metadata": {"uid": "u"}, "data": {"a": "ä"}, "binaryData": {"b": VALUE}}
    row = row_of(CONFIG_MAP, found)
    assert dict(zip(row.keys, row.sizes, strict=True)) == {"a": 2, "b": 15}
