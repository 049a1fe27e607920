"""Files that obsgen did not write, beside the bakery's catalog, and what is found in them."""

from collections.abc import Mapping

from obsgen.checks.base import Check
from obsgen.diagnostics import Diagnostic, Severity
from obsgen.foreign.recognise import read
from obsgen.foreign.subject import ForeignSubject
from obsgen.lint import lint_texts
from obsgen.load import load_texts
from obsgen.report.text import render
from obsgen.settings import Server, Settings
from tests.bakery import BAKERY, marked

PATH = "rules.yaml"


def rules(*written: str) -> str:
    """Return a rule file of the rules *written*, each a YAML mapping in braces."""
    return "groups:\n- name: bakery\n  rules:\n" + "".join(f"  - {rule}\n" for rule in written)


def findings(
    check: Check, text: str, external_labels: Mapping[str, str] | None = None, settings: Settings | None = None
) -> list[Diagnostic]:
    """Return what *check* finds in the rule file *text*, read by a server with *external_labels*, or with *settings*."""
    found = read(PATH, text)
    assert found.foreign
    assert [*found.problems, *(problem for one in found.foreign for problem in one.problems)] == []
    if settings is None:
        settings = Settings(server=Server(external_labels=dict(external_labels or {})))
    subject = ForeignSubject(load_texts(BAKERY).catalog, found.foreign, settings=settings)
    return [one for one in check.run(subject) if one.primary.span.path == PATH]


def words(
    check: Check, text: str, external_labels: Mapping[str, str] | None = None, settings: Settings | None = None
) -> list[str]:
    """Return the words that the carets of *check* stand under in the rule file *text*."""
    sources = {**BAKERY, PATH: text}
    return [marked(sources, finding.primary.span) for finding in findings(check, text, external_labels, settings)]


def printed(check: Check, text: str, settings: Settings | None = None) -> list[str]:
    """Return what people read about the rule file *text*."""
    return render(findings(check, text, settings=settings), {**BAKERY, PATH: text}).strip("\n").splitlines()


def linted(texts: Mapping[str, str], catalog: Mapping[str, str] = BAKERY) -> list[tuple[str, str]]:
    """Return the code of each finding in the files *texts*, and the words that its carets stand under."""
    found = lint_texts(load_texts(catalog).catalog, texts)
    return [(one.code, marked({**catalog, **texts}, one.primary.span)) for one in found]


def said(texts: Mapping[str, str], catalog: Mapping[str, str] = BAKERY) -> str:
    """Return what people read about the files *texts*."""
    return render(lint_texts(load_texts(catalog).catalog, texts), {**catalog, **texts})


def serious(texts: Mapping[str, str], catalog: Mapping[str, str] = BAKERY) -> list[tuple[str, str]]:
    """Return code and words of what people have to act on in the files *texts*."""
    found = lint_texts(load_texts(catalog).catalog, texts)
    sources = {**catalog, **texts}
    return [(one.code, marked(sources, one.primary.span)) for one in found if one.severity is not Severity.INFO]
