"""Who acks and silences, where no configuration says it."""

from pathlib import Path

import pytest

from state.author import Author, is_person


@pytest.mark.parametrize(
    ("login", "person"),
    [("ana", True), ("Root", False), ("root", False), ("ubuntu", False), ("uid 1000", False), ("", False)],
)
def test_a_login_that_many_share_says_nobody(login: str, person: bool) -> None:
    assert is_person(login) is person


def test_a_name_is_asked_for_once_and_kept(tmp_path: Path) -> None:
    author = Author(tmp_path / "data" / "author")
    author.read()
    assert author.name == ""
    with pytest.raises(ValueError, match="say who you are"):
        author.say(" \t")
    author.say("  ana \x1b[31m maria\n")
    author.save()
    again = Author(tmp_path / "data" / "author")
    again.read()
    assert again.name == author.name
    assert "\x1b" not in again.name


def test_a_place_that_cannot_be_read_or_written_is_no_trouble(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    author = Author(tmp_path / "file" / "author")
    author.read()
    author.say("ana")
    author.save()
    assert author.name == "ana"
