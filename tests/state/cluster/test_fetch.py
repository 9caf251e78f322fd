import base64

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from state.cluster.errors import ApiError
from state.cluster.fetch import fetch, hidden, yaml_text
from state.cluster.kinds.kind import Resource
from state.cluster.secrets import LAST_APPLIED
from state.cluster.transport import Answer

SECRETS = Resource("", "v1", "secrets", "Secret")
SECRET = {
    "apiVersion": "v1",
    "kind": "Secret",
    "type": "Opaque",
    "metadata": {
        "name": "db",
        "managedFields": [{"manager": "kubectl"}],
        "annotations": {LAST_APPLIED: '{"data":{"password":"aHVudGVyMg=="}}', "team": "shop"},
    },
    "data": {"password": base64.b64encode(b"hunter2").decode(), "broken": "?"},
    "stringData": {"user": "hunter2!"},
}


class Fake:
    def __init__(self, answer):
        self.answer = answer
        self.asked = []

    def call(self, request):
        self.asked.append(request)
        return self.answer


def test_a_secret_shows_keys_and_sizes_only():
    text = yaml_text(hidden(SECRET))
    assert "hunter2" not in text
    assert "aHVudGVyMg" not in text
    shown = yaml.safe_load(text)
    assert shown["data"] == {"password": "7 bytes", "broken": "1 bytes"}
    assert shown["stringData"] == {"user": "8 bytes"}
    assert shown["metadata"]["annotations"] == {LAST_APPLIED: "36 bytes", "team": "shop"}
    assert "managedFields" not in shown["metadata"]


def test_the_object_itself_is_left_as_it_is():
    before = repr(SECRET)
    hidden(SECRET)
    assert repr(SECRET) == before


@pytest.mark.parametrize("data", [None, "text", ["hunter2"], 7])
def test_a_secret_of_an_odd_shape_shows_nothing(data):
    assert "hunter2" not in yaml_text(hidden({**SECRET, "data": data, "stringData": {}}))


def test_other_kinds_show_their_data():
    assert hidden({"apiVersion": "v1", "kind": "ConfigMap", "data": {"a": "b"}})["data"] == {"a": "b"}
    assert hidden({"apiVersion": "example/v1", "kind": "Secret", "data": {"a": "b"}})["data"] == {"a": "b"}


def test_one_object_is_asked_for_by_name():
    fake = Fake(Answer(200, b'{"apiVersion":"v1","kind":"Secret","metadata":{"name":"db"},"data":{"a":"YWI="}}'))
    assert fetch(fake, SECRETS, "shop", "db")["data"] == {"a": "2 bytes"}
    assert fake.asked[0].path == "/api/v1/namespaces/shop/secrets/db"


def test_a_refusal_is_raised():
    with pytest.raises(ApiError, match="gone"):
        fetch(Fake(Answer(404, b'{"message":"gone","reason":"NotFound","code":404}')), SECRETS, "shop", "db")


def test_yaml_reads_as_kubectl_writes_it():
    shown = {
        "b": ["x", {"image": "n", "empty": ""}],
        "a": {"port": "8080", "on": "true", "when": "2026-11-24T08:00:00Z", "star": "*", "nothing": None, "none": {}},
        "lines": "one\ntwo\n",
    }
    assert yaml_text(shown) == (
        'a:\n  none: {}\n  nothing: null\n  "on": "true"\n  port: "8080"\n  star: \'*\'\n'
        '  when: "2026-11-24T08:00:00Z"\nb:\n- x\n- empty: ""\n  image: "n"\nlines: |\n  one\n  two\n'
    )


_TREE = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(st.characters(exclude_categories=["Cs", "Cc", "Cf", "Zl", "Zp"])),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.from_regex(r"[a-z]{1,8}", fullmatch=True), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(st.dictionaries(st.from_regex(r"[a-z]{1,8}", fullmatch=True), _TREE, max_size=4))
def test_what_is_printable_reads_back_as_it_was(shown):
    assert yaml.safe_load(yaml_text(shown)) == shown


@given(st.text(max_size=40))
def test_no_control_character_gets_through(text):
    shown = yaml_text({"a": text, text: 1})
    assert not any((ord(one) < 32 and one not in "\n\t") or one in "\x7f\u202e\u2066" for one in shown)
