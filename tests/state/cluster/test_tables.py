"""Kinds made of the server's tables."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from state.cluster.kinds.extra import with_paths
from state.cluster.kinds.kind import Bookmark, Changed, Deleted, Failure, Resource
from state.cluster.printing import Printed
from state.cluster.table_decoding import TableRow
from state.cluster.tables import kind_for, table_kind
from state.rfc3339 import timestamp

NOW = 1_795_519_800.0
CERTIFICATE = Resource("cert-manager.io", "v1", "certificates", "Certificate")
PRINTED = (
    Printed("Ready", "string", path=".status.ready"),
    Printed("Names", "integer", path=".spec.names"),
    Printed("Expires", "date", path=".spec.notAfter"),
    Printed("Issuer", "string", priority=1, path=".spec.issuer"),
    Printed("Age", "date", path=".metadata.creationTimestamp"),
)
KIND = table_kind(CERTIFICATE, PRINTED)


def at(seconds):
    return f"{timestamp(NOW + seconds)[:-5]}Z"


def line(name, *cells, uid=None, **spec):
    metadata = {"name": name, "namespace": "shop", "uid": uid or name, "resourceVersion": "7"}
    metadata["creationTimestamp"] = at(-3600)
    return {"cells": [name, *cells], "object": {"kind": "Certificate", "metadata": metadata, "spec": spec}}


def table(*lines, columns=("Name", "Ready", "Names", "Expires", "Issuer", "Age"), **metadata):
    return {
        "kind": "Table",
        "metadata": {"resourceVersion": "9", **metadata},
        "columnDefinitions": [{"name": name, "type": "string"} for name in columns] if columns else None,
        "rows": list(lines),
    }


def body(*lines, **more):
    return json.dumps(table(*lines, **more)).encode()


def event(type_, found, kind=KIND):
    return kind.decoder.event(json.dumps({"type": type_, "object": found}).encode())


def column(header, kind=KIND):
    return next(one for one in kind.columns if one.header == header)


def shown(row, now=NOW, kind=KIND):
    return {one.header: one.cell(row, now).text for one in kind.columns}


def test_a_table_becomes_rows_with_the_servers_columns():
    found = line("a", "True", 3, "<invalid>", "ca", "60m", notAfter=at(86400 * 30))
    page = KIND.decoder.page(body(found, remainingItemCount=4))
    assert (page.resource_version, page.remaining, page.unreadable) == ("9", 4, 0)
    assert shown(page.rows[0]) == {
        "": "✓",
        "NAMESPACE": "shop",
        "NAME": "a",
        "READY": "True",
        "NAMES": "3",
        "EXPIRES": "in 30d",
        "ISSUER": "ca",
        "AGE": "60m",
    }
    assert shown(page.rows[0], NOW + 86400 * 30 + 7200)["EXPIRES"] == "120m"


def test_dates_tick_and_sort_as_moments():
    days = {"old": -9, "far": 40, "near": 2}
    lines = [line(name, None, None, "", "", "", notAfter=at(ahead * 86400)) for name, ahead in days.items()]
    rows = KIND.decoder.page(body(*lines)).rows
    assert column("EXPIRES").ticks
    assert [row.name for row in sorted(rows, key=column("EXPIRES").sort_key)] == ["far", "near", "old"]
    assert column("EXPIRES").cell(TableRow(uid="x", name="x"), NOW).text == ""


def test_numbers_sort_as_numbers_and_nothing_comes_first():
    rows = KIND.decoder.page(body(*(line(str(n), "", n, "", "", "") for n in (10, None, 9, 2)))).rows
    assert [row.cells[1] for row in sorted(rows, key=column("NAMES").sort_key)] == [None, 2, 9, 10]


def test_texts_with_numbers_in_them_sort_by_these():
    versions = ["main", "v1.9", "v1.9-rc2", "v1.10"]
    rows = KIND.decoder.page(body(*(line(one, "", 0, "", one, "") for one in reversed(versions)))).rows
    assert [row.cells[3] for row in sorted(rows, key=column("ISSUER").sort_key)] == versions


@settings(deadline=None)
@given(st.lists(st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text()))
def test_whatever_the_cells_are_they_sort_together(values):
    for header in ("READY", "NAMES", "ISSUER"):
        key = column(header).sort_key
        sorted([TableRow(uid="u", name="n", cells=(value,) * 5) for value in values], key=key)


def test_quantities_and_frozen_ages_sort_by_what_they_stand_for():
    printed = (Printed("memory", "string", "quantity"), Printed("Seen", "date"))
    kind = table_kind(Resource("", "v1", "things", "Thing"), printed)
    rows = [
        TableRow(uid="u", name=memory, cells=(memory, seen))
        for memory, seen in (("1Gi", "45s"), ("900Mi", "2d4h"), ("2Ki", "5m30s"))
    ]
    assert [row.name for row in sorted(rows, key=column("MEMORY", kind).sort_key)] == ["2Ki", "900Mi", "1Gi"]
    assert [row.cells[1] for row in sorted(rows, key=column("SEEN", kind).sort_key)] == ["45s", "5m30s", "2d4h"]


def test_whole_objects_are_read_only_for_dates_that_the_metadata_has_not():
    assert KIND.query == (("includeObject", "Object"),)
    lean = table_kind(CERTIFICATE, [Printed("Ready"), Printed("Age", "date", path=".metadata.creationTimestamp")])
    assert lean.query == (("includeObject", "Metadata"),)
    assert lean.accept.startswith("application/json;as=Table;")


def test_a_date_whose_path_cannot_be_walked_stays_the_servers_text():
    kind = table_kind(CERTIFICATE, [Printed("Seen", "date", path="..seen")])
    row = kind.decoder.page(body(line("a", "5m"), columns=("Name", "Seen"))).rows[0]
    assert shown(row, kind=kind)["SEEN"] == "5m"


def test_what_is_not_ready_is_a_fault():
    rows = KIND.decoder.page(body(line("a", "False", 0, "", "", ""), line("b", True, 0, "", "", ""), line("c", 0))).rows
    faults = [KIND.fault(row, NOW) for row in rows]
    assert [fault.text if fault else None for fault in faults] == ["not ready", None, None]


def test_a_kind_of_the_whole_cluster_has_no_namespaces_and_every_kind_an_age():
    kind = table_kind(Resource("", "v1", "things", "Thing", namespaced=False), ())
    assert [one.header for one in kind.columns] == ["", "NAME", "AGE"]


def test_columns_of_the_same_name_are_told_apart():
    kind = table_kind(CERTIFICATE, [Printed("Name"), Printed("Namespace"), Printed("Name"), Printed("\x1b[31m")])
    headers = [one.header for one in kind.columns]
    assert headers == ["", "NAMESPACE", "NAME", "NAME 2", "NAMESPACE 2", "NAME 3", "?", "AGE"]


def test_a_watch_of_a_table_says_what_changed_and_what_went():
    added = event("ADDED", table(line("a", "True", 1, "", "", "")))
    assert isinstance(added, Changed)
    assert (added.row.cells[:2], added.resource_version) == (("True", 1), "9")
    later = event("MODIFIED", table(line("a", "False", 2, "", "", ""), columns=None))
    assert isinstance(later, Changed)
    assert later.row.cells[:2] == ("False", 2)
    assert event("DELETED", table(line("a"), columns=None)) == Deleted("a", "9")
    assert event("BOOKMARK", table(columns=None)) == Bookmark("9")
    assert event("ADDED", table(line("a"), line("b"))) == [
        event("ADDED", table(line("a"))),
        event("ADDED", table(line("b"))),
    ]


def test_the_end_of_a_watch_is_told_with_its_code():
    status = {"kind": "Status", "code": 410, "reason": "Expired", "message": "too old"}
    assert event("ERROR", status) == Failure(410, "Expired", "too old")
    for broken in (b"{", b"", b"7", json.dumps({"type": "NEW", "object": table(line("a"))}).encode()):
        found = KIND.decoder.event(broken)
        assert isinstance(found, Failure)
        assert found.status == 0


def test_columns_that_come_go_or_move_while_it_is_read_are_followed():
    kind = table_kind(CERTIFICATE, [Printed("Ready"), Printed("Issuer")])
    moved = body(line("a", "new", "ca", "True"), columns=("Name", "New", "Issuer", "Ready"))
    assert kind.decoder.page(moved).rows[0].cells == ("True", "ca")
    assert event("MODIFIED", table(line("a", "new", "ca", "False"), columns=None), kind).row.cells == ("False", "ca")
    gone = body(line("a", "ca"), columns=("Name", "Issuer"))
    assert kind.decoder.page(gone).rows[0].cells == (None, "ca")


@pytest.mark.parametrize("printed", [PRINTED, PRINTED[:2]], ids=["whole objects", "metadata"])
def test_one_odd_object_is_shown_as_unreadable_and_the_others_as_they_are(printed):
    kind = table_kind(CERTIFICATE, printed)
    odd = line("odd")
    odd["object"]["metadata"]["labels"] = {"a": 1}
    nobody = {"cells": ["x"], "object": 7}
    page = kind.decoder.page(body(line("a", "True"), odd, nobody, line("b")))
    assert page.unreadable == 2
    assert [(row.name, row.unreadable) for row in page.rows] == [("a", False), ("odd", True), ("b", False)]
    changed = event("MODIFIED", table(odd), kind)
    assert isinstance(changed, Changed)
    assert changed.row.unreadable
    assert event("DELETED", table(odd), kind) == Deleted("odd", "9")


def test_what_a_server_measures_has_no_uid_and_is_known_by_its_name():
    found = line("a", "True")
    del found["object"]["metadata"]["uid"]
    assert KIND.decoder.page(body(found)).rows[0].uid == "shop/a"


def test_a_server_that_makes_no_table_gives_names_and_ages():
    items = [line("a")["object"], line("b")["object"]]
    plain = json.dumps({"kind": "CertificateList", "metadata": {"resourceVersion": "9"}, "items": items}).encode()
    page = KIND.decoder.page(plain)
    assert [shown(row)["NAME"] + shown(row)["AGE"] + shown(row)["READY"] for row in page.rows] == ["a60m", "b60m"]
    assert event("ADDED", items[0]) == Changed(page.rows[0], "7")


@pytest.mark.parametrize("broken", [b"", b"<html>", b'{"kind":"Status"}', b'{"kind":"Table","rows":7}', b"[" * 100_000])
def test_a_body_that_is_no_list_is_said_to_be_none(broken):
    with pytest.raises(ValueError, match="is no list"):
        KIND.decoder.page(broken)


@settings(deadline=None)
@given(st.binary(max_size=200))
def test_no_line_makes_a_decoder_raise(found):
    KIND.decoder.event(found)


def test_hostile_cells_and_headers_are_made_safe():
    row = KIND.decoder.page(body(line("a", "\x1b]0;x\x07\u202e", [1, {"a": "b"}], 7, {}, ""))).rows[0]
    assert all(text.isprintable() for text in shown(row).values())
    assert shown(row)["NAMES"] == '[1,{"a":"b"}]'


def test_paths_of_the_users_own_are_columns_of_tables_too():
    kind = with_paths(table_kind(CERTIFICATE, PRINTED[:1]), [("issuer", ".spec.issuer")])
    assert kind.query == (("includeObject", "Object"),)
    row = kind.decoder.page(body(line("a", "True", issuer="ca"), columns=("Name", "Ready"))).rows[0]
    assert (row.cells, row.extra) == (("True",), ("ca",))
    assert event("MODIFIED", table(line("a", "True", issuer="b")), kind).row.extra == ("b",)


def test_a_resource_has_the_kind_that_is_written_for_it_else_its_table():
    assert kind_for(Resource("apps", "v1", "deployments", "Deployment")).columns[3].header == "READY"
    assert isinstance(kind_for(CERTIFICATE, PRINTED).decoder, type(KIND.decoder))
