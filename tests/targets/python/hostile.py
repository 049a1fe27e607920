"""Small valid catalogs whose names and texts are as bad as the format allows."""

import re

from hypothesis import strategies as st

from obsgen.emit.yaml_text import yaml_text
from obsgen.spec.values import LABEL_VALUE, LINE
from obsgen.targets.python.names import KEYWORDS, READ_IN_MODULE
from tests.emit.hostile import TEXT

_CODE = (
    '"""',
    "'''",
    '"); raise SystemExit("',
    '"\nimport os  # "',
    "\\",
    '\\"""',
    "{{ self }}",
    "{% for x in y %}",
    "{# no #}",
    "# fmt: off",
    "# type: ignore",
    "\u202e",
    "%s {0}",
    "a" * 100,
    "日本語" * 12,
    "e\u0301",
    "\U000e0041",
)
_PIECES = st.lists(st.sampled_from(_CODE) | TEXT, min_size=1, max_size=4).map("".join)


def _matching(pattern, pieces=_PIECES):
    return pieces.filter(lambda text: re.fullmatch(pattern, text) is not None)


LINES = _matching(LINE.pattern) | st.sampled_from(['"', '"""', "\\", "'\"", '"a"', "a\\", " \t'"])
VALUES = _matching(LABEL_VALUE.pattern) | st.sampled_from(['"', "'", "\\", "{{ x }}", " ", "b" * 128])
_WORDS = st.sampled_from(
    [
        *sorted(KEYWORDS),
        *sorted(READ_IN_MODULE),
        "self",
        "cls",
        "amount",
        "value",
        "print",
        "descriptor",
        "set",
        "str",
        "float",
        "make",
    ]
)
_NAMES = (_WORDS | st.from_regex(r"[a-zA-Z_][a-zA-Z0-9_]{0,60}", fullmatch=True)).filter(
    lambda name: not name.startswith("__")
)
_NUMBERS = st.integers(-(10**6), 10**6) | st.floats(allow_nan=False, allow_infinity=False)
_RESERVED = frozenset({"job", "instance", "le", "quantile", "alertname", "alertstate"})


@st.composite
def _labels(draw):
    names = draw(st.lists(_NAMES.filter(lambda name: name not in _RESERVED), unique=True, max_size=4))
    found = {}
    for name in names:
        form = draw(st.sampled_from(["open", "list", "data"]))
        values = draw(st.lists(VALUES, unique=True, min_size=1, max_size=4))
        body = {
            "open": {"at_most": 3},
            "list": {"values": values},
            "data": {"values": {value: {"datum": draw(_NUMBERS), "Datum": 1} for value in values}},
        }[form]
        found[name] = {"help": draw(LINES), **body}
    return found


@st.composite
def _metric(draw, labels):
    kind = draw(st.sampled_from(["counter", "gauge", "histogram", "info"]))
    used = draw(st.lists(st.sampled_from(sorted(labels)), unique=True)) if labels else []
    uses = {name: {} for name in used}
    closed = [name for name in used if "values" in labels[name]]
    extra = draw(_NAMES.filter(lambda name: name not in uses and name not in _RESERVED))
    if closed and draw(st.booleans()):
        uses[extra] = {"values_of": closed[0], "or": ["one more", "two more"]}
    metric = {kind: draw(LINES), "labels": uses}
    with_data = [name for name in closed if isinstance(labels[name]["values"], dict)]
    if kind == "histogram":
        metric["buckets"] = sorted(draw(st.sets(_NUMBERS.map(float), min_size=1, max_size=3)))
    if kind == "gauge" and draw(st.booleans()):
        metric["starts_at"] = {"value_of": f"{with_data[0]}.datum"} if with_data else draw(_NUMBERS)
    if kind == "info" and with_data and extra not in uses:
        uses[extra] = {"value_of": f"{with_data[0]}.datum"}
    return kind, metric


@st.composite
def _catalogs(draw):
    labels = draw(_labels())
    metrics = {}
    for number, name in enumerate(draw(st.lists(_NAMES, unique=True, min_size=1, max_size=5))):
        kind, metric = draw(_metric(labels))
        suffix = {"counter": "_total", "info": "_info"}.get(kind, "")
        # A digit at the end keeps endings such as `_sum` away, which belong to other kinds.
        metrics[f"{name}{number}{suffix}"] = metric
    return yaml_text({"obsgen": 1, "service": "hostile", "labels": labels, "metrics": metrics})


CATALOGS = _catalogs()
