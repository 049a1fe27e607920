"""`alert/name-style`: a name that reads differently from those of other alerts."""

from __future__ import annotations

import re
from collections.abc import Iterator

from obsgen.checks.base import Check, Subject
from obsgen.diagnostics import Diagnostic, info

_PASCAL = re.compile(r"[A-Z][A-Za-z0-9]*")
_LETTERS = re.compile(r"[A-Za-z0-9]+")
_MOST = 50


def run(subject: Subject) -> Iterator[Diagnostic]:
    """Report names of alerts that are not written in PascalCase, and those that are too long to be read in a message."""
    for rule in subject.alert_rules:
        if not _PASCAL.fullmatch(rule.name):
            guess = "".join(word[:1].upper() + word[1:] for word in _LETTERS.findall(rule.name))
            yield info(
                "alert/name-style",
                f"`{rule.name}` is not written like other alerts",
                rule.name_span,
                help=f"write `{guess}`"
                if _PASCAL.fullmatch(guess)
                else "write words without blanks, each with a capital",
            )
        elif len(rule.name) > _MOST:
            yield info(
                "alert/name-style",
                f"`{rule.name}` has {len(rule.name)} characters, messages have room for {_MOST}",
                rule.name_span,
                help="leave the details to the summary",
            )


CHECK = Check(code="alert/name-style", run=run)
