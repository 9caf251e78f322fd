"""The server's end of a WebSocket over a pair of sockets, for tests of what speaks to one."""

import contextlib
import socket
import threading

from state.cluster.frames import masked
from state.cluster.websocket import WebSocket


def frame(opcode, payload, final=True):
    """Return one frame as a server sends it."""
    head = bytes([(0x80 if final else 0) | opcode])
    if len(payload) < 126:
        return head + bytes([len(payload)]) + payload
    if len(payload) < 1 << 16:
        return head + b"\x7e" + len(payload).to_bytes(2, "big") + payload
    return head + b"\x7f" + len(payload).to_bytes(8, "big") + payload


class FarEnd:
    """Reads whole client frames and sends what it is told to."""

    def __init__(self):
        self.ours, self.socket = socket.socketpair()
        self.socket.settimeout(20)
        self.let_go = threading.Event()
        self.requests = []
        self.clock = 0.0
        self.websocket = WebSocket(
            self.ours, b"", "v5.channel.k8s.io", self.sentence, self.end, clock=lambda: self.clock
        )

    @staticmethod
    def sentence(error):
        return f"lost: {type(error).__name__}"

    def end(self):
        self.let_go.set()
        self.ours.close()

    def upgrade(self, request, streams):
        """Stand in for a transport."""
        self.requests.append(request)
        return self.websocket

    def read(self):
        """Return the next frame of the client as (opcode, payload); fails when it is not masked."""
        head = self._exactly(2)
        assert head[1] & 0x80
        size = head[1] & 0x7F
        if size >= 126:
            size = int.from_bytes(self._exactly(2 if size == 126 else 8), "big")
        mask = self._exactly(4)
        return head[0] & 0x0F, masked(self._exactly(size), mask)

    def read_data(self):
        """Return the next message that is no ping."""
        while True:
            opcode, payload = self.read()
            if opcode == 2:
                return payload
            assert opcode in (8, 9, 10)

    def send(self, payload, opcode=2):
        self.socket.sendall(frame(opcode, payload))

    def close(self):
        """Say that this was all; the client may have hung up before."""
        with contextlib.suppress(OSError):
            self.send(b"\x03\xe8", opcode=8)

    def on_thread(self, work):
        thread = threading.Thread(target=work, daemon=True)
        thread.start()
        return thread

    def _exactly(self, size):
        data = b""
        while len(data) < size:
            piece = self.socket.recv(size - len(data))
            if not piece:
                raise ConnectionError("the client hung up")
            data += piece
        return data
