import pytest
from hypothesis import given
from hypothesis import strategies as st

from state.cluster.frames import BrokenFrames, Frames, Message, Opcode, encode, masked

DATA = st.binary(max_size=300) | st.sampled_from([b"x" * 125, b"x" * 126, b"x" * 65535, b"x" * 65536])


def served(opcode, payload, final=True):
    """Return a frame as a server sends it: that of a client without its mask."""
    data = encode(opcode, payload, b"\0\0\0\0")
    start = {126: 4, 127: 10}.get(data[1] & 0x7F, 2)
    return bytes([data[0] if final else data[0] & 0x7F, data[1] & 0x7F]) + data[2:start] + data[start + 4 :]


@given(DATA, st.binary(min_size=4, max_size=4))
def test_a_mask_laid_over_twice_is_gone(payload, mask):
    assert masked(masked(payload, mask), mask) == payload
    assert masked(payload[:5], mask) == bytes(b ^ mask[i % 4] for i, b in enumerate(payload[:5]))


@given(st.lists(DATA, max_size=4), st.lists(st.integers(1, 9), min_size=1, max_size=5))
def test_messages_come_out_whole_however_the_bytes_are_cut(payloads, cuts):
    data = b"".join(served(Opcode.BINARY, payload) for payload in payloads)
    # Long ones are cut in pieces as long as a socket's.
    sizes = [cut if len(data) < 2000 else cut * 8191 for cut in cuts]
    frames, found, turn = Frames(), [], 0
    while data:
        size = sizes[turn % len(sizes)]
        found += frames.feed(data[:size])
        data, turn = data[size:], turn + 1
    assert found == [Message(Opcode.BINARY, payload) for payload in payloads]


@given(st.lists(st.binary(max_size=20), min_size=1, max_size=5))
def test_a_message_in_pieces_is_put_together_around_control_frames(pieces):
    data = b""
    for index, piece in enumerate(pieces):
        data += served(Opcode.BINARY if index == 0 else Opcode.CONTINUATION, piece, final=index == len(pieces) - 1)
        if index < len(pieces) - 1:
            data += served(Opcode.PING, b"?")
    found = Frames().feed(data)
    assert found[-1] == Message(Opcode.BINARY, b"".join(pieces))
    assert found[:-1] == [Message(Opcode.PING, b"?")] * (len(pieces) - 1)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"\xc2\x00", "extension"),
        (b"\x82\x80\0\0\0\0", "masked"),
        (b"\x83\x00", "unknown opcode 3"),
        (b"\x09\x00", "control frame"),
        (b"\x89\x7e\x00\x7e", "control frame"),
        (b"\x80\x00", "not begun"),
        (b"\x02\x01a\x82\x01b", "within another"),
        (b"\x82\x7f\x7f\xff\xff\xff\xff\xff\xff\xff", "bytes"),
    ],
)
def test_what_no_server_may_send_is_told(data, words):
    with pytest.raises(BrokenFrames, match=words):
        Frames().feed(data)
