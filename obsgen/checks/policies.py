"""What policies of a project look at: texts of alerting rules, whoever writes them into the rule file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from obsgen.checks.base import AlertRule
from obsgen.diagnostics import Diagnostic, Span, error
from obsgen.settings import fits


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """
    A label or annotation of an alerting rule.

    Attributes:
        text: None where only the notification will have it: obsgen or a template writes it.
        span: Where it stands.
    """

    text: str | None
    span: Span


def wanted(setting: str, pattern: str = "") -> str:
    """Return the help of a finding: which setting asks for it, and for what."""
    return f"`{setting}` in [tool.obsgen.policy] asks for {f'`{pattern}`' if pattern else 'it'}"


def labels_of(rule: AlertRule) -> Mapping[str, Text]:
    """Return the labels that the rule adds."""
    alert = rule.alert
    if alert is None:
        return {name: _read(node.text, node.span) for name, node in rule.labels.items()}
    found = {
        "severity": Text(text=alert.severity.name, span=alert.origin.at("severity")),
        "service": Text(text=alert.service, span=alert.name_span),
    }
    owner = alert.origin.at("owner") if alert.spec.owner else alert.name_span
    return found | ({"owner": Text(text=alert.owner, span=owner)} if alert.owner else {})


def annotations_of(rule: AlertRule, docs_url: str) -> Mapping[str, Text]:
    """Return the annotations of the rule; *docs_url* decides which of them leads to the runbook."""
    found = {name: _read(node.text, node.span) for name, node in rule.annotations.items()}
    if rule.alert is None:
        return found
    # Those that obsgen writes, what the catalog says about them counts more.
    generated = ("description", "runbook_url" if docs_url else "runbook")
    return {name: Text(text=None, span=rule.name_span) for name in generated} | found


def _read(text: str, span: Span) -> Text:
    return Text(text=None if "{{" in text else text, span=span)


def missing(
    code: str, what: str, texts: Mapping[str, Text], required: Mapping[str, str], rule: AlertRule
) -> Iterator[Diagnostic]:
    """Yield a finding for each entry of *required* (name -> pattern) that *texts* lacks or that is something else there."""
    for name, pattern in required.items():
        found = texts.get(name)
        if found is None:
            yield error(
                code,
                f"the alert `{rule.name}` has no {what} `{name}`",
                rule.name_span,
                help=wanted(f"required_{what}s", pattern) + _advice(name, rule),
            )
        elif found.text is not None and not fits(pattern, found.text):
            yield error(
                code,
                f"the {what} `{name}` is not what was agreed on",
                found.span,
                help=wanted(f"required_{what}s", pattern),
            )


def _advice(name: str, rule: AlertRule) -> str:
    """Return how the rule of an alert in the catalog comes to what it lacks."""
    return "; set `docs_url` in [tool.obsgen]" if name == "runbook_url" and rule.alert is not None else ""


def forbidden(code: str, what: str, texts: Mapping[str, Text], table: Mapping[str, str]) -> Iterator[Diagnostic]:
    """Yield a finding for each of *texts* that an entry of *table* (pattern of names -> pattern of texts) describes."""
    for name, found in texts.items():
        for names, pattern in table.items():
            anything = fits(pattern, "")
            if fits(names, name) and (anything if found.text is None else fits(pattern, found.text)):
                yield error(
                    code,
                    f"the {what} `{name}` must not be {'there' if anything else 'this'}",
                    found.span,
                    help=f"`forbidden_{what}s` in [tool.obsgen.policy] rules out `{names}` with `{pattern}`",
                )
