import pytest

from state.cluster.conversation import BACKLOG, SILENCE_SECONDS
from state.cluster.errors import Unreachable
from state.cluster.pump import Pump
from state.cluster.websocket import accepted, handshake
from tests.state.cluster.far_end import FarEnd


@pytest.fixture
def far():
    end = FarEnd()
    yield end
    end.socket.close()
    if not end.let_go.is_set():
        end.websocket.close()


def test_the_answer_to_a_key_is_that_of_the_standard():
    assert accepted("dGhlIHNhbXBsZSBub25jZQ==") == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="


def test_each_handshake_has_a_key_of_its_own():
    assert handshake(["a", "b"])[0] != handshake(["a"])[0]
    assert ("Sec-WebSocket-Protocol", "a, b") in handshake(["a", "b"])[1]


def test_messages_go_both_ways_until_the_server_closes(far):
    def serve():
        assert far.read_data() == b"hello"
        far.send(b"there")
        far.close()

    thread = far.on_thread(serve)
    found = []
    pump = Pump(far.websocket)
    far.websocket.send(b"hello")
    pump.run(found.append)
    thread.join(10)
    assert found == [b"there"]
    assert far.let_go.is_set()


def test_a_ping_of_the_server_is_answered(far):
    far.send(b"are you there", opcode=9)

    def serve():
        while far.read() != (10, b"are you there"):
            pass
        far.close()

    thread = far.on_thread(serve)
    Pump(far.websocket).run(lambda message: None)
    thread.join(10)
    assert not thread.is_alive()


def test_a_connection_that_breaks_is_unreachable_and_let_go(far):
    far.send(b"first")
    far.socket.close()
    found = []
    with pytest.raises(Unreachable, match="lost: ConnectionResetError"):
        Pump(far.websocket).run(found.append)
    assert found == [b"first"]
    assert far.let_go.is_set()


def test_a_server_that_says_nothing_though_asked_is_gone(far):
    for _ in range(2):
        far.clock += SILENCE_SECONDS / 3 + 1
        far.websocket.tick()
    far.clock += SILENCE_SECONDS / 3 + 1
    with pytest.raises(Unreachable, match="lost: TimeoutError"):
        far.websocket.tick()


def test_after_a_sleep_the_server_is_asked_before_it_is_taken_for_gone(far):
    far.clock += 3600
    far.websocket.tick()
    far.websocket.flush()
    assert far.read() == (9, b"")
    far.clock += 1
    far.websocket.tick()


def test_frames_that_are_none_end_it(far):
    far.socket.sendall(b"HTTP/1.1 500 oh")
    with pytest.raises(Unreachable, match="lost: BrokenFrames"):
        Pump(far.websocket).run(lambda message: None)


def test_much_to_send_waits_until_the_server_takes_it(far):
    payload = bytes(1 << 20)
    far.websocket.send(payload)
    assert far.websocket.full
    assert far.websocket.backlog > BACKLOG

    def serve():
        assert far.read_data() == payload
        far.close()

    thread = far.on_thread(serve)
    Pump(far.websocket).run(lambda message: None)
    thread.join(10)
    assert far.websocket.backlog < 100


def test_another_thread_can_post_work_and_stop(far):
    pump = Pump(far.websocket)

    def serve():
        pump.post(lambda: far.websocket.send(b"posted"))
        assert far.read_data() == b"posted"
        pump.stop()

    thread = far.on_thread(serve)
    pump.run(lambda message: None)
    thread.join(10)
    assert far.let_go.is_set()
    pump.post(lambda: None)
