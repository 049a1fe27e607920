"""SARIF 2.1.0, which code hosts show beside the lines that findings are about."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

from obsgen import __version__, pages
from obsgen.diagnostics import Diagnostic, Label, Severity, Span
from obsgen.report.terminal import visible

Json: TypeAlias = dict[str, Any]

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVEL = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
_DRIVE = re.compile(r"[A-Za-z]:/")


def render(diagnostics: Sequence[Diagnostic], sources: Mapping[str, str]) -> str:
    """Return one log with one run, in ASCII; *sources* is not needed. Without findings its list of results is empty."""
    del sources
    codes = sorted({one.code for one in diagnostics})
    index = {code: number for number, code in enumerate(codes)}
    run = {
        "tool": {"driver": {"name": "obsgen", "version": __version__, "rules": [_rule(code) for code in codes]}},
        "columnKind": "unicodeCodePoints",
        # YAML's ends of lines, by which findings count.
        "newlineSequences": ["\r\n", "\n", "\r", "\x85", "\u2028", "\u2029"],
        "results": [_result(one, index[one.code]) for one in diagnostics],
    }
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2) + "\n"


def _rule(code: str) -> Json:
    page = pages.page(code)
    rule: Json = {"id": code, "shortDescription": {"text": code}}
    return rule if page is None else {**rule, "help": {"text": page, "markdown": page}}


def _result(one: Diagnostic, rule: int) -> Json:
    words = ". ".join(part for part in (one.message, one.primary.text, one.help) if part)
    result: Json = {
        "ruleId": one.code,
        "ruleIndex": rule,
        "level": _LEVEL[one.severity],
        "message": {"text": "\n".join((visible(words), *map(visible, one.detail.splitlines())))},
        "locations": [{"physicalLocation": _place(one.primary.span)}],
    }
    if one.secondary:
        result["relatedLocations"] = [_related(number, label) for number, label in enumerate(one.secondary)]
    return result


def _related(number: int, label: Label) -> Json:
    place: Json = {"id": number, "physicalLocation": _place(label.span)}
    return {**place, "message": {"text": visible(label.text)}} if label.text else place


def _place(span: Span) -> Json:
    place: Json = {"artifactLocation": _file(span.path)}
    if span == Span.of_file(span.path):
        return place
    region = {
        "startLine": span.line,
        "startColumn": span.column,
        "endLine": span.end_line,
        "endColumn": span.end_column,
    }
    return {**place, "region": region}


def _file(path: str) -> Json:
    from urllib.parse import quote  # noqa: PLC0415 - takes time to import, and only this format needs it

    escaped = quote(path, safe="/", errors="surrogatepass")
    if path.startswith("/"):
        return {"uri": f"file://{escaped}"}
    if _DRIVE.match(path):
        return {"uri": f"file:///{path[0]}:{escaped[4:]}"}
    return {"uri": escaped, "uriBaseId": "%SRCROOT%"}
