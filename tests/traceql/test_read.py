"""What is certain about TraceQL: every form of the language is read or stepped over, and nothing is guessed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from obsgen.traceql.read import read

# Query -> attributes with a scope.
VALID = {
    "{}": [],
    "{ true }": [],
    '{ "a" =~ "b" && 1.5 < 2h }': [],
    '{resource.service.name="till"}': ["resource.service.name"],
    "{ span.http.status_code >= 500 && duration > 1.5s }": ["span.http.status_code"],
    "{ .a && !.b || -.c = 2 }": [".a", ".b", ".c"],
    "{ status = error || kind = server && statusMessage != `x` }": [],
    '{ name = "x" && rootName = "y" && rootServiceName =~ ".*" && traceDuration > 1s && childCount > 2 }': [],
    '{ trace:duration > 2s && span:status = ok && event:name = "e" && link:traceID = "1" && instrumentation:version = "2" }': [],
    "{ event.a = 1 && link.b-c = 2 && instrumentation.d = 3 && parent.span.e = 4 && parent = nil }": [
        "event.a", "link.b-c", "instrumentation.d", "parent.span.e",
    ],
    "{ span.a } >> { span.b } &>> { span.c } !< { span.d } ~ { span.e }": ["span.a", "span.b", "span.c", "span.d", "span.e"],
    "({ span.a } | count() > 1 | { span.b }) && ({ true } | avg(duration) = 1h)": ["span.a", "span.b"],
    "{ true } | by(resource.service.name, 1 + .b) | coalesce() | max(span.c) > 1": ["resource.service.name", ".b", "span.c"],
    "{} | select(.a, span.b, nestedSetLeft)": [".a", "span.b"],
    "{} | rate() by (span.http.path, name) with(sample=0.1)": ["span.http.path"],
    "{} | quantile_over_time(duration, 0.5, .9) by (resource.zone)": ["resource.zone"],
    "{} | compare({status=error}, 10) | topk(3)": [],
    '{ span."name with blanks" = 1 && span.a."b" = 2 }': [],
    '{ resource.service.name = "$service" && ${filter} && span.a$b = 1 && [[x]] }': ["resource.service.name"],
    '{ "service.name = 1" = `other.name = 2` }': [],
}  # fmt: skip
# Query -> names that stand without a scope.
INVALID = {
    '{service.name="till"}': ["service.name"],
    "{ attribute = 4 }": ["attribute"],
    "{ duration > 2s && http.status_code = 500 }": ["http.status_code"],
    "{ span.a = 1 } >> { b.c != 2 }": ["b.c"],
    "{} | rate() by (service.name)": ["service.name"],
    "{} | select(.a, b.c)": ["b.c"],
    "{ statusmessage =~ `x` }": ["statusmessage"],
}


@pytest.mark.parametrize("query", VALID)
def test_valid(query):
    """What Tempo accepts has its attributes found at their places, and none of them is called unscoped."""
    reading = read(query)
    assert [one.word.text for one in reading.attributes] == VALID[query]
    assert all(query[one.word.start : one.word.end] == one.word.text for one in reading.attributes)
    assert reading.unscoped == ()


@pytest.mark.parametrize("query", INVALID)
def test_invalid(query):
    """An attribute without a scope is found at its place."""
    reading = read(query)
    assert [one.text for one in reading.unscoped] == INVALID[query]
    assert all(query[one.start : one.end] == one.text for one in reading.unscoped)


def test_service():
    """The service that a query is about is known."""
    (attribute,) = read('{ resource.service.name = "till" }').attributes
    assert (attribute.scope, attribute.name, attribute.equals) == ("resource", "service.name", "till")


PARTS = st.sampled_from(
    ["{", "}", "(", ")", "|", "&&", "=", "!=", "=~", ".", "span.", "a", "service.name", '"', "`", '"x"', "$v", "${", "[[", "5s", "by", "-", "\n"]
)  # fmt: skip


@given(st.one_of(st.text(), st.lists(PARTS).map("".join), st.lists(PARTS).map(" ".join)))
def test_never_raises(text):
    """Whatever stands in a query, it is read, and every place lies inside."""
    reading = read(text)
    words = (*(one.word for one in reading.attributes), *reading.unscoped)
    assert all(text[word.start : word.end] == word.text for word in words)
