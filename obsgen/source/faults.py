"""What keeps a text from being YAML at all, as findings."""

from __future__ import annotations

import re

import yaml

from obsgen.diagnostics import Diagnostic, error
from obsgen.source.text import SourceText

# What YAML forbids; and what one reader takes for the end of a line or for nothing where another sees a character:
# a carriage return alone, U+0085, U+2028, U+2029 and the byte order mark.
_FORBIDDEN = re.compile(
    "[^\t\n\r\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]|\r(?!\n)"
)

_CONFLICT = re.compile(r"^(?:<{7}|>{7}) .*$", re.MULTILINE)

# Its brackets and colons are those of YAML, too.
_PROMQL_HERE = re.compile(r"\b(promql|expr): *[^\s\"'|>]")
_COMPARISONS = ("<", ">", "=", "!")

# First words of a parser's message -> advice.
_ADVICE = (
    ("mapping values are not allowed", "a text with `: ` inside needs quotes; otherwise look at the indentation"),
    ("did not find expected", "look for a missing comma, bracket or quote, or for a line that is indented differently"),
    ("expected", "look for a missing comma, bracket or quote, or for a line that is indented differently"),
    ("found unknown escape character", "write `\\\\` for a backslash in double quotes, or use single quotes"),
    ("found character", "put quotes around a text that starts with this character"),
)
# Faults that a parser notices far behind their cause: first words of its message -> what to say at the cause.
_AT_CONTEXT = (
    (
        "could not find expected ':'",
        "there is no `:` behind this key",
        "write `KEY: VALUE`, or look at the indentation",
    ),
    (
        "found unexpected end of stream",
        "this quote is never closed",
        "write the closing quote; inside single quotes `''` is one",
    ),
)


def forbidden_character(source: SourceText, where: str = "a catalog") -> Diagnostic | None:
    """Return a finding for the first character of the file that may not stand in *where*, or None."""
    found = _FORBIDDEN.search(source.text)
    if found is None:
        return None
    return error(
        "yaml/character",
        f"character U+{ord(found[0]):04X} may not stand in {where}",
        source.span(found.start(), found.end()),
        help="remove it, or write it as an escape in double quotes",
    )


def syntax_error(problem: yaml.MarkedYAMLError, source: SourceText) -> Diagnostic:
    """Return a finding for what PyYAML's scanner or parser stumbled over."""
    if conflict := _CONFLICT.search(source.text):
        return error(
            "yaml/syntax",
            "here a merge has left a conflict",
            source.span(*conflict.span()),
            help="settle it, and remove the lines of `<<<<<<<`, `=======` and `>>>>>>>`",
        )
    mark = problem.problem_mark or problem.context_mark
    message = (problem.problem or problem.context or "cannot be read as YAML").strip()
    advice = next((advice for words, advice in _ADVICE if message.startswith(words)), "")
    for words, better, help_ in _AT_CONTEXT:
        if message.startswith(words) and problem.context_mark:
            mark, message, advice = problem.context_mark, better, help_
    start = min(mark.index if mark else 0, len(source.text))
    line_start = source.text.rfind("\n", 0, start) + 1
    if "\t" in source.text[line_start : start + 1]:
        advice = "YAML is indented with spaces, this line has a tab"
    before = source.text[line_start:start]
    if promql := _PROMQL_HERE.search(before):
        advice = f"put quotes around the PromQL, or write it below `{promql[1]}: |`"
    elif source.text[start : start + 1] in _COMPARISONS and before.rstrip().endswith(":"):
        advice = "the comparison is a key, such as `above: 2.5s`; behind it stands the value alone"
    end = start if source.text[start : start + 1] in ("", "\r", "\n") else start + 1
    return error("yaml/syntax", message, source.span(start, end), help=advice)
