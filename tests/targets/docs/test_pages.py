"""What the pages say, and that all of it is true of the catalog."""

import hashlib
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from obsgen.emit.yaml_text import yaml_text
from obsgen.plan.links import runbook_url
from obsgen.plan.rules import rule_groups
from obsgen.promql.known import labels_of
from obsgen.promql.parse import parse
from obsgen.promql.tree import Aggregation, Tree, children, selectors
from obsgen.settings import Server
from obsgen.targets.base import Options
from obsgen.targets.docs import TARGET
from obsgen.targets.docs.counts import series_at_most
from tests.bakery import alert as bakery_alert
from tests.golden import compare_tree
from tests.targets.docs.pages import (
    EVERY,
    anchors,
    catalog_of,
    dead_links,
    every,
    fences,
    headings,
    pages,
    shipped,
    texts_of,
)
from tests.tools import CHECKOUT, require, run

CATALOGS = pytest.mark.parametrize("catalog", [shipped(), every()], ids=["shipped", "every"])


def test_golden(update_golden):
    """A catalog with every shape gives exactly the golden pages; those of the shipped one stand below `generated/`."""
    compare_tree(pages(every()), Path(__file__).parent / "golden" / "every", update_golden)


@CATALOGS
def test_every_link_leads_somewhere(catalog):
    """Every link of every page leads to a page and a heading that are there."""
    assert dead_links(pages(catalog)) == []


@CATALOGS
def test_every_runbook_url_leads_to_its_alert(catalog):
    """`runbook_url` of a notification is the page and the anchor of the section with the alert's name."""
    tree = pages(catalog)
    for alert in catalog.alerts:
        page, _, anchor = runbook_url(alert, "").partition("#")
        words = [words for _, words in headings(tree[page])]
        assert words[anchors(tree[page]).index(anchor)] == alert.name
    written = sum(level == 2 for path in tree if path.startswith("runbooks/") for level, _ in headings(tree[path]))
    assert written == len(list(catalog.alerts))


@CATALOGS
def test_every_section_is_complete(catalog):
    """Every alert has the four parts in one order, every metric has its section."""
    tree = pages(catalog)
    for service in catalog.services:
        if service.alerts:
            parts = [words for level, words in headings(tree[f"runbooks/{service.name}.md"]) if level == 3]
            assert parts == ["Meaning", "Impact", "Diagnosis", "Mitigation"] * len(service.alerts)
        if service.metrics:
            found = [words for level, words in headings(tree[f"metrics/{service.name}.md"]) if level == 2]
            records = ["Recorded series"] if service.records else []
            prices = ["Prices of language models"] if service.prices else []
            assert found == [metric.name for metric in service.metrics] + records + prices


@CATALOGS
def test_the_rule_stands_in_its_section(catalog):
    """A section shows the expression that Prometheus evaluates, letter by letter."""
    tree = pages(catalog)
    for group in rule_groups(catalog):
        shown = fences(tree[f"{'metrics' if group.name.endswith('-records') else 'runbooks'}/{group.service}.md"])
        assert all(rule.expr in shown for rule in group.rules)


@CATALOGS
def test_queries_ask_for_what_exists(catalog):
    """No query of a page asks for a series or a label that the catalog does not know."""
    for path, page in pages(catalog).items():
        for text in fences(page):
            tree = parse(text).tree
            known: set[str] = set()
            for selector in selectors(tree):
                labels = labels_of(selector.name.text, catalog)
                assert labels is not None or selector.name.text in catalog.records, (path, text)
                known |= set(labels or ())
                assert labels is None or {matcher.label.text for matcher in selector.matchers} <= set(labels), (
                    path,
                    text,
                )
            if not any(selector.name.text in catalog.records for selector in selectors(tree)):
                assert _grouped(tree) <= known, (path, text)


def _grouped(tree: Tree) -> set[str]:
    own = {word.text for word in tree.grouping or ()} if isinstance(tree, Aggregation) else set()
    return own.union(*map(_grouped, children(tree)))


@CATALOGS
def test_prometheus_reads_every_query(catalog, tmp_path):
    """Promtool accepts every query of every page as the expression of a rule."""
    require("promtool")
    texts = [text for page in pages(catalog).values() for text in fences(page)]
    rules = [{"record": f"page:query:{number}", "expr": text} for number, text in enumerate(texts)]
    assert len(rules) > 20
    (tmp_path / "rules.yml").write_text(yaml_text({"groups": [{"name": "pages", "rules": rules}]}), encoding="utf-8")
    assert run("promtool", "check", "rules", "rules.yml", cwd=tmp_path).returncode == 0


@CATALOGS
def test_pages_are_tidy(catalog):
    """A page ends in one line break; no line ends in blanks, and no empty lines follow each other."""
    for path, text in pages(catalog).items():
        assert text == text.rstrip("\n") + "\n", path
        assert not re.search(r"[ \t]$|\n\n\n", text, re.MULTILINE), path


def test_tells_nothing_of_its_maker():
    """No path of this machine and no version stands in the pages."""
    for text in pages(every()).values():
        assert str(CHECKOUT) not in text
        assert "every/" not in text


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("bakery_orders_total", 4 * 4 * 31),
        ("bakery_bake_duration_seconds", 4 * 13 * (5 + 3)),
        ("bakery_bread_info", 4),
        ("bakery_delivery_timestamp_seconds", 1),
    ],
)
def test_series_are_counted_with_other_and_all_buckets(name, expected):
    """The worst case has every value, `other`, and for a histogram its buckets, +Inf, sum and count."""
    assert series_at_most(every().metrics[name]) == expected


def test_order_of_files_does_not_matter():
    """The same files under other names give the same pages."""
    texts = texts_of(EVERY)
    renamed = {f"{99 - number}.yaml": text for number, text in enumerate(texts.values())}
    assert pages(catalog_of(renamed)) == pages(catalog_of(texts))


def test_same_bytes_under_every_hash_seed():
    """Nothing of the pages depends on the order in which Python happens to keep its sets."""
    script = (
        "import hashlib\n"
        "from tests.targets.docs.pages import every, pages, shipped\n"
        "print(hashlib.sha256(repr([pages(shipped()), pages(every())]).encode()).hexdigest())\n"
    )
    here = hashlib.sha256(repr([pages(shipped()), pages(every())]).encode()).hexdigest()
    for seed in ("1", "2"):
        done = subprocess.run(
            [sys.executable, "-c", script],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(CHECKOUT)},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert (done.stdout.strip(), done.stderr) == (here, "")


def test_a_catalog_with_nothing_has_a_front_page():
    """A catalog without services still gives a front page, and nothing else."""
    found = pages(catalog_of({}))
    assert found == {
        "README.md": "# Observability\n\nThe catalog describes nothing yet.\n"
        "Every page here is written by `obsgen build`; to change one, change the catalog.\n"
    }


def test_a_full_address_changes_only_what_is_said_of_the_annotation():
    """Links between pages stay relative where `docs_url` is set, so that a checkout can be read as well."""
    catalog = shipped()
    apart = {one.path: one.text for one in TARGET.render(catalog, Options(docs_url="https://docs.example.org"))}
    plain, linked = (
        "the annotation `runbook` of a notification names it.",
        "the `runbook_url` of a notification leads to it.",
    )
    found = pages(catalog)
    for path, text in found.items():
        assert apart[f"docs/{path}"] == text.replace(plain, linked)
        runbook = path.startswith("runbooks/")
        assert (plain in text, linked in apart[f"docs/{path}"]) == (runbook, runbook)
        assert linked not in text
    assert apart.keys() == {f"docs/{path}" for path in found}


@pytest.mark.parametrize(("unit", "said"), [("usd", "5 USD"), ("tokens", "5 tokens"), ("used_usd", "5 used USD")])
def test_money_is_written_as_people_write_it(unit, said):
    """A limit in dollars reads USD; units that are words stay as they are."""
    when = {"increase": f"bakery_spent_{unit}_total", "over": "1h", "above": 5}
    texts = bakery_alert(
        yaml_text(when),
        spent=yaml_text(
            {
                "obsgen": 1,
                "service": "bakery",
                "metrics": {f"bakery_spent_{unit}_total": {"counter": "Spent.", "unit": unit}},
            }
        ),
    )
    assert f"The value, to compare with {said}:" in pages(catalog_of(texts))["runbooks/bakery.md"]


def test_the_delay_is_that_of_the_server():
    """How long it takes until an alert fires counts with the evaluation interval that is set."""
    plain, slow = (
        "".join(artifact.text for artifact in TARGET.render(shipped(), Options(server=server)))
        for server in (Server(), Server(evaluation_seconds=90.0))
    )
    assert plain.count("one evaluation of the rules (15s)") == slow.count("one evaluation of the rules (1m30s)") > 0
