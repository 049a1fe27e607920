"""Allowed findings: what is taken away, what stays, and what is said about allowances."""

import datetime as dt
import textwrap

import pytest
from hypothesis import given
from hypothesis import strategies as st

from obsgen import pages
from obsgen.allowing import Allowance, judged
from obsgen.codes import is_allowable
from obsgen.diagnostics import Span, error
from obsgen.load import load_texts
from obsgen.report.text import render
from obsgen.spec.allowances import CODE, DAY
from obsgen.spec.kinds import matches
from tests import tools
from tests.bakery import besides
from tests.pages import catalogs, section

TODAY = dt.date(2026, 6, 15)

HEAD = """\
obsgen: 1
service: bakery
labels:
  kind: {help: Kind of bread., values: [rye, wheat]}
"""
LOAVES = f"""\
{HEAD}metrics:
  bakery_loaves:
    counter: Loaves.
    labels: [kind]
"""
SUFFIX = "metric/wrong-kind-suffix"
VALUE = "query/unknown-label-value"


def codes(text, today=TODAY):
    """Return the codes of what is found in one file, with their lines."""
    return [(one.code, one.primary.span.line) for one in besides(load_texts({"a.yaml": text}, today=today).diagnostics)]


def printed(text, today=TODAY):
    """Return what people read about one file."""
    loaded = load_texts({"a.yaml": text}, today=today)
    return render(besides(loaded.diagnostics), loaded.sources)


def allowing(line):
    """Return the loaves, which have a wrong suffix, with an `allow:`."""
    return f"{LOAVES}    allow: {line}\n"


def test_a_finding_at_the_name():
    """A finding at the metric's name belongs to the metric, although the name stands outside of its mapping."""
    assert codes(LOAVES) == [(SUFFIX, 6)]
    assert codes(allowing(f"{{{SUFFIX}: Old.}}")) == []


def test_another_metric_is_not_covered():
    """What is allowed for one metric is found in the next."""
    assert codes(allowing(f"{{{SUFFIX}: Old.}}") + "  bakery_rolls: {counter: Rolls.}\n") == [(SUFFIX, 10)]


def panels(dashboard="", row="", one="", two=""):
    """Return a dashboard whose two panels both ask for a value that does not exist, with an `allow:` anywhere."""
    show = "timeseries: Spelt, show: {rate: bakery_loaves_total, where: {kind: spelt}}"
    return HEAD + textwrap.dedent(f"""\
        metrics:
          bakery_loaves_total: {{counter: Loaves., labels: [kind]}}
        dashboards:
          shop:
            title: Shop
            {dashboard}
            rows:
              today:
                title: Today
                {row}
                panels:
                  one: {{{show}{one}}}
                  two: {{{show.replace("Spelt,", "More spelt,").replace("kind: spelt", "kind: oat")}{two}}}
        """)


ALLOW = f"allow: {{{VALUE}: Soon.}}"


@pytest.mark.parametrize(
    ("places", "expected"),
    [
        ({}, [(VALUE, 16), (VALUE, 17)]),
        ({"dashboard": ALLOW}, []),
        ({"row": ALLOW}, []),
        ({"one": f", {ALLOW}"}, [(VALUE, 17)]),
        ({"one": f", {ALLOW}", "two": f", {ALLOW}"}, []),
        ({"dashboard": ALLOW, "one": f", {ALLOW}"}, []),
        ({"dashboard": ALLOW, "row": ALLOW}, [("allow/unused", 10)]),
        ({"dashboard": ALLOW, "one": f", {ALLOW}", "two": f", {ALLOW}"}, [("allow/unused", 10)]),
    ],
)
def test_the_innermost_counts(places, expected):
    """An `allow:` covers all below it, but one further in takes its findings first."""
    assert codes(panels(**places)) == expected


def test_an_expired_one_leaves_it_to_those_around():
    """Where the inner allowance is over, the outer one still holds."""
    inner = f", allow: {{{VALUE}: {{reason: Soon., until: 2026-06-14}}}}"
    assert codes(panels(one=inner)) == [(VALUE, 16), ("allow/expired", 16), (VALUE, 17)]
    assert codes(panels(dashboard=ALLOW, one=inner)) == [("allow/expired", 16)]


@pytest.mark.parametrize(
    ("today", "expected"),
    [
        (dt.date(2026, 6, 14), []),
        (dt.date(2026, 6, 15), []),
        (dt.date(2026, 6, 16), [(SUFFIX, 6), ("allow/expired", 9)]),
        (None, []),
    ],
)
def test_until(today, expected):
    """The day itself still counts, and without a day of today nothing ever ends."""
    assert codes(allowing(f"{{{SUFFIX}: {{reason: Old., until: 2026-06-15}}}}"), today) == expected


WHERE = {
    "labels": "labels:\n  kind: {help: Kind., values: [rye], ALLOW}\n",
    "metrics": "metrics:\n  bakery_rolls_total: {counter: Rolls., ALLOW}\n",
    "records": "records:\n  bakery:up: {record: Up., query: {promql: vector(1)}, ALLOW}\n",
    "scrape": "scrape: {job: bakery, ALLOW}\n",
    "workspaces": "workspaces:\n  main: {port: 9464, ALLOW}\n",
    "dashboards": "dashboards:\n  shop: {title: S, ALLOW, rows: {a: {title: A, panels: {p: {text: T, body: x}}}}}\n",
    "rows": "dashboards:\n  shop: {title: S, rows: {a: {title: A, ALLOW, panels: {p: {text: T, body: x}}}}}\n",
    "panels": "dashboards:\n  shop: {title: S, rows: {a: {title: A, panels: {p: {text: T, body: x, ALLOW}}}}}\n",
}


@pytest.mark.parametrize("part", WHERE)
def test_every_place_is_read(part):
    """Wherever `allow:` may stand, it is looked at, and told if nothing needs it."""
    text = "obsgen: 1\nservice: bakery\n" + WHERE[part].replace("ALLOW", "allow: {panel/wrong-shape: Fine.}")
    found = [one for one in load_texts({"a.yaml": text}, today=TODAY).diagnostics if one.code.startswith("allow/")]
    assert [(one.code, one.message) for one in found] == [
        ("allow/unused", "`panel/wrong-shape` is allowed here, but nothing of the kind is found")
    ]


def test_alerts_too():
    """An alert's condition lies inside the alert."""
    shared = "obsgen: 1\nshared: true\nseverities:\n  warning: {means: Look., respond_in: 1d}\n"
    alert = (
        HEAD + "metrics:\n  bakery_loaves_total: {counter: Loaves., labels: [kind]}\n"
        "alerts:\n  Spelt:\n    when: {rate: bakery_loaves_total, where: {kind: spelt}, over: 5m, above: 1}\n    for: 5m\n"
        "    severity: warning\n    summary: Spelt\n    impact: None.\n    mitigation: Eat.\n"
    )
    found = load_texts({"a.yaml": alert, "b.yaml": shared}).diagnostics
    assert VALUE in [one.code for one in found]
    allowed = load_texts({"a.yaml": f"{alert}    {ALLOW}\n", "b.yaml": shared}).diagnostics
    assert allowed == tuple(one for one in found if one.code != VALUE)


def test_a_shared_mapping_is_one():
    """Two metrics that are one mapping through an alias have one allowance, which covers both names."""
    text = (
        f"{HEAD}metrics:\n  bakery_loaves: &old {{counter: Loaves., allow: {{{SUFFIX}: Old.}}}}\n  bakery_rolls: *old\n"
    )
    assert codes(text) == []
    assert codes(text.replace(SUFFIX, VALUE)) == [(SUFFIX, 6), ("allow/unused", 6), (SUFFIX, 7)]


def test_an_alias_reaches_what_it_stands_for():
    """A query that stands in another panel is found there, and allowed by each of the panels that show it."""
    show = "show: &q {rate: bakery_loaves_total, where: {kind: spelt}}"
    text = panels().replace("show: {rate: bakery_loaves_total, where: {kind: spelt}}", show)
    text = text.replace("show: {rate: bakery_loaves_total, where: {kind: oat}}", f"show: *q, {ALLOW}")
    assert codes(text) == []


def test_nothing_is_unused_while_a_file_is_missing():
    """What could not be looked at may well need its allowance."""
    texts = {"a.yaml": allowing(f"{{{VALUE}: Soon.}}"), "b.yaml": "obsgen: 1\nservice: [\n"}
    assert {one.code for one in load_texts(texts).diagnostics} == {"yaml/syntax"}


MESSAGES = {
    "unused": (
        f"{{{VALUE}: Soon., {SUFFIX}: Old.}}",
        """\
        a.yaml:9:13: warning[allow/unused]: `query/unknown-label-value` is allowed here, but nothing of the kind is found
          |
        9 |     allow: {query/unknown-label-value: Soon., metric/wrong-kind-suffix: Old.}
          |             ^^^^^^^^^^^^^^^^^^^^^^^^^
          = help: remove this line, which would hide the next finding of the kind
        """,
    ),
    "unknown": (
        f"{{metric/wrong-kind-sufix: Old., {SUFFIX}: Old.}}",
        """\
        a.yaml:9:13: error[allow/unknown-code]: there is no finding `metric/wrong-kind-sufix`
          |
        9 |     allow: {metric/wrong-kind-sufix: Old., metric/wrong-kind-suffix: Old.}
          |             ^^^^^^^^^^^^^^^^^^^^^^^ did you mean `metric/wrong-kind-suffix`?
        """,
    ),
    "nothing near": (
        f"{{zz/qqqqqq: Old., {SUFFIX}: Old.}}",
        """\
        a.yaml:9:13: error[allow/unknown-code]: there is no finding `zz/qqqqqq`
          |
        9 |     allow: {zz/qqqqqq: Old., metric/wrong-kind-suffix: Old.}
          |             ^^^^^^^^^
          = help: `obsgen explain` lists all of them
        """,
    ),
    "not allowable": (
        f"{{query/syntax: Old., {SUFFIX}: Old.}}",
        """\
        a.yaml:9:13: error[allow/not-allowable]: `query/syntax` cannot be allowed
          |
        9 |     allow: {query/syntax: Old., metric/wrong-kind-suffix: Old.}
          |             ^^^^^^^^^^^^
          = help: mend what it reports and remove this line; `obsgen explain query/syntax` says how
        """,
    ),
    "empty reason": (
        f"{{{SUFFIX}: ''}}",
        """\
        a.yaml:9:39: error[spec/bad-value]: a blank text is not a line of text
          |
        9 |     allow: {metric/wrong-kind-suffix: ''}
          |                                       ^^
          = help: not blank, no line breaks or control characters
        """,
    ),
    "no reason": (
        f"{{{SUFFIX}: {{until: 2027-01-31}}}}",
        """\
        a.yaml:9:40: error[spec/missing-key]: `reason` is missing
          |
        9 |     allow: {metric/wrong-kind-suffix: {until: 2027-01-31}}
          |                                        ^^^^^
          = help: add `reason:` (why the finding is right and nothing has to change, one sentence)
        """,
    ),
    "no day": (
        f"{{{SUFFIX}: {{reason: Old., until: 2027-02-29}}}}",
        """\
        a.yaml:9:61: error[spec/bad-value]: `2027-02-29` is not a day
          |
        9 |     allow: {metric/wrong-kind-suffix: {reason: Old., until: 2027-02-29}}
          |                                                             ^^^^^^^^^^
          = help: year, month and day of this century, such as `2027-01-31`
        """,
    ),
    "twice": (
        f"{{{SUFFIX}: Old., {SUFFIX}: Older.}}",
        None,
    ),
    "bad code": (
        "{Wrong: Old.}",
        """\
        a.yaml:9:13: error[spec/bad-name]: `Wrong` is not the code of a finding
          |
        9 |     allow: {Wrong: Old.}
          |             ^^^^^
          = help: its group and its name as they are printed with it, such as `query/unknown-label`
        """,
    ),
}


@pytest.mark.parametrize("name", MESSAGES)
def test_messages(name):
    """What is wrong with an allowance is said at the word, with what to write instead."""
    line, expected = MESSAGES[name]
    if expected is None:
        assert [code for code, _ in codes(allowing(line))] == ["yaml/duplicate-key"]
    else:
        assert printed(allowing(line)) == textwrap.dedent(expected)


def test_message_of_an_expired_one():
    """The day that has passed is pointed at; the finding itself is back."""
    text = allowing(f"{{{SUFFIX}: {{reason: Old., until: 2026-01-31}}}}")
    assert printed(text).endswith(
        textwrap.dedent("""\
        a.yaml:9:61: warning[allow/expired]: `metric/wrong-kind-suffix` was allowed here until 2026-01-31
          |
        9 |     allow: {metric/wrong-kind-suffix: {reason: Old., until: 2026-01-31}}
          |                                                             ^^^^^^^^^^
          = help: mend what it reports and remove this line, or give it another day
        """)
    )


@given(st.dates(dt.date(2000, 1, 1), dt.date(2099, 12, 31)))
def test_every_day_of_the_century(day):
    """Each day of the century can be written."""
    assert matches(DAY, day.isoformat())
    assert DAY.parse(day.isoformat()) == day


@given(st.from_regex(r"\A2[0-9]{3}-[0-3][0-9]-[0-3][0-9]\Z") | st.from_regex(r"\A20[0-9]{2}-02-29\Z"))
def test_no_other_day(text):
    """Whatever else looks like one is refused before it is read."""
    try:
        day = dt.date.fromisoformat(text)
    except ValueError:
        day = None
    assert matches(DAY, text) == (day is not None and day.year < 2100)


def test_every_code_can_be_written():
    """No code is too odd for the key of an `allow:`."""
    assert [code for code in pages.codes() if not matches(CODE, code)] == []


@pytest.mark.parametrize(
    "code",
    ["yaml/syntax", "source/no-files", "spec/bad-name", "catalog/unknown-label", "settings/unknown-service", "drift/stale",
     "python/name-taken", "docs/anchor-clash", "allow/unused", "baseline/unused", "metric/missing-buckets", "query/syntax"],
)  # fmt: skip
def test_what_cannot_be_allowed(code):
    """Findings behind which nothing can be generated, and findings about findings, cannot be allowed."""
    assert not is_allowable(code)
    assert ("allow/not-allowable", 9) in codes(allowing(f"{{{code}: Why not.}}"))


def test_the_guide():
    """The example of the guide needs both of its allowances, and is clean with them until the day that it names."""
    part = section((tools.CHECKOUT / "docs" / "catalog.md").read_text(encoding="utf-8"), "Allowing a finding")
    (texts,) = catalogs(part)
    assert load_texts(texts, today=dt.date(2027, 1, 31)).diagnostics == ()
    assert [one.code for one in load_texts(texts, today=dt.date(2027, 2, 1)).diagnostics] == [VALUE, "allow/expired"]
    (text,) = texts.values()
    bare = "\n".join(
        line for line in text.splitlines() if f"{SUFFIX}:" not in line and "allow:" not in line and VALUE not in line
    )
    assert [one.code for one in load_texts({"a.yaml": bare}).diagnostics] == [SUFFIX, VALUE]


PLACES = st.tuples(st.integers(1, 6), st.integers(1, 4))
SPANS = st.tuples(st.sampled_from(["a.yaml", "b.yaml"]), PLACES, PLACES).map(
    lambda found: Span(found[0], *min(found[1:]), *max(found[1:]))
)
REACHES = st.lists(st.tuples(st.sampled_from([SUFFIX, VALUE]), SPANS, SPANS), max_size=8)


@given(st.lists(st.tuples(st.sampled_from([SUFFIX, VALUE]), SPANS), max_size=12), REACHES)
def test_whatever_lies_within_its_reach(found, reaches):
    """However places overlap, a finding is allowed exactly where one of the stretches that are allowed has it inside."""
    findings = [error(code, "something", span) for code, span in found]
    allowances = tuple(
        Allowance(code=code, span=first, until=None, until_span=first, depth=0, reach=(first, second))
        for code, first, second in reaches
    )
    kept = judged(findings, allowances, today=None, whole=False)

    def inside(finding, span):
        place = finding.primary.span
        begins, ends = (span.line, span.column), (span.end_line, span.end_column)
        return (
            (place.path == span.path)
            and begins <= (place.line, place.column)
            and (place.end_line, place.end_column) <= ends
        )

    assert list(kept) == [
        one
        for one in findings
        if not any(one.code == allowed.code and inside(one, span) for allowed in allowances for span in allowed.reach)
    ]
