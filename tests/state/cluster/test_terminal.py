import fcntl
import json
import os
import pty
import signal
import struct
import termios
import tty

import pytest

from state.cluster.errors import Unreachable
from state.cluster.exec import Exit
from state.cluster.terminal import Session, Terminal, following_size
from tests.state.cluster.far_end import FarEnd

SUCCESS = b'\x03{"status":"Success"}'


@pytest.fixture
def far():
    end = FarEnd()
    yield end
    end.socket.close()
    if not end.let_go.is_set():
        end.websocket.close()


@pytest.fixture
def user():
    """The user's end of a terminal (`keys`) and ours (`terminal`)."""

    class User:
        keys, ours = pty.openpty()
        terminal = Terminal(ours, ours)

        def resize(self, columns, rows):
            fcntl.ioctl(self.ours, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

        def sees(self, wanted):
            """Return what is shown, once this is among it."""
            found = b""
            while wanted not in found:
                found += os.read(self.keys, 4096)
            return found

    made = User()
    made.resize(100, 30)
    yield made
    os.close(made.keys)
    os.close(made.ours)


def size(far):
    data = far.read_data()
    assert data[:1] == b"\x04"
    return json.loads(data[1:])


def test_keys_go_through_as_they_are_and_output_comes_back(far, user):
    session = Session(user.terminal, far.websocket)

    def serve():
        assert size(far) == {"Width": 100, "Height": 30}
        os.write(user.keys, b"ls\x03\x1d\r")
        assert far.read_data() == b"\x00ls\x03\x1d\r"
        far.send(b"\x01a\r\n\x1b[1mb")
        far.send(SUCCESS)
        far.close()

    with user.terminal.raw():
        thread = far.on_thread(serve)
        assert session.run() == Exit(0)
        thread.join(10)
        assert user.sees(b"b") == b"a\r\n\x1b[1mb"
    assert not session.left


def test_a_new_size_is_told(far, user):
    session = Session(user.terminal, far.websocket)

    def serve():
        size(far)
        user.resize(80, 24)
        session.resized()
        assert size(far) == {"Width": 80, "Height": 24}
        far.send(SUCCESS)
        far.close()

    thread = far.on_thread(serve)
    with user.terminal.raw():
        session.run()
    thread.join(10)
    assert not thread.is_alive()


@pytest.mark.parametrize(("tty", "key"), [(True, b"\x1d"), (False, b"\x1d"), (False, b"\x03")])
def test_who_has_joined_can_leave(far, user, tty, key):
    session = Session(user.terminal, far.websocket, tty=tty, detach=True)
    with user.terminal.raw(lines=not tty):
        os.write(user.keys, b"last" + key + b"lost")
        assert session.run().code is None
    assert session.left


def test_a_terminal_that_takes_ctrl_c_gets_it(far, user):
    session = Session(user.terminal, far.websocket, detach=True)

    def serve():
        size(far)
        os.write(user.keys, b"\x03")
        assert far.read_data() == b"\x00\x03"
        session.stop()

    thread = far.on_thread(serve)
    with user.terminal.raw():
        assert session.run() == Exit(None, "it was stopped")
    thread.join(10)
    assert not session.left


def test_without_a_terminal_at_the_other_end_lines_still_return(far, user):
    far.send(b"\x01one\ntwo\n")
    far.send(b"\x02three\n")
    far.send(SUCCESS)
    far.close()
    with user.terminal.raw(lines=True):
        Session(user.terminal, far.websocket, stdin=False, tty=False, detach=True).run()
        assert user.sees(b"three\r\n") == b"one\r\ntwo\r\nthree\r\n"


def test_a_lost_connection_is_told_and_the_terminal_is_as_it_was(far, user):
    before = termios.tcgetattr(user.ours)
    far.socket.close()
    session, seen = Session(user.terminal, far.websocket), []

    def run():
        with user.terminal.raw():
            seen.append(termios.tcgetattr(user.ours))
            session.run()

    with pytest.raises(Unreachable, match="lost"):
        run()
    assert seen[0] != before
    assert termios.tcgetattr(user.ours) == before


def test_a_server_that_closes_without_a_word_is_a_lost_connection(far, user):
    far.close()
    with pytest.raises(Unreachable, match="closed"), user.terminal.raw():
        Session(user.terminal, far.websocket).run()


def test_the_size_is_followed_while_it_is_asked_for():
    seen = []
    before = signal.getsignal(signal.SIGWINCH)
    with following_size(lambda: seen.append(1)):
        os.kill(os.getpid(), signal.SIGWINCH)
    assert seen == [1]
    assert signal.getsignal(signal.SIGWINCH) == before


def test_what_is_no_terminal_has_the_usual_size():
    read, write = os.pipe()
    assert Terminal(read, write).size() == (80, 24)
    with Terminal(read, write).raw():
        pass
    os.close(read)
    os.close(write)


def test_a_terminal_is_as_it_was_after_a_program_that_left_it_otherwise(user):
    before = termios.tcgetattr(user.ours)
    with user.terminal.kept():
        tty.setraw(user.ours)
        assert termios.tcgetattr(user.ours) != before
    assert termios.tcgetattr(user.ours) == before
    assert b"\x1b[?1049l" in user.sees(b"\x1b[?1004l")
