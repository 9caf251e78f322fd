"""What is kept of a server's refusal."""

import json
from typing import Any

import pytest

from state.cluster.errors import Cause
from state.cluster.reflector import status_error
from state.cluster.transport import Answer


def refusal(details: Any) -> Any:
    body = {"kind": "Status", "message": "no", "reason": "Invalid", "code": 422, "details": details}
    return status_error(Answer(422, json.dumps(body).encode()))


def test_each_cause_is_kept_and_printable() -> None:
    causes = [
        {"reason": "FieldValueInvalid", "message": "must be\x1b[2J 0", "field": "spec.replicas"},
        {"message": "b"},
    ]
    error = refusal({"causes": causes})
    assert error.causes == (Cause("FieldValueInvalid", "must be 0", "spec.replicas"), Cause("", "b", ""))


@pytest.mark.parametrize("details", [None, [], "x", {"causes": None}, {"causes": {}}, {"causes": [1, None]}])
def test_odd_details_cost_the_causes_alone(details: Any) -> None:
    error = refusal(details)
    assert (error.status, error.reason, error.message, error.causes) == (422, "Invalid", "no", ())
