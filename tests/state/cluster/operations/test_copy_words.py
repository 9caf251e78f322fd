"""What is said of files on their way."""

import pytest

from state.cluster.archive import Tally
from state.cluster.operations.copy import progress, words


@pytest.mark.parametrize(
    ("tally", "said"),
    [
        (Tally(), "0 bytes"),
        (Tally(0, 1_200_000, 0, 8_000_000), "1.2 MB of 8.0 MB, 15 %"),
        (Tally(1, 500, 0, 500), "1 file, 500 bytes of 500 bytes, 100 %"),
        (Tally(3, 2_000), "3 files, 2.0 kB"),
        (Tally(3, 2_000, 0, 1_000), "3 files, 2.0 kB of 1.0 kB, 100 %"),
    ],
)
def test_how_far_it_is(tally: Tally, said: str) -> None:
    assert progress(tally) == said


def test_what_was_copied() -> None:
    assert words(Tally(1, 3)) == "1 file, 3 bytes"
