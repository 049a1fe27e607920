"""What is certain about LogQL: every form of the language is read or stepped over, and nothing is guessed."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from obsgen.logql.read import read

# Query -> labels of its selectors, of filters before a parser, and other labels that have to be there.
QUERIES = {
    # the log queries of the language
    '{job="systemd-journal", service_name=~"tta-dev-.*"}': (["job", "service_name"], [], []),
    '{service_name="tta-dev-copilot"} |= "ERROR"': (["service_name"], [], []),
    '{service_name="tta-dev-main"} |= "llm" |= "completion"': (["service_name"], [], []),
    '{app="till",zone="north"} |= "order.go" | logfmt | took > 10s and size_mb < 500': (["app", "zone"], [], []),
    '{app=~"till|oven", env!~"test-\\\\d+",}': (["app", "env"], [], []),
    '{app="till"} |~ `time[0-9]+` != "debug" !~ "x.*" |> "<_> took <_>" !> "<_>"': (["app"], [], []),
    '{app="till"} |= "a" or "b" or `c` | level="x"': (["app"], ["level"], []),
    '{app="till"} |= ip("10.0.0.0/8") | level="x"': (["app"], ["level"], []),
    '{app="till"} | addr != ip("10.0.0.1") | level="x"': (["app"], ["level"], ["addr"]),
    '{app="till"} | level="x" or (zone=~"a|b" and size >= 20MB), took > 1h30m': (["app"], ["level", "zone"], ["size", "took"]),
    '{app="till"} | json | level="x"': (["app"], [], []),
    '{app="till"} | json first="a.b[0]", second="c" | level="x"': (["app"], [], []),
    '{app="till"} | logfmt --strict --keep-empty took | level="x"': (["app"], [], []),
    '{app="till"} | regexp "(?P<a>\\\\w+)" | a="x"': (["app"], [], []),
    '{app="till"} | pattern `<ip> - <_>` | ip="x"': (["app"], [], []),
    '{app="till"} | unpack | a="x"': (["app"], [], []),
    '{app="till"} | json="x"': (["app"], ["json"], []),
    '{app="till"} | line_format "{{.a}} | {{.b}}" | level="x"': (["app"], ["level"], []),
    '{app="till"} | label_format a=b, c="{{.d}}" | a="x"': (["app"], [], []),
    '{app="till"} | decolorize | drop a, b="x" | keep level | level="x"': (["app"], ["level"], []),
    '{app="till"} # {a="b"}\n | level="x"': (["app"], ["level"], []),
    # metric queries
    'rate({app="till"}[5m])': (["app"], [], []),
    'sum by (level) (count_over_time({app="till"} |= "x" [5m] offset 1h))': (["app"], [], ["level"]),
    'sum(rate({app="till"}[$__interval])) by (level, zone)': (["app"], [], ["level", "zone"]),
    'sum without (pod) (rate({app="till"}[5m]))': (["app"], [], []),
    'sum by (path) (rate({app="till"} | json [5m]))': (["app"], [], []),
    'sum by (path) (rate({app="till"}[5m] | json))': (["app"], [], []),
    'sum by (a) (label_replace(rate({app="till"}[5m]), "a", "$1", "b", "(.*)"))': (["app"], [], []),
    'quantile_over_time(0.99, {app="till"} | unwrap duration(took) | __error__="" [5m]) by (zone)': (
        ["app"], ["__error__"], ["took", "zone"],
    ),
    'avg_over_time({app="till"} | logfmt | unwrap bytes [5m])': (["app"], [], []),
    'sum(rate({a="1"}[5m])) / on (zone) sum(rate({b="2"} | level="x" [5m])) > bool 1': (["a", "b"], ["level"], []),
    'topk(3, sum by (zone) (bytes_rate({app="till"}[5m])))': (["app"], [], ["zone"]),
    # what only Grafana knows
    '{app="$app", zone=~"${zone:regex}"} |= "$text" | level="x"': (["app", "zone"], ["level"], []),
    'sum by ($by) (rate({app="till"}[5m]))': (["app"], [], []),
    '{$filters} | level="x"': ([], ["level"], []),
    # what is no query
    "": ([], [], []),
    "{": ([], [], []),
    "{app=": ([], [], []),
    '{app="till"': ([], [], []),
    "{app=till}": ([], [], []),
    "sum by (level": ([], [], []),
    "sum by (level)": ([], [], []),
    'sum by (level) (rate({app="till"}[5m])': (["app"], [], []),
}  # fmt: skip


@pytest.mark.parametrize("query", QUERIES)
def test_labels(query):
    """The labels of selectors are found, those behind them as long as no parser can have added them, with their places."""
    reading = read(query)
    selected = [matcher for selector in reading.selectors for matcher in selector.matchers]
    filters, names = [one.label.text for one in reading.filters], [one.text for one in reading.names]
    assert ([one.label.text for one in selected], filters, names) == QUERIES[query]
    words = (*(one.label for one in (*selected, *reading.filters)), *reading.names)
    assert all(query[word.start : word.end] == word.text for word in words)


def test_values():
    """The value of a matcher has its place between the quotes, behind escapes as well."""
    (selector,) = read('{a="x\\"y|z"}').selectors
    (matcher,) = selector.matchers
    assert matcher.value.text == 'x"y|z'
    assert matcher.part(4, 5).start == '{a="x\\"y|z"}'.index("z")
    assert selector.braces.text == '{a="x\\"y|z"}'


def test_not_whole():
    """Whoever cannot read a selector says so."""
    assert [read(text).whole for text in ('{a="b"}', "{$filters}", '{a="b"', "x" * 30_000)] == [
        True,
        False,
        False,
        False,
    ]


PARTS = st.sampled_from(
    ["{", "}", "(", ")", "[5m]", "|", "|=", "!=", "!~", "=~", "!>", "=", ",", '"a"', "`b`", "job", "by", "json", "unwrap", "ip", "or", "$x", "'", '"', "\n", "5", "#", "duration", "label_format"]
)  # fmt: skip


@given(st.one_of(st.text(), st.lists(PARTS).map("".join), st.lists(PARTS).map(" ".join)))
@example("{a=}|unwrap duration(")
@example('{a="b"}|=ip(')
def test_never_raises(text):
    """Whatever stands in a query, it is read, and every place lies inside."""
    reading = read(text)
    for one in (*reading.filters, *(one for selector in reading.selectors for one in selector.matchers)):
        assert 0 <= one.label.start <= one.label.end <= one.value.start <= one.value.end <= len(text)
    assert all(text[one.start : one.end] == one.text for one in reading.names)
