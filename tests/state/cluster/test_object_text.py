"""An object told as text, whatever its depth."""

from collections.abc import Callable

import pytest

from state.cluster.errors import ClusterError
from state.cluster.kinds.kind import Resource
from state.cluster.object_text import ObjectText
from state.cluster.transport import Answer, Request, Stream

TREE = Resource("example.org", "v1", "trees", "Tree", True)


class Nested:
    """A server with one object, nested so deep."""

    def __init__(self, depth: int) -> None:
        self.body = (
            b'{"kind": "Tree", "metadata": {"name": "oak"}, "spec": ' + b'{"a":' * depth + b"1" + b"}" * depth + b"}"
        )

    def call(self, request: Request) -> Answer:
        return Answer(200, b'{"items": []}' if request.path.endswith("/events") else self.body)

    def open(self, request: Request) -> Stream:
        raise AssertionError("nothing is followed")


@pytest.mark.parametrize("read", [ObjectText.description, ObjectText.yaml])
def test_an_object_nested_too_deeply_is_told(read: Callable[[ObjectText], str]) -> None:
    def text(depth: int) -> str:
        return read(ObjectText(lambda: Nested(depth), TREE, "wood", "oak"))

    assert "oak" in text(50)
    for depth in (600, 5000):
        with pytest.raises(ClusterError, match="Tree oak is nested too deeply to be shown here"):
            text(depth)
