from hypothesis import given
from hypothesis import strategies as st

from cockpit.simulator.promql.ast import (
    COMPARISONS,
    PARAMETRIC,
    SET_OPERATORS,
    Aggregate,
    Binary,
    Call,
    Matcher,
    Matching,
    Node,
    Number,
    Range,
    Selector,
    String,
    Subquery,
    Unary,
)
from cockpit.simulator.promql.durations import format_duration, parse_duration
from cockpit.simulator.promql.numbers import format_exponent, format_value
from cockpit.simulator.promql.parser import parse
from cockpit.simulator.promql.printer import show

names = st.from_regex(r"[a-z_:][a-z0-9_:]{0,6}", fullmatch=True)
labels = st.from_regex(r"[a-z_][a-z0-9_]{0,6}", fullmatch=True) | st.sampled_from(["sum", "by", "bool", "and"])
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
durations = st.integers(1, 10**10)
offsets = st.just(0) | st.integers(-(10**9), 10**9)
plain_matchers = st.builds(Matcher, labels, st.sampled_from(["=", "!="]), texts)
pattern_matchers = st.builds(
    Matcher, labels, st.sampled_from(["=~", "!~"]), st.sampled_from(["a.*|b", "", r"\d+", "(x)"])
)
name_matchers = st.builds(Matcher, st.just("__name__"), st.sampled_from(["=", "!=", "=~"]), names)
numbers = st.builds(Number, st.floats(allow_nan=False))
strings = st.builds(String, texts)


def is_selective(selector: Selector) -> bool:
    return not all(matcher.matches("") for matcher in selector.matchers)


selectors = st.builds(
    Selector,
    st.lists(plain_matchers | pattern_matchers | name_matchers, min_size=1, max_size=4).map(tuple),
    offset=offsets,
).filter(is_selective)
matchings = st.builds(
    Matching,
    st.booleans(),
    st.lists(st.sampled_from(["a", "b"]), max_size=2, unique=True).map(tuple),
    st.sampled_from(["left", "right"]),
    st.lists(st.sampled_from(["c", "sum"]), max_size=2, unique=True).map(tuple),
)


@st.composite
def aggregates(draw: st.DrawFn, vectors: st.SearchStrategy[Node], scalars: st.SearchStrategy[Node]) -> Aggregate:
    op = draw(st.sampled_from(["sum", "avg", "count", "topk", "quantile", "count_values"]))
    kind = PARAMETRIC.get(op)
    parameter = draw(strings if kind == "string" else scalars) if kind else None
    kept = draw(st.lists(labels, max_size=2).map(tuple))
    return Aggregate(op, draw(vectors), parameter, kept, draw(st.booleans()))


@st.composite
def binaries(draw: st.DrawFn, vectors: st.SearchStrategy[Node], scalars: st.SearchStrategy[Node]) -> Binary:
    op = draw(st.sampled_from(["+", "-", "*", "/", "%", "^", "==", "!=", "<", ">=", "and", "or", "unless"]))
    returns_bool = op in COMPARISONS and draw(st.booleans())
    if op in SET_OPERATORS or draw(st.booleans()):
        matching = Matching() if op in SET_OPERATORS else draw(st.just(Matching()) | matchings)
        return Binary(op, draw(vectors), draw(vectors), returns_bool, matching)
    left, right = draw(st.permutations([draw(vectors), draw(scalars)]))
    return Binary(op, left, right, returns_bool)


scalar_nodes: st.SearchStrategy[Node] = st.deferred(
    lambda: (
        numbers
        | st.just(Call("time", ()))
        | st.builds(lambda inner: Unary("-", inner), scalar_nodes)
        | st.builds(lambda op, a, b: Binary(op, a, b), st.sampled_from(["+", "^", "*"]), scalar_nodes, scalar_nodes)
        | st.builds(lambda a, b: Binary("<", a, b, True), scalar_nodes, scalar_nodes)
    )
)
vector_nodes: st.SearchStrategy[Node] = st.deferred(
    lambda: (
        selectors
        | st.builds(lambda op, inner: Unary(op, inner), st.sampled_from(["+", "-"]), vector_nodes)
        | st.builds(lambda inner: Call("rate", (inner,)), range_nodes)
        | st.builds(lambda q, inner: Call("histogram_quantile", (q, inner)), scalar_nodes, vector_nodes)
        | st.builds(lambda inner, text: Call("label_join", (inner, text, text)), vector_nodes, strings)
        | aggregates(vector_nodes, scalar_nodes)
        | binaries(vector_nodes, scalar_nodes)
    )
)
range_nodes: st.SearchStrategy[Node] = st.deferred(
    lambda: (
        st.builds(Range, selectors, durations)
        | st.builds(Subquery, vector_nodes, durations, st.none() | durations, offset=offsets)
    )
)


@given(scalar_nodes | vector_nodes | range_nodes)
def test_what_is_shown_reads_back_to_the_same_tree(node: Node) -> None:
    assert parse(show(node)) == node


@given(durations)
def test_durations_read_back(milliseconds: int) -> None:
    assert parse_duration(format_duration(milliseconds)) == milliseconds


@given(st.floats(allow_nan=False))
def test_values_read_back(value: float) -> None:
    assert float(format_value(value)) == value
    assert float(format_exponent(value)) == value


def test_values_are_written_as_go_writes_them() -> None:
    shown = [format_value(value) for value in (1.0, 0.1, 1e20, 1e21, 1e-6, 1e-7, -0.0, float("inf"), float("nan"))]
    assert shown == ["1", "0.1", "100000000000000000000", "1e+21", "0.000001", "1e-07", "-0", "+Inf", "NaN"]
    assert [format_exponent(value) for value in (1.0, 14.25, 0.0, 1e-9)] == ["1e+00", "1.425e+01", "0e+00", "1e-09"]


def test_durations_are_written_as_prometheus_writes_them() -> None:
    assert [format_duration(parse_duration(text)) for text in ("90s", "24h", "36h", "1h30m", "1500ms")] == [
        "1m30s",
        "1d",
        "36h",
        "1h30m",
        "1s500ms",
    ]
