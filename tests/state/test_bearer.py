import json
import sys
from base64 import urlsafe_b64encode
from pathlib import Path
from typing import Any

import pytest

from state.alerts.client import Alertmanager, Draft
from state.bearer import PAUSE, CommandToken, NoToken, token_in
from state.clock import Clock
from state.config import read_config
from state.endpoint import Endpoint, InvalidEndpoint
from state.metrics.client import PrometheusClient
from state.metrics.model import MetricsError
from state.reply import AUTH, NoAnswer

NOW = 1_800_000_000.0


def jwt(**claims: Any) -> str:
    part = urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
    return f"eyJh.{part}.c2ln"


@pytest.mark.parametrize(
    ("printed", "token", "ends"),
    [
        ("s3cret\n", "s3cret", None),
        (jwt(exp=NOW + 60), jwt(exp=NOW + 60), NOW + 60),
        (jwt(sub="ana"), jwt(sub="ana"), None),
        ("a.b.c", "a.b.c", None),
        (
            {"kind": "ExecCredential", "status": {"token": "t", "expirationTimestamp": "2027-01-15T08:01:00Z"}},
            "t",
            NOW + 60,
        ),
        ({"access_token": "t", "expires_in": 300, "token_type": "Bearer"}, "t", NOW + 300),
        ({"accessToken": "t", "expires_on": str(int(NOW))}, "t", NOW),
        ({"token": "t", "expiry": "soon", "status": "ok"}, "t", None),
    ],
)
def test_a_token_is_read_with_its_end(printed: Any, token: str, ends: float | None) -> None:
    text = printed if isinstance(printed, str) else json.dumps(printed)
    assert token_in(text.encode(), NOW) == (token, ends)


@pytest.mark.parametrize("printed", [b"", b"\n", b"two words", b"\xff", b"{", b"{}", b'{"token": ""}', b"a\nb"])
def test_what_is_no_token_is_refused(printed: bytes) -> None:
    with pytest.raises(NoToken):
        token_in(printed, NOW)


class Program:
    """A program that prints what its file says, and how often it ran."""

    def __init__(self, folder: Path) -> None:
        self.says, self.runs = folder / "says", folder / "runs"
        script = folder / "token.py"
        script.write_text(
            f"import sys, pathlib\nopen({str(self.runs)!r}, 'a').write('x')\n"
            f"text = pathlib.Path({str(self.says)!r}).read_text()\n"
            "if text.startswith('!'): print(text[1:], file=sys.stderr); sys.exit(3)\nprint(text)\n"
        )
        self.words = (sys.executable, "-I", "-S", str(script))

    def say(self, text: str) -> None:
        self.says.write_text(text)

    @property
    def count(self) -> int:
        return len(self.runs.read_text()) if self.runs.exists() else 0


@pytest.fixture
def program(tmp_path: Path) -> Program:
    return Program(tmp_path)


def test_a_token_is_kept_until_it_ends(program: Program) -> None:
    wall = [NOW]
    token = CommandToken(program.words, {}, Clock(wall=lambda: wall[0]))
    program.say(json.dumps({"token": "one", "expires_in": 300}))
    assert (token.current(), token.current(), program.count) == ("one", "one", 1)
    program.say("two")
    wall[0] = NOW + 300 - PAUSE + 1
    assert (token.current(), program.count) == ("two", 2)


def test_one_that_failed_is_left_alone_for_a_while_and_says_why(program: Program) -> None:
    elapsed = [0.0]
    token = CommandToken(program.words, {}, Clock(elapsed=lambda: elapsed[0]))
    program.say("!token=s3cret is not enough, log in first")
    for _ in range(2):
        with pytest.raises(NoAnswer, match=r"ended with code 3: .*log in first") as refused:
            token.current()
        assert refused.value.kind == AUTH
        assert "s3cret" not in str(refused.value)
    assert program.count == 1
    elapsed[0] = PAUSE + 1
    program.say("fine")
    assert token.current() == "fine"


def test_what_it_printed_is_never_told(program: Program) -> None:
    program.say("s3cret and more")
    with pytest.raises(NoAnswer, match="printed no token") as refused:
        CommandToken(program.words, {}).current()
    assert "s3cret" not in str(refused.value)


def test_one_that_hangs_is_ended() -> None:
    words = (sys.executable, "-I", "-S", "-c", "import time; time.sleep(60)")
    with pytest.raises(NoAnswer, match=r"did not finish within 0\.2 s"):
        CommandToken(words, {}, seconds=0.2).current()
    with pytest.raises(NoAnswer, match="no-such-program, is not installed"):
        CommandToken(["no-such-program"], {}).current()


def test_a_refused_token_is_renewed_once(scripted: Any, written: Any, program: Program) -> None:
    good = {"status": "success", "data": {"resultType": "vector", "result": []}}
    scripted.answer = lambda request: (
        written(good) if request.headers["authorization"] == "Bearer new" else written(b"", 401)
    )
    client = PrometheusClient(Endpoint(scripted.url, bearer_command=program.words))
    program.say("old")
    with pytest.raises(MetricsError, match="401"):
        client.query("up")
    assert [one.headers["authorization"] for one in scripted.requests] == ["Bearer old"]
    assert program.count == 2
    scripted.requests.clear()
    again = PrometheusClient(Endpoint(scripted.url, bearer_command=program.words))
    again.way._web()._token.current()  # type: ignore[attr-defined]
    program.say("new")
    assert again.query("up").samples == ()
    assert [one.headers["authorization"] for one in scripted.requests] == ["Bearer old", "Bearer new"]


def test_what_is_written_is_sent_again_only_after_a_401(scripted: Any, written: Any, program: Program) -> None:
    scripted.answer = lambda request: (
        written({"silenceID": "s"}) if request.headers["authorization"] == "Bearer new" else written(b"", 401)
    )
    client = Alertmanager(Endpoint(scripted.url, bearer_command=program.words))
    program.say("old")
    client.way._web()._token.current()  # type: ignore[attr-defined]
    program.say("new")
    assert client.post(Draft((), NOW, NOW + 60, "ana", "why")) == "s"
    assert len(scripted.requests) == 2


def test_a_command_is_one_way_to_sign_in_and_stays_hidden() -> None:
    with pytest.raises(InvalidEndpoint, match="a bearer token and a bearer command"):
        Endpoint("http://a", bearer_token="t", bearer_command=("x",))
    assert "s3cret" not in repr(Endpoint("http://a", bearer_command=("x", "--secret=s3cret")))


def test_a_command_with_a_folder_belongs_to_the_files_folder() -> None:
    def command(text: str) -> tuple[str, ...]:
        said = read_config(f'prometheus = {{ url = "http://a", bearer_command = {text} }}', Path("/etc/cockpit/c.toml"))
        assert said.everywhere.prometheus is not None
        return said.everywhere.prometheus.bearer_command

    assert command('["./token", "a/b"]') == ("/etc/cockpit/token", "a/b")
    assert command('["gcloud", "auth"]') == ("gcloud", "auth")
