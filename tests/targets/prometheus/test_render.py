"""What Prometheus is given: the files as a reviewer has read them, and promtool's word on them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from obsgen.diagnostics import Severity
from obsgen.load import load_texts
from obsgen.settings import Server
from obsgen.spec.values import LINE
from obsgen.targets.base import Options
from obsgen.targets.prometheus import TARGET
from tests import tools
from tests.bakery import besides
from tests.golden import compare_tree
from tests.plan.catalogs import alert, catalog, texts
from tests.shipped import shipped
from tests.targets.prometheus.whens import RECORDS, WHENS

PIPELINE = {
    "scrape": {
        "job": "shop",
        "every": "1m",
        "timeout": "20s",
        "path": "/m",
        "host": "shop.internal",
        "sample_limit": 5000,
    },
    "workspaces": {"main": {"port": 9464, "service_name": 'shop "main": #1'}, "spare": {"port": 9465}},
    "send": {"metrics": ["store"]},
}


def every_shape():
    """Return a catalog with every kind of condition and of recorded series."""
    alerts = {name: alert(when, **{"for": "5m"}) for name, when in WHENS.items()}
    records = {name: {"record": "Recorded.", "query": query} for name, query in RECORDS.items()}
    return catalog(alerts=alerts, records=records, **PIPELINE)


def rendered(found, options=None):
    """Return path -> text, the derived rule tests left out."""
    artifacts = TARGET.render(found, options or Options())
    return {one.path: one.text for one in artifacts if not one.path.startswith("prometheus/tests/")}


def test_golden(update_golden):
    """A catalog with every shape gives exactly the files in `golden/`."""
    compare_tree(rendered(every_shape()), Path(__file__).parent / "golden", update_golden)


def write(files, folder):
    """Write path -> text below *folder*."""
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")


def accept(files, folder):
    """Assert that promtool accepts the configuration with its rule files, each of them with all its rules."""
    write(files, folder)
    config = tools.run("promtool", "check", "config", folder / "prometheus/prometheus.yml")
    assert config.returncode == 0, config.stdout + config.stderr
    for path in files:
        if "/rules/" in path:
            count = sum(len(group["rules"]) for group in yaml.safe_load(files[path])["groups"])
            checked = tools.run("promtool", "check", "rules", folder / path)
            assert checked.returncode == 0, checked.stdout + checked.stderr
            assert f"SUCCESS: {count} rules found" in checked.stdout
            assert (
                f"{path.rpartition('/')[2]} is valid" in config.stdout
                or f"SUCCESS: {count} rules found" in config.stdout
            )


def test_promtool_accepts_every_shape(tmp_path):
    """Every kind of condition compiles to PromQL that Prometheus takes."""
    accept(rendered(every_shape()), tmp_path)


def test_promtool_accepts_the_shipped_catalog(tmp_path):
    """So does the project's own catalog."""
    accept(rendered(shipped(), Options(docs_url="https://docs.example/obs")), tmp_path)


def test_the_configuration_names_the_rule_files_there_are():
    """The paths in `rule_files` count from the configuration's own folder and lead to what is generated."""
    files = rendered(every_shape())
    named = yaml.safe_load(files["prometheus/prometheus.yml"])["rule_files"]
    assert [f"prometheus/{path}" for path in named] == [path for path in files if "/rules/" in path]


def test_the_configuration_says_what_is_set_about_the_server(tmp_path):
    """What the settings say about the server stands in its configuration, which promtool takes."""
    said = Server(scrape_seconds=90.0, evaluation_seconds=20.5, external_labels={"cluster": "eu", "replica": "{{ 1 }}"})
    files = rendered(every_shape(), Options(server=said))
    accept(files, tmp_path)
    assert yaml.safe_load(files["prometheus/prometheus.yml"])["global"] == {
        "evaluation_interval": "20s500ms", "scrape_interval": "1m30s", "external_labels": {"cluster": "eu", "replica": "{{ 1 }}"},
    }  # fmt: skip
    plain = rendered(every_shape())["prometheus/prometheus.yml"]
    assert yaml.safe_load(plain)["global"] == {"evaluation_interval": "15s"}


def test_a_library_alone_has_no_configuration():
    """A service without rules and without a scrape job leaves nothing to configure."""
    metrics = {"lib_calls_total": {"counter": "Calls."}}
    library = {"obsgen": 1, "service": "lib", "metrics": metrics}
    found = load_texts({"a.yaml": yaml.safe_dump(library)})
    assert rendered(found.catalog) == {}


def test_labels_are_no_templates():
    """An owner with braces is printed as it is; Prometheus expands labels like annotations."""
    files = rendered(catalog(alerts={"A": alert(RATE, owner="{{ $value }} team")}))
    (group,) = yaml.safe_load(files["prometheus/rules/shop.yml"])["groups"]
    assert group["rules"][0]["labels"]["owner"] == '{{ "{{" }} $value }} team'


BRACES = st.lists(
    st.sampled_from(
        ["{{", "}}", "{", "}", " ", "$value", "$labels.payment", "$labels", ".Value", "| humanize", "|", "humanizeDuration",
         "-", "/*", "*/", "printf", '"%.2f"', '"%q"', "`", '"', "'", "\\", "%", "if", "end", "1", "{{ $value }}",
         "{{ $labels.payment }}", "{{ $value | humanizePercentage }}", '{{ printf "%.4g" $value }}', "x", "\t", "}}{{"]
    ) | st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=3),
    max_size=8,
).map("".join)  # fmt: skip


@st.composite
def lines(draw, inner=BRACES):
    """Return a line of the catalog that may break a template."""
    return draw(inner.filter(lambda text: re.fullmatch(LINE.pattern, text) is not None))


RATE = {"rate": "shop_orders_total", "by": ["payment"], "over": "5m", "above": 1}
# Nobody knows its unit, so that every function of templates may print it.
UNITLESS = {
    "promql": "sum by (payment) (rate(shop_orders_total[5m])) / sum by (payment) (rate(shop_orders_total[1h])) > 1"
}


@given(st.lists(st.tuples(lines(), lines(), lines()), min_size=20, max_size=40))
@settings(max_examples=25, suppress_health_check=list(HealthCheck), deadline=None)
def test_whatever_obsgen_accepts_promtool_accepts(tmp_path_factory, written):
    """Summary, description and owner: what passes `alert/bad-template` is a template for Prometheus."""
    alerts = {
        f"A{number}": alert(RATE, summary=summary, description=description, owner=owner)
        for number, (summary, description, owner) in enumerate(written)
    }
    loaded = load_texts(texts(alerts=alerts))
    # A finding in one alert hides nothing about the others: those that have none are rendered alone.
    bad = {one.primary.span for one in loaded.diagnostics if one.severity is Severity.ERROR}
    good = {name: spec for name, spec in alerts.items() if not any(_inside(span, loaded, name) for span in bad)}
    accept(rendered(catalog(alerts=good or {"A": alert(RATE)})), tmp_path_factory.mktemp("rules"))


def _inside(span, loaded, name):
    where = loaded.catalog.services[0].alert(name).origin.span
    return span.path == where.path and where.line <= span.line <= where.end_line


@pytest.mark.parametrize(
    "summary",
    ["{{ $labels.payment }} is slow", "{{ $value | humanize }}", '{{ printf "%.2f" $value }}', "{{$value|humanizeDuration}}",
     "{{ $labels.payment | toUpper }} {{ $value | humanizePercentage }}", "a } b { c }} d", "50 % of {x}"],
)  # fmt: skip
def test_good_templates(summary, tmp_path):
    """Common templates are accepted by both."""
    accept(rendered(catalog(alerts={"A": alert(UNITLESS, summary=summary)})), tmp_path)


@pytest.mark.parametrize(
    "summary",
    ["{{ $value", "{{ end }}", "{{ if }}", "{{ .Nope", "{{ $labels.payment | nope }}", "{{ $other }}", "{{ }}"],
)
def test_bad_templates(summary, tmp_path):
    """What Prometheus refuses is found before, with a place."""
    loaded = load_texts(texts(alerts={"A": alert(RATE, summary=summary, **{"for": "5m"})}))
    assert [one.code for one in besides(loaded.diagnostics)] == ["alert/bad-template"]
    rule = {"alert": "A", "expr": "up", "annotations": {"summary": summary}}
    (tmp_path / "rules.yml").write_text(yaml.safe_dump({"groups": [{"name": "g", "rules": [rule]}]}), encoding="utf-8")
    assert tools.run("promtool", "check", "rules", tmp_path / "rules.yml").returncode != 0
