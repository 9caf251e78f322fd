"""Text folded by its indentation."""

from itertools import pairwise

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from state.cluster.fetch import yaml_text
from state.folding import Fold, fold_at, folded, folds_of

POD = """\
apiVersion: v1
metadata:
  labels:
    app: shop
  name: p
spec:
  containers:
  - args:
    - one
    - two
    image: a
    name: main
  - image: b
    name: side
  script: |
    if:
      then
        - no list

    end
  node: n
""".splitlines()


def test_mappings_lists_and_items_fold() -> None:
    assert folds_of(POD) == [
        Fold(1, 5, "/metadata"),
        Fold(2, 4, "/metadata/labels"),
        Fold(5, 21, "/spec"),
        Fold(6, 14, "/spec/containers"),
        Fold(7, 12, "/spec/containers/-[0]"),
        Fold(12, 14, "/spec/containers/-[1]"),
        Fold(14, 20, "/spec/script"),
    ]


def test_a_closed_fold_says_what_it_holds() -> None:
    shown = folded(POD, folds_of(POD), {"/metadata/labels", "/spec/containers", "/spec/containers/-[0]"})
    assert shown.lines[:7] == [
        "apiVersion: v1",
        "metadata:",
        "  labels:  … 1 line",
        "  name: p",
        "spec:",
        "  containers:  … 7 lines",
        "  script: |",
    ]
    assert [POD[number] for number in shown.numbers][5] == "  containers:"


@pytest.mark.parametrize(
    ("line", "key"), [(0, None), (1, "/metadata"), (4, "/metadata"), (7, "/spec/containers/-[0]"), (16, "/spec/script")]
)
def test_a_line_has_the_innermost_fold(line: int, key: str | None) -> None:
    found = fold_at(folds_of(POD), line)
    assert (found.key if found else None) == key


def test_what_kubectl_describe_prints_folds_too() -> None:
    text = ["Name:  p", "Containers:", "  app:", "    Image:  a", "Events:", "  Type  Reason", "  ----  ------"]
    assert folds_of(text) == [Fold(1, 4, "/Containers"), Fold(2, 4, "/Containers/app"), Fold(4, 7, "/Events")]


def test_names_that_come_again_are_told_apart() -> None:
    assert [fold.key for fold in folds_of(["a:", "  b", "a:", "  c"])] == ["/a", "/a[1]"]


_TREE = st.recursive(
    st.none() | st.integers() | st.text(max_size=200),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=10,
)


@given(st.dictionaries(st.text(max_size=6), _TREE, max_size=4), st.randoms(use_true_random=False))
def test_no_line_is_lost_and_folds_stand_in_each_other(tree: dict[str, object], choose: object) -> None:
    lines = yaml_text(tree).splitlines()
    folds = folds_of(lines)
    assert len({fold.key for fold in folds}) == len(folds)
    for one, other in pairwise(folds):
        assert one.begin < other.begin
        assert other.begin >= one.end or other.end <= one.end
    assert folded(lines, folds, ()) == (lines, list(range(len(lines))))
    closed = {fold.key for fold in folds if choose.random() < 0.5}  # type: ignore[attr-defined]
    shown = folded(lines, folds, closed)
    hidden = {n for fold in folds if fold.key in closed for n in range(fold.begin + 1, fold.end)}
    assert shown.numbers == [number for number in range(len(lines)) if number not in hidden]
    for line, number in zip(shown.lines, shown.numbers, strict=True):
        assert line.startswith(lines[number])


@given(st.dictionaries(st.from_regex(r"[a-z]{1,8}", fullmatch=True), _TREE, max_size=4))
def test_each_key_of_a_mapping_folds_what_is_its(tree: dict[str, object]) -> None:
    lines = yaml_text(tree).splitlines()
    folds = [fold for fold in folds_of(lines) if fold.key.count("/") == 1]
    for fold in folds:
        part = "\n".join(lines[fold.begin : fold.end])
        key = fold.key[1:].partition("[")[0].strip("'\"")
        if tree.get(key) is not None and all(one.isprintable() for one in part.splitlines()):
            assert yaml.safe_load(part)[key] == tree[key]
