"""prometheus.yml: a job that is called two names, ports that nobody has, rules that nobody loads."""

import pytest

from tests.bakery import BAKERY
from tests.foreign import linted, rules, said

RULES = rules("{alert: OvenDown, expr: 'up{job=\"§\"} == 0', for: 5m, annotations: {summary: It is off}}")


def prometheus(*jobs: str, more: str = "rule_files: ['*.yml']\n") -> str:
    """Return a prometheus.yml with *jobs*, each a YAML mapping in braces, and the lines *more*."""
    return f"{more}scrape_configs:\n" + "".join(f"- {job}\n" for job in jobs)


def job(name: str, *targets: str, more: str = "") -> str:
    """Return a scrape configuration."""
    listed = ", ".join(f"'{target}'" for target in targets)
    return f"{{job_name: {name}, static_configs: [{{targets: [{listed}]}}]{more}}}"


OVEN = job("oven", "localhost:9100")
BAKED = job("bakery", "localhost:9464")


def found(text: str, **files: str) -> list[tuple[str, str]]:
    """Return what is found in the prometheus.yml *text* beside *files*."""
    return linted({"prometheus.yml": text, **{f"{name}.yml": content for name, content in files.items()}})


def test_clean() -> None:
    """A job under its name, at a port of a workspace, is right, whatever its host."""
    assert found(prometheus(job("bakery", "10.0.0.7:9464", "[::1]:9464"), OVEN, more="")) == []


@pytest.mark.parametrize(
    ("one", "words"),
    [
        (job("bread", "localhost:9464"), ["bread"]),
        (job("bread", "[::1]:9464"), ["bread"]),
        (job("bread", "127.0.0.1:9464"), ["bread"]),
        (job("Bakery", "10.0.0.7:9464"), ["Bakery"]),
        (job("bakery-main", "shop:9464"), ["bakery-main"]),
        # Somebody else's machine and somebody else's name.
        (job("tiles", "10.0.0.7:9464"), []),
        # Another port of this machine.
        (job("bread", "localhost:9465"), []),
        (job("bread", "localhost:9464", more=", relabel_configs: [{target_label: job, replacement: bakery}]"), []),
        (job("bread", "localhost:9464", more=", metric_relabel_configs: [{action: labelmap, regex: x}]"), []),
        ("{job_name: bread, static_configs: [{targets: ['localhost:9464'], labels: {job: bakery}}]}", []),
    ],
)
def test_names(one: str, words: list[str]) -> None:
    """A job that scrapes a service of the catalog under another name is found where that is certain."""
    got = found(prometheus(one, more=""))
    assert [word for code, word in got if code == "scrape/renamed-job"] == words
    assert ("scrape/missing-job", "scrape_configs") not in got or not words


@pytest.mark.parametrize(
    ("targets", "words"),
    [
        (["localhost:9465"], ["'localhost:9465'"]),
        (["localhost:9464", "shop:9465"], ["'shop:9465'"]),
        (["shop"], []),
        (["${HOST}"], []),
        (["shop:${PORT}"], []),
        (["http://shop:9465/metrics"], ["'http://shop:9465/metrics'"]),
    ],
)
def test_ports(targets: list[str], words: list[str]) -> None:
    """A target of a job of the catalog has a port of one of its workspaces, as far as it is written out."""
    got = found(prometheus(job("bakery", *targets), more=""))
    assert [word for code, word in got if code == "scrape/unknown-port"] == words


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        (prometheus(OVEN, more=""), True),
        (prometheus(OVEN, BAKED, more=""), False),
        (prometheus(OVEN, more="scrape_config_files: ['*.yaml']\n"), False),
        (prometheus(job("oven", "x:1", more=", relabel_configs: [{target_label: job}]"), more=""), False),
    ],
)
def test_left_out(text: str, missing: bool) -> None:
    """A job of the catalog that nobody scrapes is worth a word where all jobs are known."""
    assert ("scrape/missing-job" in [code for code, _ in found(text)]) is missing


@pytest.mark.parametrize(
    ("asked", "text", "words"),
    [
        ("ovens", prometheus(OVEN, BAKED), ["ovens"]),
        ("oven", prometheus(OVEN, BAKED), []),
        ("bakery", prometheus(OVEN, BAKED), []),
        ("ovens", prometheus(OVEN, BAKED, more="rule_files: ['*.yml']\nscrape_config_files: [x]\n"), []),
        ("Bakery", "", ["Bakery"]),
        ("bake-ry", "", ["bake-ry"]),
        ("ovens", "", []),
    ],
)
def test_asked(asked: str, text: str, words: list[str]) -> None:
    """A query for the health of a job that nobody scrapes is found; without a prometheus.yml only other spellings are."""
    texts = {"rules.yml": RULES.replace("§", asked), **({"prometheus.yml": text} if text else {})}
    assert linted(texts) == [("query/unscraped-job", word) for word in words]


@pytest.mark.parametrize(("pattern", "words"), [("oven|bakery", []), ("oven|baker", ["baker"]), ("bak.*|x", ["x"])])
def test_alternatives(pattern: str, words: list[str]) -> None:
    """Each alternative of a pattern is looked at by itself."""
    texts = {"rules.yml": RULES.replace('="§"', f'=~"{pattern}"'), "prometheus.yml": prometheus(OVEN, BAKED)}
    assert [word for code, word in linted(texts) if code == "query/unscraped-job"] == words


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ("", ["scrape_configs"]),
        ("rule_files: []\n", ["rule_files"]),
        ("rule_files: [rules.yml]\n", []),
        ("rule_files: [./r*.yml]\n", []),
        ("rule_files: [rule.yml]\n", ["rule.yml"]),
        ("rule_files: ['rules/*.yml']\n", ["'rules/*.yml'"]),
        ("rule_files: [/etc/prometheus/rule.yml]\n", []),
    ],
)
def test_rules(more: str, words: list[str]) -> None:
    """Rules that lie beside the configuration and are not loaded are found, and so are patterns without a file."""
    got = found(prometheus(OVEN, BAKED, more=more), rules=RULES.replace("§", "oven"))
    assert got == [("scrape/rules-not-loaded", word) for word in words]


@pytest.mark.parametrize(
    ("pattern", "words"), [("rule.yml", "no file is called `rule.yml`"), ("*.yaml", "no file matches `*.yaml`")]
)
def test_what_is_said_of_rules(pattern: str, words: str) -> None:
    """A pattern is called one, and the rules that are there are named."""
    text = said({"prometheus.yml": prometheus(OVEN, BAKED, more=f"rule_files: ['{pattern}']\n"), "rules.yml": RULES})
    assert f"{words}, so that its rules are never loaded" in text
    assert "= help: the path counts from the folder of this file; there are rules in `rules.yml`" in text


def test_settings_of_the_server() -> None:
    """External labels and intervals of the server hold for the queries of its rules."""
    text = rules(
        "{alert: FlourLow, expr: 'bakery_flour_remaining{till=\"eu\"} < 3', for: 5m, annotations: {summary: x}}"
    )
    head = "rule_files: ['*.yml']\nglobal: {external_labels: {till: eu}}\n"
    assert ("query/unknown-label", "till") in linted({"rules.yml": text})
    assert linted({"rules.yml": text, "prometheus.yml": prometheus(OVEN, BAKED, more=head)}) == []


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("scrape_configs: 5\n", ["scrape_configs"]),
        ("scrape_configs: [5]\n", ["5"]),
        ("scrape_configs:\n- {static_configs: []}\n", ["{static_configs: []}"]),
        ("scrape_configs:\n- {job_name: x, static_configs: [{targets: 5}]}\n", ["targets"]),
        ("scrape_configs: []\nglobal: {scrape_interval: often}\n", ["often"]),
    ],
)
def test_shapes(text: str, words: list[str]) -> None:
    """What Prometheus would refuse is found where it stands."""
    got = linted({"p.yml": text}, {path: text for path, text in BAKERY.items() if "pipeline" not in path})
    assert got == [("foreign/wrong-shape", word) for word in words]


RACK = rules(
    "{alert: FlourLow, expr: 'sum by (rack, pod) (bakery_flour_remaining{cluster=\"eu\"}) < 3', for: 5m, "
    "annotations: {summary: '{{ $labels.rack }} {{ $labels.pod }}'}}"
)


@pytest.mark.parametrize(
    "more",
    [
        "labels: {rack: a}",
        "relabel",
        "metric_relabel",
        "labelmap",
        "file_sd_configs",
    ],
)
def test_labels_of_targets(more: str) -> None:
    """Labels that the scrape adds are there, and those that targets commonly have may be, whoever scrapes them."""
    written = {
        "labels: {rack: a}": "{job_name: bakery, static_configs: [{targets: ['localhost:9464'], labels: {rack: a}}]}",
        "relabel": job("bakery", "localhost:9464", more=", relabel_configs: [{target_label: rack, replacement: a}]"),
        "metric_relabel": job("bakery", "localhost:9464", more=", metric_relabel_configs: [{target_label: rack}]"),
        "labelmap": job("bakery", "localhost:9464", more=", relabel_configs: [{action: LabelMap, regex: x_(.*)}]"),
        "file_sd_configs": "{job_name: bakery, file_sd_configs: [{files: [x.json]}]}",
    }
    files = {"rules.yml": RACK, "prometheus.yml": prometheus(written[more], OVEN)}
    assert [code for code, _ in linted(files) if code != "scrape/missing-job"] == []


def test_labels_that_no_scrape_adds() -> None:
    """A label that no target commonly has, and that the scrape does not add, is still an error."""
    alone = linted({"rules.yml": RACK})
    assert alone == [("query/unknown-label", "rack")]
    assert linted({"rules.yml": RACK, "prometheus.yml": prometheus(BAKED, OVEN)}) == alone


def test_made_up_series_of_tests_are_of_any_job() -> None:
    """A test may make up series of a job that nobody scrapes, to show that the alert is not about them."""
    tests = (
        "rule_files: [rules.yml]\nevaluation_interval: 1m\ntests:\n- interval: 1m\n  input_series:\n"
        "  - {series: 'up{job=\"JOB\"}', values: 0x9}\n"
        "  promql_expr_test:\n  - {expr: 'up{job=\"bakery\"}', eval_time: 9m, exp_samples: []}\n"
    )
    for made_up in ("bakery", "not-bakery", "elsewhere"):
        assert "query/unscraped-job" not in dict(found(prometheus(BAKED), tests=tests.replace("JOB", made_up)))
