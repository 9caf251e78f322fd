import io
import shutil
import tarfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from state.cluster.archive import amount, pack, unpack
from state.operation import Refused


def archive(*entries):
    """Return an archive of (name, bytes or None for a folder, or a type with a link's target)."""
    held = io.BytesIO()
    with tarfile.open(fileobj=held, mode="w") as made:
        for name, content in entries:
            entry = tarfile.TarInfo(name)
            entry.mode = 0o4777
            if content is None:
                entry.type = tarfile.DIRTYPE
                made.addfile(entry)
            elif isinstance(content, tuple):
                entry.type, entry.linkname = content
                made.addfile(entry)
            else:
                entry.size = len(content)
                made.addfile(entry, io.BytesIO(content))
    held.seek(0)
    return held


def unpacked(data, target, name="top"):
    return unpack(data, name, target, lambda tally: None)


def test_files_and_folders_arrive(tmp_path):
    target = tmp_path / "copy"
    tally = unpacked(archive(("top", None), ("top/a", b"one"), ("top/deep/b", b"two!")), target)
    assert (target / "a").read_bytes() == b"one"
    assert (target / "deep/b").read_bytes() == b"two!"
    assert (tally.files, tally.size, tally.skipped) == (2, 7, 0)


def test_a_single_file_takes_the_name_of_the_target(tmp_path):
    unpacked(archive(("top", b"content")), tmp_path / "other")
    assert (tmp_path / "other").read_bytes() == b"content"
    assert (tmp_path / "other").stat().st_mode & 0o7000 == 0


@pytest.mark.parametrize(
    "name", ["../evil", "top/../../evil", "/etc/evil", "top/../evil", "//evil", "other/evil", "./../evil"]
)
def test_an_archive_that_would_write_elsewhere_is_refused(tmp_path, name):
    (tmp_path / "in").mkdir()
    with pytest.raises(Refused, match="nothing is kept"):
        unpacked(archive(("top", None), (name, b"x")), tmp_path / "in/copy")
    assert [path.name for path in tmp_path.rglob("evil")] == []


@pytest.mark.parametrize(
    "link", [(tarfile.SYMTYPE, "/etc/passwd"), (tarfile.LNKTYPE, "../x"), (tarfile.FIFOTYPE, ""), (tarfile.CHRTYPE, "")]
)
def test_links_and_devices_are_left_out_and_counted(tmp_path, link):
    tally = unpacked(archive(("top", None), ("top/l", link), ("top/f", b"")), tmp_path / "copy")
    assert (tally.files, tally.skipped) == (1, 1)
    assert not (tmp_path / "copy/l").is_symlink()
    assert not (tmp_path / "copy/l").exists()


def test_no_file_is_written_through_another_of_the_same_name(tmp_path):
    with pytest.raises(Refused, match="twice"):
        unpacked(archive(("top", None), ("top/a", b"1"), ("top/a", b"2")), tmp_path / "copy")


def test_what_is_no_archive_or_nothing_is_told(tmp_path):
    with pytest.raises(Refused, match="is no archive"):
        unpacked(io.BytesIO(b"tar: nothing here\n" * 40), tmp_path / "copy")
    with pytest.raises(Refused, match="nothing that can be copied"):
        unpacked(archive(("top", (tarfile.SYMTYPE, "x"))), tmp_path / "copy")
    half = io.BytesIO(archive(("top", b"x" * 5000)).getvalue()[:2000])
    with pytest.raises(Refused, match="is no archive"):
        unpacked(half, tmp_path / "half")


@given(st.dictionaries(st.text("abc", min_size=1, max_size=3), st.binary(max_size=3000), min_size=1, max_size=5))
def test_what_is_packed_is_what_is_unpacked(tmp_path_factory, files):
    folder = tmp_path_factory.mktemp("packed")
    source = folder / "source"
    (source / "deep").mkdir(parents=True)
    for name, content in files.items():
        (source / "deep" / name).write_bytes(content)
    stream = io.BytesIO(b"".join(pack(source, "top", lambda tally: None)))
    unpacked(stream, folder / "copy")
    assert {path.name: path.read_bytes() for path in (folder / "copy/deep").iterdir()} == files


def test_an_archive_made_here_is_read_by_others(tmp_path):
    (tmp_path / "source").mkdir()
    (tmp_path / "source/big").write_bytes(b"x" * 200_001)
    (tmp_path / "source/link").symlink_to("big")
    (tmp_path / ("source/" + "n" * 150)).write_bytes(b"long name")
    told = []
    data = b"".join(pack(tmp_path / "source", "top", lambda tally: told.append(tally.size)))
    with tarfile.open(fileobj=io.BytesIO(data)) as found:
        assert found.getnames() == ["top", "top/big", "top/link", "top/" + "n" * 150]
        assert found.getmember("top/link").linkname == "big"
        assert found.extractfile("top/big").read() == b"x" * 200_001
        assert found.getmember("top/big").uid == 0
    assert told[-1] == 200_010


def test_how_much_there_is_in_all_is_told_where_it_is_known(tmp_path):
    seen = []
    unpack(archive(("top", b"x" * 100)), "top", tmp_path / "file", lambda tally: seen.append(tally.total))
    assert set(seen) == {100}
    seen.clear()
    unpack(
        archive(("top", None), ("top/a", b"one")), "top", tmp_path / "folder", lambda tally: seen.append(tally.total)
    )
    assert set(seen) == {0}
    (tmp_path / "folder/b").write_bytes(b"four")
    (tmp_path / "folder/link").symlink_to("b")
    seen.clear()
    assert list(pack(tmp_path / "folder", "top", lambda tally: seen.append((tally.size, tally.total))))
    assert (seen[0], seen[-1]) == ((0, 7), (7, 7))


def test_a_file_that_the_disk_has_no_room_for_is_not_begun(tmp_path, monkeypatch):
    monkeypatch.setattr("state.cluster.archive.shutil.disk_usage", lambda folder: shutil._ntuple_diskusage(9, 7, 2))
    with pytest.raises(Refused, match="top has 3 bytes, the disk takes 2 bytes more"):
        unpacked(archive(("top", b"one")), tmp_path / "copy")
    assert not (tmp_path / "copy").exists()


@pytest.mark.parametrize(
    ("size", "words"),
    [
        (0, "0 bytes"),
        (1, "1 byte"),
        (999, "999 bytes"),
        (1234, "1.2 kB"),
        (5_600_000, "5.6 MB"),
        (2 * 10**9, "2,000.0 MB"),
    ],
)
def test_amounts_in_words(size, words):
    assert amount(size) == words
