"""Rule files and PrometheusRule manifests: every query is checked, at its place in the file."""

import pytest

from tests.bakery import BAKERY
from tests.foreign import linted, rules, said, serious

RULE = "{alert: OrdersFail, expr: 'sum(rate(bakery_orders_total{result=\"fail\"}[5m])) > 1', for: 5m, annotations: {summary: They fail}}"
GROUPS = f"groups:\n- name: bakery\n  rules:\n  - {RULE}\n"
FOUND = [("query/unknown-label-value", "fail")]


def indented(text: str, by: int) -> str:
    """Return *text* with each line moved to the right."""
    return "".join(f"{' ' * by}{line}\n" for line in text.splitlines())


MANIFEST = (
    f"apiVersion: monitoring.coreos.com/v1\nkind: PrometheusRule\nmetadata: {{name: x}}\nspec:\n{indented(GROUPS, 2)}"
)
OTHER = "apiVersion: v1\nkind: Service\nmetadata: {name: y}\n"


@pytest.mark.parametrize(
    ("text", "count"),
    [
        (GROUPS, 1),
        (f"# comment\n---\n{GROUPS}", 1),
        (f"namespace: ovens\n{GROUPS}", 1),
        (MANIFEST, 1),
        (f"{OTHER}---\n{MANIFEST}---\n# nothing\n---\n{MANIFEST.replace('OrdersFail', 'OrdersFailToo')}", 2),
        (f"apiVersion: v1\nkind: List\nitems:\n- {indented(OTHER, 2).lstrip()}- {indented(MANIFEST, 2).lstrip()}", 1),
        (f"kind: PrometheusRuleList\nitems:\n- {indented(MANIFEST, 2).lstrip()}", 1),
        (GROUPS.replace("\n", "\r\n"), 1),
        (f"x: &it {RULE}\ngroups:\n- name: bakery\n  rules:\n  - *it\n", 1),
        (f"x: &it {RULE}\ngroups:\n- name: bakery\n  rules:\n  - {{<<: *it, for: 6m}}\n", 1),
    ],
)
def test_places(text: str, count: int) -> None:
    """Wherever Kubernetes, comments or aliases put a rule, the wrong word is found where it was written."""
    assert linted({"x.yml": text}) == FOUND * count


@pytest.mark.parametrize(
    "expr",
    [
        '|\n      # orders\n      sum(rate(bakery_orders_total{result="fail"}[5m])) > 1',
        '>-\n      sum(rate(bakery_orders_total{result="fail"}[5m]))\n      > 1',
        "'sum(rate(bakery_orders_total{result=\"fail\"}[5m])) > 1'",
        '"sum(rate(bakery_orders_total{result=\\"fail\\"}[5m])) > 1"',
    ],
)
def test_styles(expr: str) -> None:
    """In every style of YAML the caret stands under the word."""
    text = f"groups:\n- name: g\n  rules:\n  - alert: OrdersFail\n    expr: {expr}\n    for: 5m\n    annotations: {{summary: They fail}}\n"
    assert linted({"x.yml": text}) == FOUND


def ask(expr: str) -> str:
    """Return a rule file that records *expr*."""
    return rules(f"{{record: 'kind:x:y', expr: '{expr}'}}")


@pytest.mark.parametrize(
    ("expr", "found"),
    [
        ("sum(rate(bakery_order_total[5m]))", [("query/unknown-metric", "bakery_order_total")]),
        ("sum(rate(bakery_bake_duration_bucket[5m])) by (le)", [("query/unknown-metric", "bakery_bake_duration_bucket")]),
        ("absent(bakery_receipts_sent_total)", [("query/unknown-metric", "bakery_receipts_sent_total")]),
        ("sum by (kind) (rate(bakery_orders_total[5m]))", []),
        ("max(bakery_orders_created)", []),
        ("sum(rate(shop_orders_total[5m]))", []),
        ("sum(rate(bakeries_orders_total[5m]))", []),
        ('max by (job) (up{job="anything", cluster="eu"})', []),
        ("sum(kind:x:z)", []),
    ],
)  # fmt: skip
def test_names(expr: str, found: list[tuple[str, str]]) -> None:
    """Names that begin like the catalog's have to be in it; those of others are nobody's business."""
    assert linted({"x.yml": ask(expr)}) == found


def test_names_of_files() -> None:
    """What one file records is known in all others, however it is called; what nobody records is not."""
    record = rules("{record: 'bakery_x:y:z', expr: 'sum by (kind) (bakery_flour_remaining)'}")
    use = ask("sum(bakery_x:y:z)")
    assert linted({"a.yml": use}) == [("query/unknown-metric", "bakery_x:y:z")]
    assert "query/unknown-metric" not in [code for code, _ in linted({"a.yml": use, "b.yml": record})]
    # Behind the recorded series the label is gone, wherever that was written.
    wrong = ask("sum by (oven) (bakery_x:y:z)")
    assert ("query/unknown-label", "oven") in linted({"a.yml": wrong, "b.yml": record})


def test_no_catalog() -> None:
    """Without a catalog nothing has to be known, and PromQL is still read."""
    assert linted({"x.yml": GROUPS}, {}) == []
    assert linted({"x.yml": ask("sum(")}, {})[0][0] == "query/syntax"


def test_the_catalog_is_not_repeated() -> None:
    """What is wrong with the catalog is said by `check`, and only there."""
    odd = {**BAKERY, "specs/odd.yaml": "obsgen: 1\nservice: bakery\nmetrics:\n  bakery_odd_total: {gauge: Odd.}\n"}
    assert linted({"x.yml": ask("sum by (kind) (bakery_flour_remaining)")}, odd) == []


def test_message() -> None:
    """People see both places: the word in their file, and what the catalog says."""
    assert said({"x.yml": GROUPS}).splitlines() == [
        "x.yml:4:69: error[query/unknown-label-value]: `fail` is not a value of label `result`",
        "  |",
        f"4 |   - {RULE}",
        "  |                                                                     ^^^^ did you mean `failed`?",
        "  ::: specs/metrics.yaml:8:52",
        "  |",
        "8 |   result: {help: What became of an order., values: [baked, failed]}",
        "  |                                                    --------------- the values are listed here",
    ]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("groups: {a: 1}\n", []),
        ("groups: [5]\n", []),
        ("groups:\n- {name: a, rules: 5}\n", ["rules"]),
        ("groups:\n- {name: a, rules: [5]}\n", ["5"]),
        ("groups:\n- rules: []\n", ["rules: []"]),
        ("groups:\n- {name: '', rules: []}\n", ["''"]),
        ("groups:\n- {name: a, rules: []}\n- {name: b, rules: []}\n- {name: a, rules: []}\n", ["a"]),
        ("groups:\n- {name: a, intervall: 5m, rules: []}\n", ["intervall"]),
        ("groups:\n- {name: a, source_tenants: [b], rules: []}\n", []),
        (rules("{alert: OvensHot, exp: a > 1}"), ["exp"]),
        (rules("{alret: OvensHot, expr: a > 1}"), ["alret"]),
        (rules("{alert: OvensHot, expr: a > 1, fro: 5m, annotation: {summary: x}}"), ["fro", "annotation"]),
        (rules("{alert: OvensHot, expr: a > 1, for: 1m1h, annotations: {summary: x}}"), ["1m1h"]),
        (rules("{alert: A}"), ["A"]),
        (rules("{expr: a > 1}"), ["{expr: a > 1}"]),
        (rules("{alert: A, record: b, expr: a > 1}"), ["{alert: A, record: b, expr: a > 1}"]),
        (rules("{alert: AB, expr: [a > 1], for: 5m}"), ["expr"]),
        (rules("{alert: [AB], expr: a > 1, for: 5m}"), ["alert"]),
        (rules("{alert: OvensHot, expr: a > 1, for: soon, annotations: {summary: x}}"), ["soon"]),
        (rules("{alert: OvensHot, expr: a > 1, for: [5m], annotations: {summary: x}}"), ["for"]),
        (rules("{alert: OvensHot, expr: a > 1, for: 5m, annotations: {summary: [x]}}"), ["[x]"]),
        (rules("{alert: OvensHot, expr: a > 1, for: 5m, annotations: 5}"), ["annotations"]),
    ],
)
def test_shapes(text: str, found: list[str]) -> None:
    """What Prometheus would refuse is found where it stands, and the rest is looked at."""
    assert [word for code, word in linted({"x.yml": text}) if code == "foreign/wrong-shape"] == found


def test_wrong_next_to_right() -> None:
    """A rule of the wrong shape hides no other."""
    assert linted({"x.yml": rules("{alert: A}", RULE)}) == [("foreign/wrong-shape", "A"), *FOUND]


@pytest.mark.parametrize(
    "expr", ['{app="x"} |= "error"', 'rate({app="x"} | json [5m]) > 1', 'sum(rate({app="x"}[5m])) > ']
)  # fmt: skip
def test_rules_of_loki(expr: str) -> None:
    """Log queries in the ruler files of Loki, which look the same, are not taken for broken PromQL; broken PromQL is."""
    found = linted({"x.yml": rules(f"{{alert: LogsBad, expr: '{expr}', for: 5m, annotations: {{summary: x}}}}")})
    assert [code for code, _ in found] == (["query/syntax"] if expr.endswith("> ") else [])


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("groups:\n- name: x\n  rules:\n  {{- range .Values.x }}\n  - alert: A\n  {{- end }}\n", ("foreign/template", "{{")),
        ('{{ include "x" . }}\n', ("foreign/template", "{{")),
        ("kind: PrometheusRule\nmetadata:\n  name: {{ .Release.Name }}\n", ("foreign/template", "{{")),
        (rules('{alert: A, annotations: {summary: "{{ "{{" }} $labels.kind }}"}}'), ("foreign/template", "{{")),
        (rules("{alert: A, annotations: {summary: 'a {{ '{{' }} $labels.kind }}'}}"), ("foreign/template", "{{")),
        (rules('{alert: A, annotations: {summary: "{{ $labels.x }} of {{ include "x" . }}"}}'), ("foreign/template", "{{")),
        (rules('{alert: A, annotations: {summary: "{{- .Values.x | default "y" -}}"}}'), ("foreign/template", "{{")),
        (rules('{alert: A, annotations: {summary: "{{ $value | printf "%.1f" }}"}}'), ("yaml/syntax", "%")),
        (rules('{alert: A, annotations: {summary: "{{ query "up{job="default"}" }}"}}'), ("yaml/syntax", "u")),
        (rules("{alert: A, annotations: {summary: {{ $labels.x }} is bad}}"), ("yaml/key-not-text", "{{")),
        ("groups: [\n", ("yaml/syntax", "")),
    ],
)  # fmt: skip
def test_no_yaml(text: str, found: tuple[str, str]) -> None:
    """A template is told from YAML with a fault, and both are one finding."""
    assert linted({"x.yml": text}) == [found]


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        (
            "{alert: OvensHot, expr: 'up{job=\"{{ .Values.job }}\"} == 0', for: 5m}",
            ["'up{job=\"{{ .Values.job }}\"} == 0'"],
        ),
        ("{alert: OvensHot, expr: 'a > {{ .Values.limit }}', for: 5m}", ["'a > {{ .Values.limit }}'"]),
        ("{alert: '{{ job }}Down', expr: a > 1, for: 5m}", ["'{{ job }}Down'"]),
        ("{record: 'a:{{ job }}', expr: a}", ["'a:{{ job }}'"]),
        (
            "{alert: OvensHot, expr: a > 1, for: '{{ .Values.for }}', annotations: {summary: x}}",
            ["'{{ .Values.for }}'"],
        ),
        ("{alert: OvensHot, expr: a > 1, for: 5m, annotations: {summary: '{{`{{ $labels.x }}`}}'}}", []),
        ("{alert: OvensHot, expr: a > 1, for: 5m, annotations: {summary: '{% raw %}{{ $value }}{% endraw %}'}}", []),
    ],
)
def test_templates(rule: str, words: list[str]) -> None:
    """What another tool fills in first is no fault, cannot be looked at, and is told once in a file."""
    beside = "{alert: TilesFall, expr: 'rate(b)', for: 5m, annotations: {summary: x}}"
    found = serious({"x.yml": rules(rule, rule.replace("Ovens", "Tiles"), beside)})
    assert [word for code, word in found if code == "foreign/template"] == words
    assert ("query/syntax", "rate") in found
    assert "foreign/wrong-shape" not in dict(found)


def test_names_of_templates_are_known_to_tests() -> None:
    """A test may name an alert whose condition is filled in later; where names are filled in any name may be right."""
    tests = (
        "rule_files: [x.yml]\ntests:\n- interval: 1m\n  alert_rule_test:\n"
        "  - {alertname: OvensHot, eval_time: 1m, exp_alerts: [{}]}\n"
    )
    for name, known in (("OvensHot", True), ("{{ x }}Hot", True), ("OvensCold", False)):
        text = rules(f"{{alert: '{name}', expr: 'a > {{{{ x }}}}', for: 5m}}")
        assert ("test/unknown-alert" not in dict(serious({"x.yml": text, "t.yml": tests}))) is known


def test_templates_of_prometheus_are_no_templates_in_a_query() -> None:
    """What Prometheus fills in elsewhere stands in a query by mistake, which the query's own finding says."""
    found = serious({"x.yml": rules("{alert: OvensHot, expr: 'a{b=\"c\"} > {{ $labels.limit }}', for: 5m}")})
    assert [code for code, _ in found if code.startswith(("query/", "foreign/"))] == ["query/syntax"]
