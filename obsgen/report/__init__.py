"""Diagnostics as text for people and for programs: one module a format, one line here."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from obsgen.diagnostics import Diagnostic
from obsgen.report import github, json_lines, junit, sarif, text

Printer = Callable[[Sequence[Diagnostic], Mapping[str, str]], str]

#: Format name -> function of the diagnostics and the text of the files they stand in.
FORMATS: Mapping[str, Printer] = {
    "text": text.render,
    "json": json_lines.render,
    "github": github.render,
    "sarif": sarif.render,
    "junit": junit.render,
}
