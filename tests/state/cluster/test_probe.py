import pytest

from state.cluster.errors import SignInFailed, Unauthorized, Unreachable
from state.cluster.probe import PROBE_SECONDS, judge, probe
from state.cluster.transport import Answer


class Fake:
    def __init__(self, outcome):
        self.outcome = outcome
        self.asked = []

    def call(self, request):
        self.asked.append(request)
        if isinstance(self.outcome, Exception):
            raise self.outcome
        return self.outcome


@pytest.mark.parametrize("status", [200, 401, 403, 404, 429])
def test_whoever_answers_is_there(status):
    assert judge(Answer(status, b"")) == ""


def test_a_server_that_is_not_ready_names_the_checks():
    body = b"[+]ping ok\n[-]etcd failed: reason withheld\n[-]poststarthook/x\x1b failed\nreadyz check failed"
    assert judge(Answer(500, body)) == "the API server is not ready: etcd, poststarthook/x"
    assert judge(Answer(503, b"\x1b[31mbusy")) == "the API server is not ready: busy (503)"
    assert judge(Answer(502, b"")) == "the API server is not ready: no reason given (502)"


def test_the_probe_asks_readyz_for_a_few_seconds():
    fake = Fake(Answer(200, b"ok"))
    probe(fake)
    (asked,) = fake.asked
    assert (asked.path, asked.read_timeout) == ("/readyz", PROBE_SECONDS)


def test_refused_credentials_are_an_answer():
    probe(Fake(Unauthorized("sign-in failed: x (401)")))


@pytest.mark.parametrize("error", [SignInFailed("sign-in failed: session ended"), Unreachable("refused")])
def test_no_answer_is_passed_on(error):
    with pytest.raises(type(error), match=str(error)):
        probe(Fake(error))


def test_not_ready_is_raised():
    with pytest.raises(Unreachable, match="not ready: etcd"):
        probe(Fake(Answer(500, b"[-]etcd failed")))
