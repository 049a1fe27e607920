"""`policy/matcher`: a selector that does not say what the project wants said."""

from __future__ import annotations

from collections.abc import Iterator

from obsgen.checks.base import Check, Subject
from obsgen.checks.policies import wanted
from obsgen.checks.readings import readings, written
from obsgen.diagnostics import Diagnostic, error
from obsgen.promql.tree import Matcher
from obsgen.settings import labels_for


def run(subject: Subject) -> Iterator[Diagnostic]:
    """Report selectors without a matcher on a label that `required_matchers` asks for."""
    table = subject.settings.policy.required_matchers
    for read, meanings in readings(subject) if table else ():
        for selector in meanings.selectors:
            named = {matcher.label.text for matcher in selector.matchers if not _is_anything(matcher)}
            for label in labels_for(table, selector.name.text) if selector.name.text else ():
                if label not in named:
                    yield error(
                        "policy/matcher",
                        f"`{selector.name.text}` is asked for without a matcher on `{label}`",
                        written(read, selector.name),
                        help=wanted("required_matchers"),
                    )


def _is_anything(matcher: Matcher) -> bool:
    return matcher.op == "=~" and matcher.value.text == ".*"


CHECK = Check(code="policy/matcher", run=run)
