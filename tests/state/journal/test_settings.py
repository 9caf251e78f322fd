"""What is configured of alerts and the journal, and what is wrong about it."""

from pathlib import Path

import pytest

from state.alerts.settings import VOLATILE
from state.config import InvalidConfig, read_config

PATH = Path("c.toml")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('[journal]\nkeep = "2h"', "journal: keep: less than a day is no journal: write 400d, or forever"),
        ('[journal]\nkeep = "soon"', "journal: keep: 'soon' is no length of time"),
        ('[journal]\nkept = "2d"', "unknown key 'journal.kept': did you mean 'keep'?"),
        ('[alerts]\nlongest_ack = "x"', "alerts: longest_ack: 'x' is no length of time"),
        ('[alerts]\nvolatile = ["alertname"]', "an ack would hold every alert of an object"),
        ('[alerts]\nnotify = "mail"', "alerts.notify: 'mail' is none of off, osc9, osc777"),
    ],
)
def test_what_is_wrong_is_named(text: str, words: str) -> None:
    with pytest.raises(InvalidConfig) as wrong:
        read_config(text, PATH)
    assert words in str(wrong.value)


def test_what_is_said_holds_and_the_rest_is_as_usual() -> None:
    usual = read_config("", PATH)
    assert (usual.journal.seconds, usual.alerts.longest_ack_seconds) == (400 * 86400, 86400)
    assert (usual.alerts.volatile, usual.alerts.bell, usual.alerts.notify) == (VOLATILE, False, "off")
    said = read_config('[journal]\nkeep = "Forever"\n[alerts]\nvolatile = ["pod"]\nlongest_ack = "3d"', PATH)
    assert (said.journal.seconds, said.alerts.volatile) == (None, ("pod",))
    assert said.alerts.longest_ack_seconds == 3 * 86400
