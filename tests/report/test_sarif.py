"""Findings as SARIF 2.1.0, held against its schema."""

import json
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from obsgen import __version__, pages
from obsgen.diagnostics import Diagnostic
from obsgen.report.sarif import render
from tests.report.findings import EDITED, SOURCES, UNUSED, WRONG_VALUE, at, hostile

_SCHEMA = json.loads((Path(__file__).parent / "sarif-2.1.0.schema.json").read_text(encoding="utf-8"))
_VALIDATOR = jsonschema.Draft7Validator(_SCHEMA)


def run(*findings: Diagnostic) -> dict[str, Any]:
    """Return the one run of the log about *findings*, which is valid."""
    text = render(findings, SOURCES)
    assert text.isascii()
    log = json.loads(text)
    assert [error.message for error in _VALIDATOR.iter_errors(log)] == []
    assert len(log["runs"]) == 1
    return dict(log["runs"][0])


def test_the_schema_judges() -> None:
    """The schema refuses what is no log, so that its consent means something."""
    assert not _VALIDATOR.is_valid({"version": "2.1.0"})
    assert not _VALIDATOR.is_valid({"version": "2.1.0", "runs": [{"tool": {"driver": {}}}]})


def test_a_finding() -> None:
    """Code, severity, words and both places arrive; the page of the code goes along."""
    found = run(WRONG_VALUE)
    code = "query/unknown-label-value"
    page = pages.page(code)
    assert found["tool"]["driver"] == {
        "name": "obsgen",
        "version": __version__,
        "rules": [{"id": code, "shortDescription": {"text": code}, "help": {"text": page, "markdown": page}}],
    }
    assert found["results"] == [
        {
            "ruleId": code,
            "ruleIndex": 0,
            "level": "error",
            "message": {"text": "`fail` is not a value of label `result`. did you mean `failed`?"},
            "locations": [
                {
                    "physicalLocation": {
                        "artifactLocation": {"uri": "specs/orders.yaml", "uriBaseId": "%SRCROOT%"},
                        "region": {"startLine": 3, "startColumn": 23, "endLine": 3, "endColumn": 27},
                    }
                }
            ],
            "relatedLocations": [
                {
                    "id": 0,
                    "physicalLocation": {
                        "artifactLocation": {"uri": "specs/labels.yaml", "uriBaseId": "%SRCROOT%"},
                        "region": {"startLine": 2, "startColumn": 20, "endLine": 2, "endColumn": 35},
                    },
                    "message": {"text": "the values are listed here"},
                }
            ],
        }
    ]


def test_severities_and_rules() -> None:
    """Each code is one rule however often it is found, and a note is a note."""
    found = run(WRONG_VALUE, UNUSED, EDITED, UNUSED)
    assert [rule["id"] for rule in found["tool"]["driver"]["rules"]] == [
        "drift/edited", "metric/unused", "query/unknown-label-value",
    ]  # fmt: skip
    assert [(one["ruleIndex"], one["level"]) for one in found["results"]] == [
        (2, "error"), (1, "note"), (0, "warning"), (1, "note"),
    ]  # fmt: skip


def test_a_whole_file() -> None:
    """A finding about a file as a whole points at no line of it, and keeps its difference."""
    (result,) = run(EDITED)["results"]
    assert result["locations"] == [
        {"physicalLocation": {"artifactLocation": {"uri": "generated/rules.yml", "uriBaseId": "%SRCROOT%"}}}
    ]
    assert result["message"]["text"] == "changed by hand. this file. run `obsgen build`\n--- built\n+++ found\n-a\n+b"


def test_nothing() -> None:
    """Without findings there is a log all the same, which closes those that were open."""
    assert run()["results"] == []


@pytest.mark.parametrize(
    ("path", "uri"),
    [
        ("specs/a b#c%.yaml", "specs/a%20b%23c%25.yaml"),
        ("/tmp/x y.yaml", "file:///tmp/x%20y.yaml"),
        ("C:/x y.yaml", "file:///C:/x%20y.yaml"),
        ("é.yaml", "%C3%A9.yaml"),
        ("a:b.yaml", "a%3Ab.yaml"),
    ],
)
def test_files_are_addresses(path: str, uri: str) -> None:
    """Whatever a file is called, its address can be read back."""
    (result,) = run(at(path, 1, 1, 1, 2))["results"]
    assert result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == uri


@given(st.text(min_size=1), st.text())
def test_any_text_is_valid(path: str, words: str) -> None:
    """No text makes a log that the schema refuses, and no control character is handed on."""
    (result,) = run(at(path, 1, 1, 1, 2, text=words, message=words or "x"))["results"]
    assert result["message"]["text"].isprintable()
    address = result["locations"][0]["physicalLocation"]["artifactLocation"]
    assert unquote(address["uri"], errors="surrogatepass").endswith(path)


def test_hostile_text() -> None:
    """Control characters of the user's text do not reach a terminal."""
    text = render([hostile()], SOURCES)
    assert "\x1b" not in text
    assert run(hostile())["results"]
