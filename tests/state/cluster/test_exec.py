import json
import socket

import pytest

from state.cluster.conversation import BACKLOG
from state.cluster.errors import ApiError, Unreachable
from state.cluster.exec import Channel, Exit, Place, exec_request, read_status, run
from state.cluster.shells import find_shell
from tests.state.cluster.far_end import FarEnd

PLACE = Place("shop", "web-1", "main")
EXITED = b'{"status":"Failure","reason":"NonZeroExitCode","message":"command terminated with non-zero exit code",\
"details":{"causes":[{"reason":"ExitCode","message":"3"}]}}'


@pytest.fixture
def far():
    end = FarEnd()
    yield end
    end.socket.close()
    if not end.let_go.is_set():
        end.websocket.close()


def test_a_request_names_container_streams_and_every_word():
    request = exec_request(PLACE, ("ls", "-l", "a b"), stdin=True)
    assert request.path == "/api/v1/namespaces/shop/pods/web-1/exec"
    assert request.query == (
        *(("container", "main"), ("stdin", "true"), ("stdout", "true"), ("stderr", "true")),
        *(("command", "ls"), ("command", "-l"), ("command", "a b")),
    )
    assert ("stderr", "true") not in exec_request(PLACE, ("sh",), tty=True).query


def test_what_a_command_writes_and_how_it_ends(far):
    far.send(b"\x01")
    far.send(b"\x01out")
    far.send(b"\x02err")
    far.send(b"\x03" + EXITED)
    far.close()
    found = []
    ended = run(far, PLACE, ("x",), wrote=lambda channel, data: found.append((channel, data)))
    assert ended == Exit(3, "command terminated with non-zero exit code")
    assert found == [(Channel.STDOUT, b"out"), (Channel.STDERR, b"err")]


def test_input_that_goes_out_at_once_is_followed_by_more_without_a_wait(far, monkeypatch):
    monkeypatch.setattr("state.cluster.pump._LOOK_SECONDS", 60)
    got = bytearray()

    def serve():
        # The backlog is sent whole and is empty then: nothing on the connection wakes for what comes next.
        while (data := far.read_data()) != b"\xff\x00":
            got.extend(data[1:])
        far.send(b'\x03{"status":"Success"}')
        far.close()

    far.ours.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4 * BACKLOG)
    thread = far.on_thread(serve)
    assert run(far, PLACE, ("x",), stdin=iter([bytes(BACKLOG)] * 8)) == Exit(0)
    thread.join(10)
    assert len(got) == 8 * BACKLOG


def test_input_is_sent_in_pieces_and_ended(far):
    got = bytearray()

    def serve():
        while True:
            data = far.read_data()
            if data == b"\xff\x00":
                break
            assert data[:1] == b"\0"
            got.extend(data[1:])
        far.send(b'\x03{"status":"Success"}')
        far.close()

    thread = far.on_thread(serve)
    ended = run(far, PLACE, ("cat",), stdin=iter([b"a" * 100_000, b"b" * 700_000]))
    thread.join(10)
    assert ended == Exit(0)
    assert bytes(got) == b"a" * 100_000 + b"b" * 700_000


def test_a_connection_that_breaks_before_the_end_is_unreachable(far):
    far.send(b"\x01half")
    far.socket.close()
    with pytest.raises(Unreachable):
        run(far, PLACE, ("x",))


def test_one_that_is_closed_without_a_status_is_unreachable(far):
    far.close()
    with pytest.raises(Unreachable, match="before the command ended"):
        run(far, PLACE, ("x",))


def test_one_that_breaks_after_the_status_is_not_lost(far):
    far.send(b'\x03{"status":"Success"}')
    far.socket.close()
    assert run(far, PLACE, ("x",)) == Exit(0)


def test_all_that_came_before_the_connection_broke_is_taken(far):
    for n in range(20):
        far.send(b"\x01" + bytes([65 + n]) * 1000)
    far.send(b"\x03" + EXITED)
    far.socket.shutdown(socket.SHUT_RDWR)
    found = bytearray()
    ended = run(far, PLACE, ("x",), stdin=iter([b"x" * 1_000_000]), wrote=lambda channel, data: found.extend(data))
    assert ended.code == 3
    assert len(found) == 20_000


def test_it_can_be_stopped(far):
    asked = iter([False, True, True, True])
    assert run(far, PLACE, ("x",), stopped=lambda: next(asked)).code is None


@pytest.mark.parametrize(
    ("status", "wanted"),
    [
        (b'{"status":"Success"}', Exit(0)),
        (EXITED, Exit(3, "command terminated with non-zero exit code")),
        (b'{"status":"Failure","message":"sh: exit status 7"}', Exit(7, "sh: exit status 7")),
        (b'{"status":"Failure","message":"no\\u001b[2J"}', Exit(None, "no")),
        (b'{"status":"Failure"}', Exit(None, "it failed without a word")),
        (b"container not found", Exit(None, "container not found")),
        (b"[1]", Exit(None, "[1]")),
        (
            b'{"status":"Failure","message":"m","details":{"causes":[1,{"reason":"ExitCode","message":"x"}]}}',
            Exit(None, "m"),
        ),
    ],
)
def test_a_status_is_read_as_the_server_words_it(status, wanted):
    assert read_status(status) == wanted


class Statuses:
    """Answers each command with the status for its first word."""

    def __init__(self, **statuses):
        self.statuses = statuses
        self.ends = []

    def upgrade(self, request, protocols):
        command = next(value for name, value in request.query if name == "command")
        end = FarEnd()
        self.ends.append(end)
        end.send(b"\x03" + json.dumps(self.statuses[command]).encode())
        end.close()
        return end.websocket


MISSING = {"status": "Failure", "message": 'exec: "bash": executable file not found in $PATH'}
MISSING_BY_CODE = {"status": "Failure", "details": {"causes": [{"reason": "ExitCode", "message": "127"}]}}


def shell_of(**statuses):
    server = Statuses(**statuses)
    try:
        return find_shell(server, PLACE)
    finally:
        for end in server.ends:
            end.socket.close()


def test_the_first_shell_that_runs_is_taken():
    assert shell_of(bash={"status": "Success"}) == "bash"
    assert shell_of(bash=MISSING, ash=MISSING_BY_CODE, sh={"status": "Success"}) == "sh"


def test_none_is_found_where_none_runs():
    assert shell_of(bash=MISSING, ash=MISSING, sh=MISSING) == ""


def test_what_is_no_missing_shell_is_told():
    with pytest.raises(ApiError, match="container is not running"):
        shell_of(bash={"status": "Failure", "message": "container is not running"})
