"""Rule files that obsgen did not write, as checks see them, beside the bakery's catalog."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from obsgen.checks.base import AlertRule, Check, Read, Subject, read_query
from obsgen.diagnostics import Diagnostic
from obsgen.load import load_texts
from obsgen.promql.collect import Asked
from obsgen.promql.compile import Compiled
from obsgen.promql.meaning import World
from obsgen.promql.text import whole
from obsgen.report.text import render
from obsgen.source import nodes
from obsgen.spec.fields import Origin
from obsgen.spec.values import Duration
from tests.bakery import BAKERY, marked

PATH = "rules.yaml"


@dataclass(frozen=True)
class RuleFile(Subject):
    """
    A rule file and the catalog that it is held against.

    Attributes:
        root: The file.
        external_labels: Of the server that reads it.
    """

    root: nodes.Mapping
    external_labels: Mapping[str, str]

    @cached_property
    def queries(self) -> tuple[Read, ...]:
        """Every query of the file."""
        return tuple(read_query(self._asked(rule)) for rule in self._rules)

    @cached_property
    def alert_rules(self) -> tuple[AlertRule, ...]:
        """Every alerting rule of the file."""
        return tuple(
            self._alert(rule, read) for rule, read in zip(self._rules, self.queries, strict=True) if rule.get("alert")
        )

    @cached_property
    def world(self) -> World:
        """What names mean to the server."""
        return World.of(self.catalog, external_labels=self.external_labels)

    @property
    def _rules(self) -> list[nodes.Mapping]:
        return [rule for group in self.root.get("groups").items for rule in group.get("rules").items]

    def _asked(self, rule: nodes.Mapping) -> Asked:
        where = "alert" if rule.get("alert") else "record"
        compiled = Compiled(expr=whole(rule.get("expr")), problems=())
        service = self.catalog.services[0]
        return Asked(where=where, name=rule.get(where).text, service=service, compiled=compiled, origin=Origin(rule))

    def _alert(self, rule: nodes.Mapping, read: Read) -> AlertRule:
        wait = rule.get("for")
        texts = {
            key: {name: value for name, (_, value) in part.entries.items()} if (part := rule.get(key)) else {}
            for key in ("labels", "annotations")
        }
        return AlertRule(
            name=rule.get("alert").text,
            name_span=rule.get("alert").span,
            read=read,
            wait_seconds=None if wait is None else float(Duration.parse(wait.text).seconds),
            wait_span=rule.span if wait is None else wait.span,
            origin=Origin(rule),
            **texts,
        )


def rules(*written: str) -> str:
    """Return a rule file of the rules *written*, each a YAML mapping in braces."""
    return "groups:\n- name: bakery\n  rules:\n" + "".join(f"  - {rule}\n" for rule in written)


def findings(check: Check, text: str, external_labels: Mapping[str, str] | None = None) -> list[Diagnostic]:
    """Return what *check* finds in the rule file *text*."""
    root = nodes.parse(text, PATH).root
    assert isinstance(root, nodes.Mapping)
    return list(check.run(RuleFile(load_texts(BAKERY).catalog, root, external_labels or {})))


def words(check: Check, text: str, external_labels: Mapping[str, str] | None = None) -> list[str]:
    """Return the words that the carets of *check* stand under in the rule file *text*."""
    sources = {**BAKERY, PATH: text}
    return [marked(sources, finding.primary.span) for finding in findings(check, text, external_labels)]


def printed(check: Check, text: str) -> list[str]:
    """Return what people read about the rule file *text*."""
    return render(findings(check, text), {**BAKERY, PATH: text}).strip("\n").splitlines()
