"""What Prometheus refuses in a prometheus.yml: held against promtool, found at the words that are at odds."""

import subprocess
from pathlib import Path

import pytest

from obsgen.foreign.model import NO_CATALOG
from obsgen.lint import lint_texts
from tests import tools
from tests.bakery import marked
from tests.foreign import said

ABOVE, TWICE, SHAPE = "scrape/timeout-above-interval", "scrape/duplicate-job", "foreign/wrong-shape"
ONE = "scrape_configs:\n- {job_name: oven"
URL = "static_configs: [{targets: ['https://a.org']}]"
TO_PARAM = "{source_labels: [__address__], target_label: __param_target}"
BLACKBOX = """\
scrape_configs:
- job_name: probes
  metrics_path: /probe
  params: {module: [http_2xx]}
  static_configs: [{targets: ['https://example.org', 'http://prometheus.io/x', '']}]
  relabel_configs:
  - {source_labels: [__address__], target_label: __param_target}
  - {source_labels: [__param_target], target_label: instance}
  - {target_label: __address__, replacement: 'blackbox:9115'}
"""
# What RE2 takes, and a hasty reader does not.
PATTERNS = [
    "a)(b", r"\(", r"[(]", "[]()]+", "[^](]", "[[:alpha:]()]", r"\Qa)\E", "(?i)a", "(?P<x>a)", "(a|)", "()*", "^*", "a]",
    "{", r"\p{Greek}", "([^:]+)(?::[0-9]+)?", "(?:)?", r"\\(a)", "|", "",
]  # fmt: skip


def relabelled(rule: str, key: str = "relabel_configs") -> str:
    """Return a prometheus.yml whose only job has *rule*."""
    return f"{ONE}, {key}: [{rule}]}}\n"


# The file, and what is found in it: code, words, and the words beside it.
REFUSED: dict[str, tuple[str, list[tuple[str, str, list[str]]]]] = {
    "own timeout": (f"{ONE}, scrape_interval: 15s, scrape_timeout: 30s}}\n", [(ABOVE, "30s", ["15s"])]),
    "interval of all": (f"global: {{scrape_interval: 15s}}\n{ONE}, scrape_timeout: 16s}}\n", [(ABOVE, "16s", ["15s"])]),
    "interval of nobody": (f"{ONE}, scrape_timeout: 61s}}\n", [(ABOVE, "61s", [])]),
    "interval of zero": (f"{ONE}, scrape_interval: 0s, scrape_timeout: 61s}}\n", [(ABOVE, "61s", [])]),
    "timeout of all": (f"global: {{scrape_interval: 5s, scrape_timeout: 6s}}\n{ONE}}}\n", [(ABOVE, "6s", ["5s"])]),
    "timeout of all, interval of nobody": (f"global: {{scrape_timeout: 2m}}\n{ONE}}}\n", [(ABOVE, "2m", [])]),
    "other units": (f"{ONE}, scrape_interval: 1m, scrape_timeout: 60001ms}}\n", [(ABOVE, "60001ms", ["1m"])]),
    "two jobs": (f"{ONE}}}\n- {{job_name: oven}}\n", [(TWICE, "oven", ["oven"])]),
    "three jobs": (f"{ONE}}}\n- {{job_name: shop}}\n- {{job_name: 'oven'}}\n", [(TWICE, "'oven'", ["oven"])]),
    "no name": ("scrape_configs:\n- {job_name: ''}\n", [(SHAPE, "''", [])]),
    "address": (f"{ONE}, static_configs: [{{targets: ['http://a:1/m']}}]}}\n", [(SHAPE, "'http://a:1/m'", [])]),
    "path": (f"{ONE}, static_configs: [{{targets: ['a:1/m']}}]}}\n", [(SHAPE, "'a:1/m'", [])]),
    "empty target": (f"{ONE}, static_configs: [{{targets: ['']}}]}}\n", [(SHAPE, "''", [])]),
    "key misspelt": (f"{ONE}, static_config: []}}\n", [(SHAPE, "static_config", [])]),
    "no label": (f"{ONE}, relabel_configs: [{{source_labels: [x]}}]}}\n", [(SHAPE, "{source_labels: [x]}", [])]),
    "url, other labels": (f"{ONE}, {URL}, metric_relabel_configs: [{TO_PARAM}]}}\n", [(SHAPE, "'https://a.org'", [])]),
    "url, no rules": (f"{ONE}, {URL}, relabel_configs: []}}\n", [(SHAPE, "'https://a.org'", [])]),
    "url, null": (f"{ONE}, {URL}, relabel_configs: null}}\n", [(SHAPE, "'https://a.org'", [])]),
    "url, rules of others": (
        f"global: {{}}\n{ONE}, {URL}}}\n- {{job_name: b, relabel_configs: [{TO_PARAM}]}}\n",
        [(SHAPE, "'https://a.org'", [])],
    ),
    "action": (relabelled("{action: kep, source_labels: [x], regex: y}"), [(SHAPE, "kep", [])]),
    "action of nobody": (relabelled("{action: frobnicate}"), [(SHAPE, "frobnicate", [])]),
    "action of nothing": (relabelled("{action: ''}"), [(SHAPE, "''", [])]),
    "key of a rule": (relabelled("{source_labels: [x], target_labels: y}"), [(SHAPE, "target_labels", [])]),
    "key of nobody": (relabelled("{target_label: y, comment: z}"), [(SHAPE, "comment", [])]),
    "key beside the right one": (relabelled("{target_label: y, target_labels: y}"), [(SHAPE, "target_labels", [])]),
    "open group": (relabelled("{target_label: y, regex: '([^:]+'}"), [(SHAPE, "'([^:]+'", [])]),
    "closed group": (relabelled("{target_label: y, regex: 'a)'}"), [(SHAPE, "'a)'", [])]),
    "open class": (relabelled("{target_label: y, regex: '[^](a)'}"), [(SHAPE, "'[^](a)'", [])]),
    "nothing repeated": (relabelled("{target_label: y, regex: '*.a'}"), [(SHAPE, "'*.a'", [])]),
    "nothing repeated in a branch": (relabelled("{target_label: y, regex: 'a|?'}"), [(SHAPE, "'a|?'", [])]),
    "looking around": (relabelled("{action: drop, regex: '(?!a).*'}"), [(SHAPE, "'(?!a).*'", [])]),
    "action for series": (
        relabelled("{action: dorp, regex: a}", key="metric_relabel_configs"),
        [(SHAPE, "dorp", [])],
    ),
    "action for a server": (
        "scrape_configs: []\nremote_write: [{url: 'http://a', write_relabel_configs: [{action: kep}]}]\n",
        [(SHAPE, "kep", [])],
    ),
    "action for alerts": (
        "scrape_configs: []\nalerting: {alert_relabel_configs: [{action: kep}]}\n",
        [(SHAPE, "kep", [])],
    ),
    "action for alertmanagers": (
        "scrape_configs: []\nalerting: {alertmanagers: [{relabel_configs: [{action: kep}]}]}\n",
        [(SHAPE, "kep", [])],
    ),
    "alias": (
        f"{ONE}, relabel_configs: &x [{{action: kep}}]}}\n- {{job_name: b, relabel_configs: *x}}\n",
        [(SHAPE, "kep", [])],
    ),
    "folders": (f"rule_files: ['**/*.yml']\n{ONE}}}\n", [(SHAPE, "'**/*.yml'", [])]),
    "order of units": (f"{ONE}, scrape_interval: 1s2m}}\n", [(SHAPE, "1s2m", [])]),
    "not a time": (f"{ONE}, scrape_timeout: soon}}\n", [(SHAPE, "soon", [])]),
}  # fmt: skip
ACCEPTED = {
    "as long": f"{ONE}, scrape_interval: 15s, scrape_timeout: 15s}}\n",
    "timeout of all is cut": f"global: {{scrape_timeout: 30s}}\n{ONE}, scrape_interval: 15s}}\n",
    "default timeout is cut": f"{ONE}, scrape_interval: 5s}}\n",
    "zero is nothing": f"global: {{scrape_interval: 0s, scrape_timeout: 0s}}\n{ONE}, scrape_timeout: 30s}}\n",
    "interval of its own": f"global: {{scrape_interval: 5s}}\n{ONE}, scrape_interval: 1m, scrape_timeout: 30s}}\n",
    "long": f"{ONE}, scrape_interval: 1h30m, scrape_timeout: 1h}}\n",
    "two names": f"{ONE}}}\n- {{job_name: Oven}}\n",
    "targets": f"{ONE}, static_configs: [{{targets: ['a:1', '[::1]:2', c]}}]}}\n",
    "found": f"{ONE}, dns_sd_configs: [{{names: [x]}}], relabel_configs: [{{action: labelmap, regex: x_(.+)}}]}}\n",
    "blackbox": BLACKBOX,
    "snmp": BLACKBOX.replace("http_2xx", "if_mib").replace("'https://example.org', 'http://prometheus.io/x', ''", "a/b"),
    "found by files": f"{ONE}, file_sd_configs: [{{files: ['x/*.json']}}]}}\n",
    "found by http": f"{ONE}, http_sd_configs: [{{url: 'https://a.org/targets'}}]}}\n",
    **{f"action {name}": relabelled(f"{{action: {name}, regex: x}}") for name in ("keep", "DROP", "LabelMap")},
    **{f"action {name}": relabelled(f"{{action: {name}, regex: x}}") for name in ("labeldrop", "labelkeep")},
    **{
        f"action {name}": relabelled(f"{{action: {name}, source_labels: [x], target_label: y}}")
        for name in ("replace", "lowercase", "Uppercase", "keepequal", "dropequal")
    },
    "action hashmod": relabelled("{action: hashmod, source_labels: [x], target_label: y, modulus: 2, separator: ;}"),
    **{f"regex {text}": relabelled(f"{{target_label: y, regex: '{text}', replacement: $1}}") for text in PATTERNS},
    "last part": f"rule_files: ['rules/*.yml', 'a.yml', 'b-*']\n{ONE}}}\n",
}  # fmt: skip


def findings(text: str) -> list[tuple[str, str, list[str]]]:
    """Return code, words and the words beside them of everything that is wrong with a prometheus.yml by itself."""
    found = lint_texts(NO_CATALOG, {"p.yml": text})
    sources = {"p.yml": text}
    return [
        (one.code, marked(sources, one.primary.span), [marked(sources, label.span) for label in one.secondary])
        for one in found
        if one.code != "scrape/rules-not-loaded"
    ]


@pytest.mark.parametrize("case", REFUSED)
def test_refused(case: str) -> None:
    """What Prometheus refuses is found at its word, with the place that it disagrees with."""
    text, expected = REFUSED[case]
    assert findings(text) == expected


@pytest.mark.parametrize("case", ACCEPTED)
def test_accepted(case: str) -> None:
    """What Prometheus takes is no finding."""
    assert findings(ACCEPTED[case]) == []


@pytest.mark.parametrize(
    ("text", "taken"),
    [*((text, False) for text, _ in REFUSED.values()), *((text, True) for text in ACCEPTED.values())],
    ids=[*REFUSED, *ACCEPTED],
)
def test_as_promtool_says(text: str, taken: bool, tmp_path: Path) -> None:
    """Both tables say what promtool says of the same file."""
    path = tmp_path / "prometheus.yml"
    path.write_text(text, encoding="utf-8")
    done = subprocess.run(
        [tools.require("promtool"), "check", "config", "--syntax-only", str(path)], capture_output=True, check=False
    )
    assert (done.returncode == 0) is taken, done.stderr


def test_words() -> None:
    """The message says both times, and what to write."""
    text = said({"p.yml": REFUSED["interval of all"][0]}, {})
    assert "p.yml:3:36: error[scrape/timeout-above-interval]: a scrape every 15s cannot wait 16s for an answer" in text
    assert "--- the time between two scrapes" in text
    assert "= help: write 15s or less; Prometheus refuses the whole file" in text
    text = said({"p.yml": REFUSED["address"][0]}, {})
    assert "= help: write `a:1` and, beside `static_configs`, `metrics_path: /m` and `scheme: http`" in text
    assert "did you mean `static_configs`?" in said({"p.yml": REFUSED["key misspelt"][0]}, {})


@pytest.mark.parametrize(
    ("rule", "advice"),
    [
        ("{action: kep, regex: a}", "did you mean `keep`?"),
        ("{action: frobnicate}", "= help: the actions are `drop`, `dropequal`,"),
        ("{source_labels: [x], target_labels: y}", "did you mean `target_label`?"),
        ("{target_label: y, comment: z}", "= help: its keys are `action`, `modulus`,"),
        ("{action: keep, regex: '([^:]+'}", "`([^:]+` is no regular expression: a `(` is never closed"),
        ("{action: keep, regex: '(?!a)'}", "it looks around with `(?!`, which Prometheus cannot"),
    ],
)
def test_words_of_relabelling(rule: str, advice: str) -> None:
    """The message says what was meant, or what there is."""
    text = said({"p.yml": relabelled(rule)}, {})
    assert advice in text
    assert "Prometheus refuses the whole file" in text


@pytest.mark.parametrize(
    "rule",
    [
        "{action: '{{ .Values.action }}', regex: x}",
        "{action: '${ACTION}', regex: x}",
        "{action: keep, regex: '({{ .Values.names }}'}",
        "{action: keep_if_equal, source_labels: [x, y]}",
        "{if: '{job=\"x\"}', action: drop}",
    ],
)
def test_uncertain_rules(rule: str) -> None:
    """What is filled in first, and what VictoriaMetrics reads in the same file, is left alone."""
    assert findings(relabelled(rule)) == []


def test_target_of_a_template() -> None:
    """A target that is filled in first is told as such."""
    text = f"{ONE}, static_configs: [{{targets: ['{{{{ .Values.host }}}}/x']}}]}}\n"
    assert [code for code, _, _ in findings(text)] == ["foreign/template"]


def test_logs_are_somebody_elses() -> None:
    """A configuration of Promtail looks like a prometheus.yml, and is none."""
    text = "positions: {filename: x}\nclients: []\nscrape_configs:\n- job_name: a\n- job_name: a\n"
    assert findings(text) == [("foreign/unknown-kind", "", [])]
