"""Findings as programs read them: JSON lines and GitHub's workflow commands."""

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from obsgen.cli import group
from obsgen.diagnostics import Diagnostic, Label, Severity, Span
from obsgen.report import FORMATS
from tests.report.findings import EDITED, HOSTILE, SOURCES, UNUSED, WRONG_VALUE, at, hostile

json_lines, github = FORMATS["json"], FORMATS["github"]


def test_formats() -> None:
    """There is a text for people and four for programs, and the command line offers all of them."""
    assert list(FORMATS) == ["text", "json", "github", "sarif", "junit"] == list(group.FORMATS)


def test_json() -> None:
    """Each finding is one object on one line, with its place, its words and the other places."""
    text = json_lines([WRONG_VALUE, UNUSED], SOURCES)
    assert text.endswith("\n")
    first, second = map(json.loads, text.splitlines())
    assert first == {
        "code": "query/unknown-label-value",
        "severity": "error",
        "file": "specs/orders.yaml",
        "line": 3,
        "column": 23,
        "end_line": 3,
        "end_column": 27,
        "message": "`fail` is not a value of label `result`",
        "help": "did you mean `failed`?",
        "related": [
            {
                "file": "specs/labels.yaml",
                "line": 2,
                "column": 20,
                "end_line": 2,
                "end_column": 35,
                "message": "the values are listed here",
            }
        ],
        "detail": "",
    }
    assert (second["severity"], second["help"], second["related"]) == ("info", "remove it", [])


def test_json_detail() -> None:
    """What is printed below a finding is part of its object."""
    assert json.loads(json_lines([EDITED], {}))["detail"] == EDITED.detail


def test_nothing() -> None:
    """No findings are no output."""
    assert json_lines([], {}) == github([], {}) == ""


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_json_keeps_every_text(words: str) -> None:
    """Whatever the words, they are read back as they were, from plain ASCII on one line."""
    text = json_lines([at(words, 1, 1, 1, 2, text=words, message=words)], {})
    assert text.isascii()
    assert text[:-1].isprintable()
    found = json.loads(text)
    assert (found["file"], found["message"], found["help"]) == (words, words, words)


def test_json_surrogates() -> None:
    """A text that cannot be encoded does not stop the printing."""
    assert json_lines([at("a.yaml", 1, 1, 1, 2, text="", message="\ud800")], {}).encode()


def test_github() -> None:
    """Severities become commands; columns are given where the part stands on one line."""
    assert github([WRONG_VALUE, UNUSED, EDITED], SOURCES).splitlines() == [
        (
            "::error file=specs/orders.yaml,line=3,endLine=3,col=23,endColumn=27,title=query/unknown-label-value"
            "::`fail` is not a value of label `result`; did you mean `failed`?"
        ),
        "::notice file=specs/orders.yaml,line=1,endLine=2,title=metric/unused::nothing uses it; remove it",
        "::warning file=generated/rules.yml,line=1,endLine=1,col=1,endColumn=1,title=drift/edited::changed by hand; this file; run `obsgen build`",
    ]


@pytest.mark.parametrize(
    ("path", "message", "expected"),
    [
        ("a,b:c%.yaml", "x", "::error file=a%2Cb%3Ac%25.yaml,line=1,endLine=1,col=1,endColumn=2,title=group/name::x"),
        ("a.yaml", "50%, a: b", "::error file=a.yaml,line=1,endLine=1,col=1,endColumn=2,title=group/name::50%25, a: b"),
        (
            "a.yaml",
            "one\r\ntwo\n",
            "::error file=a.yaml,line=1,endLine=1,col=1,endColumn=2,title=group/name::one%0Atwo%0A",
        ),
        (
            "a.yaml",
            "::stop-commands::x",
            "::error file=a.yaml,line=1,endLine=1,col=1,endColumn=2,title=group/name::::stop-commands::x",
        ),
    ],
)
def test_github_escapes(path: str, message: str, expected: str) -> None:
    """What has a meaning in a command is escaped, in properties more than in the message."""
    assert github([at(path, 1, 1, 1, 2, text="", message=message)], {}) == expected + "\n"


@given(st.text(), st.text())
def test_github_stays_one_command(path: str, message: str) -> None:
    """No text can end its command, begin another or reach the log as a control character."""
    text = github([at(path, 1, 1, 1, 2, text=message, message=message)], {})
    assert text.count("\n") == 1
    assert text[:-1].isprintable()
    assert re.match(r"::error file=[^,:]*,line=1,endLine=1,col=1,endColumn=2,title=group/name::", text)


@pytest.mark.parametrize("name", ["json", "github"])
def test_hostile_text(name: str) -> None:
    """Neither format hands control characters of the user's text to a terminal."""
    text = FORMATS[name]([hostile()], {"specs": HOSTILE})
    assert text[:-1].isprintable()


def test_words_of_the_message_alone() -> None:
    """A finding without help has an empty one."""
    one = Diagnostic(code="group/name", severity=Severity.ERROR, message="wrong", primary=Label(Span("a", 1, 1, 1, 1)))
    assert json.loads(json_lines([one], {}))["help"] == ""
