"""`query/needs-newer-prometheus`: a function or operator that the configured server does not know yet."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from obsgen.checks.base import Check, Read, Subject
from obsgen.checks.readings import readings, series_word, written
from obsgen.checks.trees import op_of
from obsgen.diagnostics import Diagnostic, error
from obsgen.promql.meaning import Meanings
from obsgen.promql.tree import Aggregation, Binary, Call, Tree, Word

_TRIGONOMETRIC = (
    "acos", "acosh", "asin", "asinh", "atan", "atan2", "atanh", "cos", "cosh", "deg", "pi", "rad", "sin", "sinh", "tan", "tanh",
)  # fmt: skip
#: Function, aggregation or operator -> the first version of Prometheus that knows it, if that is not an ancient one.
SINCE: Mapping[str, tuple[int, int]] = {
    "absent_over_time": (2, 16),
    "group": (2, 20),
    "clamp": (2, 26),
    "last_over_time": (2, 26),
    "sgn": (2, 26),
    "present_over_time": (2, 29),
    **dict.fromkeys(_TRIGONOMETRIC, (2, 31)),
    "histogram_count": (2, 40),
    "histogram_fraction": (2, 40),
    "histogram_sum": (2, 40),
    "histogram_stddev": (2, 47),
    "histogram_stdvar": (2, 47),
    "mad_over_time": (2, 49),
    "sort_by_label": (2, 49),
    "sort_by_label_desc": (2, 49),
    "histogram_avg": (2, 51),
    "limit_ratio": (2, 54),
    "limitk": (2, 54),
    "double_exponential_smoothing": (3, 0),
    "info": (3, 0),
    "ts_of_last_over_time": (3, 5),
    "ts_of_max_over_time": (3, 5),
    "ts_of_min_over_time": (3, 5),
    "first_over_time": (3, 7),
    "ts_of_first_over_time": (3, 7),
    "histogram_quantiles": (3, 11),
}


def run(subject: Subject) -> Iterator[Diagnostic]:
    """Report what the server's version does not know, where that is known."""
    version = subject.world.prometheus
    if version is None:
        return
    for read, meanings in readings(subject):
        for node in meanings.nodes:
            name, word = _named(node, meanings)
            since = SINCE.get(name)
            if since is not None and version[:2] < since:
                yield _finding(name, word, since, version, read)


def _named(node: Tree, meanings: Meanings) -> tuple[str, Word]:
    if isinstance(node, Call):
        return node.function.text, node.function
    if isinstance(node, Aggregation):
        return op_of(node), node.op
    if isinstance(node, Binary) and node.op == "atan2":
        return node.op, series_word(node.right, meanings[node.right])
    return "", Word("", 0, 0)


def _finding(name: str, word: Word, since: tuple[int, int], version: tuple[int, ...], read: Read) -> Diagnostic:
    has = ".".join(map(str, version))
    return error(
        "query/needs-newer-prometheus",
        f"`{name}` came with Prometheus {since[0]}.{since[1]}, the settings say {has}",
        written(read, word),
        help="write it without, or raise the version in the settings once every server has it",
    )


CHECK = Check(code="query/needs-newer-prometheus", run=run)
