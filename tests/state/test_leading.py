"""Of several cockpits on one data folder one leads in a matter."""

from pathlib import Path

from state.leading import Lead


def test_one_leads_until_it_gives_up(tmp_path: Path) -> None:
    first, second, elsewhere = Lead(tmp_path, "http://am"), Lead(tmp_path, "http://am"), Lead(tmp_path, "http://other")
    assert first.held()
    assert first.held()
    assert not second.held()
    assert elsewhere.held()
    first.give_up()
    assert second.held()
    assert not first.held(), "who gave up does not come back"


def test_where_there_are_no_locks_everybody_leads(tmp_path: Path) -> None:
    (tmp_path / "leads").write_text("")
    assert Lead(tmp_path, "http://am").held()
    assert Lead(tmp_path, "http://am").held()
