"""`alert/external-label`: a notification that prints a label which the server does not add."""

from __future__ import annotations

import re
from collections.abc import Iterator

from obsgen.checks.base import Check, Subject
from obsgen.checks.templates import actions
from obsgen.diagnostics import Diagnostic, error
from obsgen.promql.tree import Word
from obsgen.source.locate import within
from obsgen.words import listed, nearest

_LABEL = re.compile(
    r"(?:\$externalLabels|\$\.ExternalLabels|(?P<dot>(?<![\w.$)])\.ExternalLabels))\.(?P<name>[A-Za-z_]\w*)"
)
_INDEXED = re.compile(r"\bindex\s+(?:\$externalLabels|\$\.ExternalLabels)\s+\"(?P<name>[A-Za-z_]\w*)\"")


def run(subject: Subject) -> Iterator[Diagnostic]:
    """Report external labels in templates that the server does not have, where it is known which ones it has."""
    known = subject.world.external_labels
    if not known and subject.settings.server.external_labels is None:
        return
    for rule in subject.alert_rules:
        for node in (*rule.annotations.values(), *rule.labels.values()):
            for word in _printed(node.text):
                if word.text not in known:
                    guess = nearest(word.text, known)
                    yield error(
                        "alert/external-label",
                        f"the server adds no label `{word.text}`, so this prints nothing",
                        within(node, word.start, word.end),
                        f"did you mean `{guess}`?" if guess else "",
                        help="" if guess else f"it adds {listed(sorted(known))}" if known else "it adds none",
                    )


def _printed(text: str) -> Iterator[Word]:
    for action in actions(text):
        if action.keyword in ("if", "with"):
            continue
        found = [match for match in _LABEL.finditer(action.text) if match["dot"] is None or action.dotted]
        for match in (*found, *_INDEXED.finditer(action.raw)):
            yield Word(match["name"], action.start + match.start("name"), action.start + match.end("name"))


CHECK = Check(code="alert/external-label", run=run)
