"""What obsgen writes itself passes its own lint, and so do public rules, but for what is really wrong with them."""

import os
from collections import Counter
from pathlib import Path

import pytest

from obsgen.diagnostics import Diagnostic, Severity
from obsgen.foreign import recognise
from obsgen.foreign.discover import discover, on_disk
from obsgen.foreign.judge import judge
from obsgen.foreign.model import NO_CATALOG, Foreign
from tests import tools
from tests.shipped import shipped

CORPUS = Path(os.environ.get("OBSGEN_CORPUS", tools.CHECKOUT.parent / "corpus")) / "awesome-prometheus-alerts"


def read(folder: Path) -> tuple[list[Foreign], list[Diagnostic], dict[str, str]]:
    """Return what the files below *folder* hold, why others cannot be read, and their texts."""
    found = discover([folder], base=tools.CHECKOUT)
    reads = [recognise.read(one.path, one.text) for one in found.texts]
    problems = [*found.problems, *(problem for one in reads for problem in one.problems)]
    return [one for read in reads for one in read.foreign], problems, {one.path: one.text for one in found.texts}


@pytest.mark.parametrize(("folder", "kinds"), [
    ("prometheus", {"rules", "rule-tests", "scrape-config"}),
    ("grafana", {"dashboard"}),
])  # fmt: skip
def test_generated_files(folder: str, kinds: set[str]) -> None:
    """The generated rules, their tests, the scrape configuration and the dashboards agree with the catalog."""
    files, problems, _ = read(tools.CHECKOUT / "generated" / folder)
    assert {file.kind for file in files} == kinds
    catalog = shipped()
    assert [*problems, *judge(catalog, files, on_disk(tools.CHECKOUT))] == []


# Every one of them was looked at and is right; `docs/` keeps the judgement.
REAL = {
    "alert/threshold-out-of-range",
    "alert/unknown-template-label",
    "query/no-shared-labels",
    "query/impossible",
}


@pytest.mark.skipif(not CORPUS.is_dir(), reason="needs the corpus awesome-prometheus-alerts")
@pytest.mark.parametrize("catalog", ["none", "shipped"])
def test_public_rules(catalog: str) -> None:
    """Public rules are read without a fault, and errors in them are of the kinds that they really have."""
    files, problems, _ = read(CORPUS)
    assert problems == []
    assert sum(len(file.alert_rules) for file in files) > 900
    model = NO_CATALOG if catalog == "none" else shipped()
    errors = Counter(one.code for one in judge(model, files) if one.severity is Severity.ERROR)
    assert set(errors) <= REAL
