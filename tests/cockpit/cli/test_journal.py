"""The journal and the hand-off on the command line."""

import csv
import io
import json
import time
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from cockpit.cli.root import cockpit
from cockpit.demo_world import Endpoints
from state.journal.entry import Entry
from state.journal.journal import Journal


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder whose journal holds an alert of an hour ago, a note and something old; no cluster."""
    monkeypatch.setenv("KUBECONFIG", str(tmp_path / "none"))
    monkeypatch.setenv("COCKPIT_CONFIG", str(tmp_path / "config.toml"))
    (tmp_path / "config.toml").write_text('context = "prod"\n', encoding="utf-8")
    now = time.time()
    journal = Journal(tmp_path / "journal.db")
    journal.start()
    for entry in (
        Entry("alerts@prod", "f", now - 3600, "firing", now - 3600, subject="Down", details={"where": "pay/api"}),
        Entry("note", "n", now - 1800, "noted", now - 1800, who="ana", subject="Down", outcome='=it is "so"'),
        Entry("note", "o", now - 9e5, "noted", now - 9e5, who="ana", subject="Down", outcome="long ago"),
    ):
        journal.record(entry)
    assert journal.drain(10)
    journal.close()
    return tmp_path


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cockpit, arguments)


def test_entries_are_exported_oldest_first(folder: Path) -> None:
    ended = run("journal", "export", "--data-dir", str(folder))
    assert ended.exit_code == 0, ended.output
    records = [json.loads(line) for line in ended.stdout.splitlines()]
    assert [one["event"] for one in records] == ["firing", "noted"]
    assert records[0]["details"] == {"where": "pay/api"}
    assert records[0]["at"].endswith("Z")
    whole = run("journal", "export", "--since", "30d", "--data-dir", str(folder), "--source", "note")
    assert [json.loads(line)["outcome"] for line in whole.stdout.splitlines()] == ["long ago", '=it is "so"']


def test_csv_reads_back(folder: Path) -> None:
    ended = run("journal", "export", "-o", "csv", "--data-dir", str(folder))
    rows = list(csv.DictReader(io.StringIO(ended.stdout)))
    assert [row["event"] for row in rows] == ["firing", "noted"]
    assert 'it is "so"' in rows[1]["outcome"]


def test_the_hand_off_is_markdown(folder: Path) -> None:
    ended = run("handoff", "--since", "2h", "--data-dir", str(folder))
    assert ended.exit_code == 0, ended.output
    assert ended.stdout.startswith("# Hand-off prod\n")
    assert "Alertmanager was not asked (none is configured)" in ended.stdout
    assert "**Down** pay/api" in ended.stdout
    assert "long ago" not in ended.stdout


def test_how_alerts_were_dealt_with_is_markdown(folder: Path) -> None:
    ended = run("journal", "measures", "--data-dir", str(folder))
    assert ended.exit_code == 0, ended.output
    assert ended.stdout.startswith("# How alerts were dealt with, prod\n")
    assert "**Nobody watched the alerts from this machine in this time.**" in ended.stdout
    assert "| Down | 1 |" in ended.stdout


def test_a_dead_alertmanager_is_said_and_the_rest_is_told(folder: Path) -> None:
    ended = run("handoff", "--data-dir", str(folder), "--alertmanager", "http://127.0.0.1:1")
    assert ended.exit_code == 0
    assert "Alertmanager was not asked (http" in ended.stdout


def test_a_time_that_is_none_is_refused_in_one_sentence(folder: Path) -> None:
    ended = run("handoff", "--since", "soon", "--data-dir", str(folder))
    assert ended.exit_code == 2
    assert "--since: 'soon' is no time: write 2h" in ended.output


def test_a_journal_that_cannot_be_read_is_said(folder: Path) -> None:
    other = folder / "other"
    other.mkdir()
    (other / "journal.db").write_bytes(b"no database" * 100)
    ended = run("journal", "export", "--data-dir", str(other))
    assert ended.exit_code == 1
    assert "the journal" in ended.output


def test_an_alertmanager_that_nobody_named_is_found_in_the_cluster(
    folder: Path, simulated: Endpoints, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KUBECONFIG", str(simulated.kubeconfig))
    ended = run("handoff", "--context", "prod-eu", "--data-dir", str(folder))
    assert ended.exit_code == 0, ended.output
    assert ended.stdout.startswith("# Hand-off prod-eu\n")
    assert "was not asked" not in ended.stdout


def test_one_of_several_alertmanagers_that_is_dead_is_left_out_and_said(folder: Path, simulated: Endpoints) -> None:
    said = f'context = "prod"\nalertmanager = ["{simulated.alertmanager}", "http://127.0.0.1:1"]\n'
    (folder / "config.toml").write_text(said)
    ended = run("handoff", "--data-dir", str(folder))
    assert ended.exit_code == 0, ended.output
    assert "was not asked" not in ended.stdout
    assert "alerts are left out: http://127.0.0.1:1 is not reached: connection refused" in ended.output
