"""The C library's part of memory: asked for on any system, and never a reason to fail."""

import platform
import subprocess
import sys

import pytest

from state import memory

ARENAS = """
import ctypes, threading
from state import memory
{ask}
def work():
    block = ctypes.CDLL(None).malloc(100_000)
    wait.wait()
wait = threading.Barrier(9)
threads = [threading.Thread(target=work) for _ in range(8)]
[thread.start() for thread in threads]
wait.wait()
[thread.join() for thread in threads]
ctypes.CDLL(None).malloc_stats()
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="arenas are glibc's")
def test_threads_share_two_arenas():
    def arenas(ask: str) -> int:
        done = subprocess.run(
            [sys.executable, "-c", ARENAS.format(ask=ask)], capture_output=True, text=True, check=True
        )
        return done.stderr.count("Arena ")

    assert arenas("") > 2
    assert arenas("memory.share_arenas()") == 2


def test_memory_is_given_back_without_a_word():
    memory.give_back()
