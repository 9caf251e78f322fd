"""The functions there are, with the types they take and give."""

from typing import Literal, NamedTuple

ValueType = Literal["scalar", "string", "vector", "matrix"]
TYPE_NAMES: dict[ValueType, str] = {
    "scalar": "scalar",
    "string": "string",
    "vector": "instant vector",
    "matrix": "range vector",
}


class Signature(NamedTuple):
    """`optional` of the last arguments may be left out; -1: the last may also come any number of times."""

    arguments: tuple[ValueType, ...]
    optional: int = 0
    returns: ValueType = "vector"


# fmt: off
_OF_RANGE = (
    "rate", "increase", "irate", "delta", "idelta", "deriv", "changes", "resets",
    "avg_over_time", "min_over_time", "max_over_time", "sum_over_time", "count_over_time", "last_over_time",
    "present_over_time", "stddev_over_time", "stdvar_over_time", "absent_over_time",
)
_OF_VECTOR = (
    "abs", "absent", "ceil", "exp", "floor", "ln", "log10", "log2", "sgn", "sort", "sort_desc", "sqrt", "timestamp",
)
# fmt: on

SIGNATURES: dict[str, Signature] = {
    **{name: Signature(("matrix",)) for name in _OF_RANGE},
    **{name: Signature(("vector",)) for name in _OF_VECTOR},
    "clamp": Signature(("vector", "scalar", "scalar")),
    "clamp_max": Signature(("vector", "scalar")),
    "clamp_min": Signature(("vector", "scalar")),
    "histogram_quantile": Signature(("scalar", "vector")),
    "label_join": Signature(("vector", "string", "string", "string"), optional=-1),
    "label_replace": Signature(("vector", "string", "string", "string", "string")),
    "predict_linear": Signature(("matrix", "scalar")),
    "quantile_over_time": Signature(("scalar", "matrix")),
    "round": Signature(("vector", "scalar"), optional=1),
    "scalar": Signature(("vector",), returns="scalar"),
    "time": Signature((), returns="scalar"),
    "vector": Signature(("scalar",)),
}
