import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from state.cluster.kinds.deployments import DEPLOYMENT, DeploymentRow
from state.cluster.kinds.pods import POD, PodRow
from state.row_filter import parse_filter

NOW = 1_800_000_000.0
ROWS = [
    PodRow(
        uid="1",
        name="payments-api-1",
        namespace="payments",
        status="CrashLoopBackOff",
        restarts=5,
        created=NOW - 90,
        ready=0,
        total=2,
        labels=(("app", "api"), ("tier", "back"), ("weight", "7")),
    ),
    PodRow(
        uid="2",
        name="payments-web-1",
        namespace="payments",
        status="Running",
        restarts=10,
        created=NOW - 7200,
        ready=1,
        total=1,
        node="node-7",
        labels=(("app", "web"), ("tier", "front")),
    ),
    PodRow(uid="3", name="store.v2", namespace="shop", status="Running", created=NOW - 9 * 86400, ready=1, total=1),
    PodRow(uid="4", name="storexv2", namespace="shop", status="Completed", ready=0, total=1),
]


def found(text):
    chosen = parse_filter(text, POD)
    return "".join(row.uid for row in ROWS if chosen.matches(row, NOW)), chosen.problem


@pytest.mark.parametrize(
    ("text", "uids"),
    [
        ("", "1234"),
        ("pay", "12"),
        ("PAY", "12"),
        ("payments/", "12"),
        ("node-7", "2"),
        ("running", "23"),
        ("store.v2", "34"),
        (r"store\.v2", "3"),
        ("^shop/", "34"),
        ("api|web", "12"),
        ("!pay", "34"),
        (r"!store\.v2", "124"),
        ("!", "1234"),
        ("pay running", "2"),
        ("pay !running", "1"),
        ("-f pyw", "2"),
        ("-f spv2", "34"),
        ("-fpyw", "2"),
        ("-f", "1234"),
        ("-f p.a", ""),
        ("-l app=api", "1"),
        ("-l app==api", "1"),
        ("-lapp=api", "1"),
        ("-l app!=api", "234"),
        ("-l app=api,tier=back", "1"),
        ("-l app=api,tier=front", ""),
        ("-l app in (api,web)", "12"),
        ("-l app in ( api , none )", "1"),
        ("-l app in (api, web), tier=front", "2"),
        ("-l app notin (api)", "234"),
        ("-l app", "12"),
        ("-l !app", "34"),
        ("-l app,!none,tier in (back)", "1"),
        ("-l weight>5", "1"),
        ("-l weight < 5", ""),
        ("-l weight>x", "1234"),
        ("-l app=api running", ""),
        ("-l tier=front running", "2"),
        ("running -l tier=front", "2"),
        ("-l", "1234"),
        ("status:crash", "1"),
        ("STATUS:^Running$", "23"),
        ("sta:crash", "1"),
        ("status:!running", "14"),
        ("status:=running", "23"),
        ("status:", "1234"),
        ("restarts:>5", "2"),
        ("restarts:>=5", "12"),
        ("restarts:<5", "34"),
        ("restarts:=5", "1"),
        ("restarts:!>5", "134"),
        ("age:<10m", "1"),
        ("age:>1h", "23"),
        ("age:>1d12h", "3"),
        ("ready:^0/", "14"),
        ("name:web", "2"),
        ("ns:pay", ""),
        ("namespace:pay", "12"),
        ("nominatednode:none", "1234"),
        ("registry:5000", ""),
        ("restarts>5", "2"),
        ("restarts>=5", "12"),
        ("restarts<5", "34"),
        ("restarts=5", "1"),
        ("restarts==5", "1"),
        ("restarts!=5", "234"),
        ("status=running", "23"),
        ("status!=running", "14"),
        ("age<10m", "1"),
        ("age>1h running", "23"),
        ("nominatednode=<none>", "1234"),
        ("nothing=5", ""),
        ("nothing<5", ""),
    ],
)
def test_a_filter_finds_what_it_says(text, uids):
    assert found(text)[0] == uids


@pytest.mark.parametrize(
    ("text", "uids", "problem"),
    [
        ("pay(", "", "the pattern 'pay(' is not finished"),
        ("status:[", "", "the pattern '[' is not finished"),
        ("-l app=api,", "1234", "'' is no condition on a label"),
        ("-l app in (api", "1234", "'app in (api' is no condition on a label"),
        ("-l app =* pay", "12", "is no condition on a label"),
        ("restarts:>many", "1234", "'many' is no number: write it like restarts:>3"),
        ("age:>", "1234", "'' is no age: write it like age:>10m"),
        ("age:>soon status:crash", "1", "'soon' is no age"),
        ("restarts>many", "1234", "'many' is no number: write it like restarts:>3"),
        ("age<", "1234", "'' is no age: write it like age:<10m"),
    ],
)
def test_what_is_half_typed_is_said_and_the_rest_holds(text, uids, problem):
    shown, said = found(text)
    assert problem in said
    assert shown == uids


def test_letters_in_their_order_are_found_at_one_pass():
    row = PodRow(uid="1", name="a" * 250, namespace="n" * 60)
    assert not parse_filter("-f " + "a" * 120 + "b", POD).matches(row, NOW)
    assert parse_filter("-f N" + "A" * 120, POD).matches(row, NOW)


@settings(deadline=None)
@given(st.text(alphabet=st.sampled_from("-lf !=<>()[]{}*+?\\,:.|^$apires10m "), max_size=25) | st.text(max_size=20))
def test_no_text_makes_a_filter_raise(text):
    chosen = parse_filter(text, POD)
    assert chosen.problem.isprintable() or not text.isprintable()
    for row in ROWS:
        chosen.matches(row, NOW)


def test_a_number_shown_in_a_text_column_compares_as_a_number():
    row = DeploymentRow(uid="d", name="api", updated=10, available=9)
    assert parse_filter("up-to-date:>9", DEPLOYMENT).matches(row, NOW)
    assert not parse_filter("available:>9", DEPLOYMENT).matches(row, NOW)


def test_only_ages_make_a_filter_depend_on_the_time():
    assert parse_filter("age:<10m", POD).timed
    assert not parse_filter("restarts:>3 status:crash", POD).timed
