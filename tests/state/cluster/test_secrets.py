"""Secrets: sizes for whoever looks, one value for whoever asks for its key."""

import base64
import hashlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from state.cluster.errors import ApiError, ClusterError
from state.cluster.fetch import hidden, yaml_text
from state.cluster.secrets import LAST_APPLIED, Holding, concealed, holdings, reveal
from state.cluster.transport import Answer


class Server:
    def __init__(self, data, status=200):
        body = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "db"}, "data": data}
        self.answer = Answer(status, json.dumps(body if status == 200 else {"message": "no", "code": status}).encode())
        self.asked = []

    def call(self, request):
        self.asked.append(request.path)
        return self.answer


def held(**values):
    return Server({key: base64.b64encode(value).decode() for key, value in values.items()})


def test_keys_are_told_with_the_sizes_of_their_values():
    server = held(b=b"hunter2", a=b"")
    assert holdings(server, "shop", "db") == (Holding("a", 0), Holding("b", 7))
    assert server.asked == ["/api/v1/namespaces/shop/secrets/db"]


@pytest.mark.parametrize("data", [None, [], "text", 7])
def test_a_secret_without_data_has_no_keys(data):
    assert holdings(Server(data), "shop", "db") == ()
    with pytest.raises(ClusterError, match="secret db has no key password"):
        reveal(Server(data), "shop", "db", "password")


def test_one_key_is_revealed_and_no_other():
    value = reveal(held(user=b"ana", password=b"hunter2\nsecond\n"), "shop", "db", "password")
    assert (value.key, value.size, value.text) == ("password", 15, "hunter2\nsecond\n")
    assert value.digest == hashlib.sha256(b"hunter2\nsecond\n").hexdigest()


def test_no_repr_repeats_a_value():
    assert "hunter2" not in repr(reveal(held(password=b"hunter2"), "shop", "db", "password"))


@pytest.mark.parametrize("value", [b"\xff\xfe\x00", b"\x89PNG\r\n\x1a\n\0\0", b"a\0b", bytes(range(256))])
def test_what_is_no_text_is_told_by_size_and_digest(value):
    told = reveal(held(blob=value), "shop", "db", "blob")
    assert (told.text, told.size, told.digest) == (None, len(value), hashlib.sha256(value).hexdigest())


def test_a_value_is_cleaned_of_what_a_terminal_would_obey():
    told = reveal(held(evil="\x1b]0;pwned\x07\x1b[2Jyes\u202eno\tx\r\ny".encode()), "shop", "db", "evil")
    assert told.text == "yes·no\tx\ny"


@given(st.binary(max_size=60))
def test_no_value_reaches_the_terminal_as_more_than_text(value):
    told = reveal(held(any=value), "shop", "db", "any")
    assert told.size == len(value)
    assert told.text is None or all(one in "\n\t" or one.isprintable() or one.isspace() for one in told.text)
    assert told.text is None or not any(ord(one) < 32 and one not in "\n\t" for one in told.text)


def test_a_value_of_a_mebibyte_is_read_whole():
    told = reveal(held(big=b"0123456789abcdef" * 65536), "shop", "db", "big")
    assert told.size == 1 << 20
    assert told.text is not None
    assert len(told.text) == 1 << 20


def test_a_value_that_is_no_base64_is_told_as_it_is():
    assert reveal(Server({"broken": "not base64!"}), "shop", "db", "broken").text == "not base64!"


def test_a_refusal_is_raised():
    with pytest.raises(ApiError, match="no"):
        holdings(Server({}, 403), "shop", "db")


# --- what is concealed ---


def secret(**annotations):
    return {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": "db", "annotations": annotations},
        "data": {"password": base64.b64encode(b"correct horse").decode(), "port": base64.b64encode(b"5432").decode()},
    }


@pytest.mark.parametrize(
    "note",
    [
        "correct horse",
        '{"password":"correct horse"}',
        base64.b64encode(b"correct horse").decode(),
        json.dumps(secret()),
    ],
)
def test_an_annotation_that_repeats_a_value_shows_its_size(note):
    shown = concealed(secret(**{"example.org/copy": note, "team": "shop on port 5432"}))
    assert shown["metadata"]["annotations"] == {
        "example.org/copy": f"{len(note)} bytes",
        "team": "shop on port 5432",
    }


@pytest.mark.parametrize(
    "name",
    [
        LAST_APPLIED,
        "kopf.zalando.org/last-handled-configuration",
        "banzaicloud.com/last-applied",
        "objectset.rio.cattle.io/applied",
    ],
)
def test_the_copy_that_an_applier_keeps_shows_its_size_in_every_object(name):
    found = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"annotations": {name: '{"password":"x"}'}}}
    assert concealed(found)["metadata"]["annotations"] == {name: "16 bytes"}


@given(st.recursive(st.none() | st.integers() | st.text(max_size=8), lambda one: st.lists(one, max_size=3)))
def test_no_shape_of_annotations_or_data_is_too_odd(odd):
    for found in ({"metadata": {"annotations": odd}}, {"metadata": odd}, {"metadata": {"annotations": {"a": odd}}}):
        yaml_text(hidden({**found, "kind": "Secret", "apiVersion": "v1", "data": {"a": odd}, "stringData": odd}))
