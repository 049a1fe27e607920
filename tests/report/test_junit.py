"""Findings as JUnit XML."""

import xml.etree.ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from obsgen import pages
from obsgen.report.junit import render
from obsgen.report.text import render as text
from tests.report.findings import EDITED, SOURCES, UNUSED, WRONG_VALUE, at, hostile


def cases(*findings, sources=SOURCES):
    """Return code -> its test case."""
    root = ET.fromstring(render(findings, sources))
    (suite,) = root
    found = {f"{case.get('classname').removeprefix('obsgen.')}/{case.get('name')}": case for case in suite}
    assert [suite.get(name) for name in ("name", "tests", "errors", "skipped")] == ["obsgen", str(len(suite)), "0", "0"]
    failed = str(sum(len(case) > 0 for case in suite))
    assert (suite.get("failures"), root.get("failures"), root.get("tests")) == (failed, failed, str(len(suite)))
    return found


def test_a_finding():
    """The case of its code fails, with the place in the headline and the excerpt below."""
    (failure,) = cases(WRONG_VALUE)["query/unknown-label-value"]
    assert failure.attrib == {
        "type": "error",
        "message": "specs/orders.yaml:3:23: `fail` is not a value of label `result`",
    }
    assert failure.text == text([WRONG_VALUE], SOURCES)


def test_each_code_is_one_case():
    """All codes are there, also those that nothing was found for; each finding is a failure of its code."""
    found = cases(UNUSED, EDITED, UNUSED)
    assert set(found) == {*pages.codes(), "metric/unused"}
    assert {code: [one.get("type") for one in case] for code, case in found.items() if len(case)} == {
        "metric/unused": ["info", "info"],
        "drift/edited": ["warning"],
    }


def test_nothing():
    """Without findings every case passes."""
    assert not any(len(case) for case in cases().values())


@pytest.mark.parametrize("one", [hostile(), at("a\ufffe.yaml", 1, 1, 1, 2, text="\uffff", message="\ud800 <&>\"']]>")])
def test_hostile_text(one):
    """Characters that XML cannot hold are replaced, and markup stays text."""
    written = render([one], {})
    assert written.isascii()
    assert not set(written) & {chr(number) for number in range(32) if number != 10}
    assert ET.fromstring(written) is not None


@given(st.text(), st.text())
def test_any_text_is_xml(path, words):
    """No text makes a file that a reader of XML refuses."""
    (failure,) = cases(at(path, 1, 1, 1, 2, text=words, message=words), sources={path: words})["group/name"]
    assert failure.get("message").isprintable()
