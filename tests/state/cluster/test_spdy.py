"""SPDY against the simulator's end of it, which was written apart, and against a server that does odd things."""

import socket

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cockpit.simulator.api import spdy as far
from state.cluster import spdy_frames as frames
from state.cluster.conversation import BACKLOG, CLOSE
from state.cluster.errors import Unreachable
from state.cluster.frames import BrokenFrames
from state.cluster.spdy import Spdy
from state.cluster.spdy_frames import Control, Data, Kind, SpdyFrames
from state.cluster.streams import SpdyStream

STREAMS = (
    SpdyStream(3, (("streamtype", "error"),)),
    SpdyStream(0, (("streamtype", "stdin"),), answers=False),
    SpdyStream(1, (("streamtype", "stdout"),)),
)
ERROR, STDIN, STDOUT = 1, 3, 5


class End:
    """Both ends of a connection over a pair of sockets."""

    def __init__(self):
        ours, self.socket = socket.socketpair()
        self.socket.settimeout(5)
        self.codec = far.Spdy()
        self.spdy = Spdy(ours, b"", STREAMS, lambda error: f"lost: {error}", ours.close, clock=lambda: self.now)
        self.now = 0.0

    now = 0.0

    def came(self):
        """What the client sent since the last time."""
        self.spdy.flush()
        self.socket.setblocking(False)
        found = []
        while True:
            try:
                found += self.codec.feed(self.socket.recv(65536))
            except BlockingIOError:
                return found

    def says(self, *sent):
        self.socket.setblocking(True)
        self.socket.sendall(b"".join(sent))
        return self.spdy.receive()


@pytest.fixture
def end():
    made = End()
    yield made
    made.spdy.close()
    made.socket.close()


def test_streams_are_opened_at_once_and_nothing_is_sent_on_one_before_it_is_taken(end):
    end.spdy.send(b"\0hello")
    end.spdy.send(bytes([CLOSE, 0]))
    opened = end.came()
    assert [(one.stream, one.headers) for one in opened] == [
        (ERROR, {"streamtype": "error"}), (STDIN, {"streamtype": "stdin"}), (STDOUT, {"streamtype": "stdout"}),
    ]  # fmt: skip
    assert end.says(end.codec.reply(ERROR)) == []
    assert end.came() == []
    end.says(end.codec.reply(STDIN))
    assert end.came() == [far.Data(STDIN, b"hello", False), far.Data(STDIN, b"", True)]
    end.spdy.send(b"\0more")
    assert end.came() == [far.Data(STDIN, b"more", False)]


def test_what_waits_for_a_stream_counts_as_full_and_not_as_something_to_send(end):
    end.came()
    end.spdy.send(b"\0" + bytes(BACKLOG))
    assert end.spdy.full
    assert end.spdy.backlog == 0


def test_bytes_of_a_stream_are_messages_of_its_channel(end):
    assert end.says(far.data(STDOUT, b"out"), far.data(STDIN, b""), far.data(99, b"of nobody")) == [b"\1out"]
    assert not end.spdy.closed


def test_it_is_over_when_all_that_the_server_writes_on_has_ended(end):
    assert end.says(far.data(STDOUT, b"out", last=True)) == [b"\1out"]
    assert not end.spdy.closed
    assert end.says(far.data(ERROR, b"status", last=True), far.data(STDOUT, b"too late")) == [
        b"\3status",
        b"\1too late",
    ]
    assert end.spdy.closed


def test_a_stream_that_is_reset_takes_no_more_and_counts_as_ended(end):
    end.came()
    end.spdy.send(b"\0held")
    end.says(far.control(far.Type.RST_STREAM, STDIN.to_bytes(4, "big") + bytes(4)), end.codec.reply(STDIN))
    end.spdy.send(b"\0more")
    assert end.came() == []
    for stream in (ERROR, STDOUT):
        end.says(far.control(far.Type.RST_STREAM, stream.to_bytes(4, "big") + bytes(4)))
    assert end.spdy.closed


def test_pings_of_the_server_are_answered_and_its_own_answers_are_not(end):
    end.came()
    end.says(far.control(far.Type.PING, b"\0\0\0\2"), far.control(far.Type.PING, b"\0\0\0\1"))
    assert end.came() == [far.Ping(b"\0\0\0\2")]
    for second, number in ((6.0, 1), (12.0, 3)):
        end.now = second
        end.spdy.tick()
        assert end.came() == [far.Ping(number.to_bytes(4, "big"))]


def test_a_server_that_leaves_is_closed_and_one_that_breaks_off_unreachable(end):
    assert end.says(far.data(ERROR, b"status"), far.control(far.Type.GOAWAY, bytes(8))) == [b"\3status"]
    assert end.spdy.closed
    other = End()
    other.socket.close()
    with pytest.raises(Unreachable, match="lost"):
        other.spdy.receive()
    other.spdy.close()


@given(st.lists(st.integers(1, 40)))
def test_frames_are_put_together_however_they_are_cut(cuts):
    sent = b"".join(
        (
            far.Spdy().reply(7),
            far.data(7, b"x" * 50),
            far.control(far.Type.SETTINGS, bytes(12)),
            far.control(far.Type.PING, b"\x80\0\0\1"),
            (0x8003).to_bytes(2, "big") + b"\0\x63" + bytes(4),
            far.data(7, b"", last=True),
        )
    )
    codec, found, at = SpdyFrames(), [], 0
    for cut in (*cuts, len(sent)):
        found += codec.feed(sent[at : at + cut])
        at += cut
    assert found == [
        Control(Kind.SYN_REPLY, 7),
        Data(7, b"x" * 50, False),
        Control(Kind.SETTINGS, 0),
        Control(Kind.PING, 0x80000001),
        Data(7, b"", True),
    ]


@given(st.lists(st.dictionaries(st.text("abcxyz-", min_size=1), st.text("0129azAZ/ .")), max_size=5))
def test_headers_arrive_as_they_were_sent(many):
    ours, theirs = SpdyFrames(), far.Spdy()
    for number, headers in enumerate(many):
        assert theirs.feed(ours.open(2 * number + 1, headers.items())) == [far.Opened(2 * number + 1, headers)]


def test_an_answer_of_http_or_of_another_version_is_no_spdy():
    assert SpdyFrames().feed(b"HTTP/1.1") == []
    with pytest.raises(BrokenFrames, match="another version"):
        SpdyFrames().feed(b"\x80\x02\0\1\0\0\0\0")
    with pytest.raises(BrokenFrames, match="0 bytes"):
        SpdyFrames().feed(frames.control(Kind.SYN_REPLY, b""))
