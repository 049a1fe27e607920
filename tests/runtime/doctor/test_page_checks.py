"""What a page tells, in the exact words: for each check a page that is right, and one for each way to be wrong."""

import ast
from pathlib import Path

import obsgen_runtime.doctor as package
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from obsgen_runtime.descriptors import LabelDescriptor, MetricDescriptor
from obsgen_runtime.doctor.catalog import Catalog
from obsgen_runtime.doctor.examine import judge_page
from obsgen_runtime.doctor.page import BadPage, parse_page

NOW = 1_000_000.0
OVEN = LabelDescriptor(name="oven", values=("left", "right"))
BREAD = LabelDescriptor(name="bread", at_most=2)
BAKED = MetricDescriptor(name="bakery_baked_total", type="counter", help="Loaves.", labels=(OVEN, BREAD))
HEAT = MetricDescriptor(name="bakery_heat_celsius", type="gauge", help="Heat.", unit="celsius", labels=(OVEN,))
TIME = MetricDescriptor(name="bakery_time_seconds", type="histogram", help="Time.", unit="seconds", buckets=(1.0, 10.0))
INFO = MetricDescriptor(name="bakery_info", type="info", help="Bakery.", labels=(OVEN,))
OWN = tuple(
    MetricDescriptor(name=f"obsgen_runtime_{name}_total", type="counter", help="Own.") for name in ("label_rejected",)
)
CATALOG = Catalog(expected=(BAKED, HEAT, TIME, INFO), own=OWN)

GOOD = """\
# TYPE bakery_baked_total counter
bakery_baked_total{oven="left",bread="rye"} 3
bakery_baked_total{oven="other",bread="other"} 1
# TYPE bakery_baked_created gauge
bakery_baked_created{oven="left",bread="rye"} 1.5e9
# TYPE bakery_heat_celsius gauge
bakery_heat_celsius{oven="left"} 210
# TYPE bakery_info gauge
bakery_info{oven="left"} 1
# TYPE bakery_time_seconds histogram
bakery_time_seconds_bucket{le="1.0"} 10
bakery_time_seconds_bucket{le="10.0"} 20
bakery_time_seconds_bucket{le="+Inf"} 21
bakery_time_seconds_count 21
bakery_time_seconds_sum 90
# TYPE python_info gauge
python_info{version="3"} 1
# TYPE obsgen_runtime_label_rejected_total counter
"""

REPLACED = {
    ("catalog", "the page is empty"): ([(GOOD, "")],
        "failed", "The process answers from a registry that nothing was registered in. Create the generated collectors "
        "in the registry that is served: both use the client's default one unless you pass `registry`."),
    ("catalog", "none of the 4 metrics is there; the page shows up"): ([(GOOD, "up 1\n")],
        "failed", "This is another service's page, or its collectors were never created. Compare --url with the "
        "address that the process logs at its start, and create the collectors before the first request."),
    ("catalog", "1 of 4 metrics are not there: bakery_heat_celsius"): ([("bakery_heat_celsius", "bakery_heat")],
        "failed", "The process runs with an older package than the one named: install what `obsgen build` wrote, and "
        "restart it."),
    ("catalog", "1 of 4 metrics are not there: bakery_info"):
        ([("bakery_info{", "up{"), ("# TYPE bakery_info gauge\n", ""),
          ("bakery_heat_celsius{", 'bakery_heat_celsius{pid="7",')],
        "warning", "With several processes a metric shows once it has a series: record something, and ask again."),
    ("types", "bakery_heat_celsius is unknown, not gauge"):
        ([("# TYPE bakery_heat_celsius gauge", "# TYPE bakery_heat_celsius untyped")],
        "failed", "Alerts and dashboards were made for the catalog's types and buckets. Install what `obsgen build` "
        "wrote, restart the process, and look for another library that registers the same name."),
    ("types", "bakery_time_seconds has other buckets"): ([('le="10.0"', 'le="5.0"')],
        "failed", "Alerts and dashboards were made for the catalog's types and buckets. Install what `obsgen build` "
        "wrote, restart the process, and look for another library that registers the same name."),
    ("labels", "bakery_heat_celsius{place} instead of {oven}"):
        ([("bakery_heat_celsius{oven=", "bakery_heat_celsius{place=")],
        "failed", "Queries that select or group by these labels find nothing. Install what `obsgen build` wrote, and "
        "restart the process."),
    ("labels", "bakery_baked_total{oven} instead of {bread, oven}"): ([(',bread="other"', "")],
        "failed", "Queries that select or group by these labels find nothing. Install what `obsgen build` wrote, and "
        "restart the process."),
    ("unlisted", "1 metrics are in no table: bakery_rolls"): ([("python_info", "bakery_rolls")],
        "warning", "Nothing alerts on them, and they cost storage. Add them to the catalog, name their package with "
        "--metrics, or stop serving them."),
    ("label-values", '1 values are in no list: bakery_info{oven="middle"}'):
        ([('bakery_info{oven="left"}', 'bakery_info{oven="middle"}')],
        "failed", "They were recorded past the generated collectors, which would have made them `other`: look for code "
        "that uses the client's metric directly, or add the values to the catalog."),
    ("label-values", "bakery_baked_total{bread} has 3, at most 2"):
        ([("# TYPE bakery_heat", 'bakery_baked_total{oven="left",bread="a"} 1\n'
           'bakery_baked_total{oven="left",bread="b"} 1\n# TYPE bakery_heat')],
        "warning", "Each value is one more series for ever. Raise `at_most` in the catalog, or record fewer values."),
    ("recorded", "none of 2 metrics has recorded anything"):
        ([("} 3\n", "} 0\n"), ("} 1\n", "} 0\n"), ("} 10\n", "} 0\n"), ("} 20\n", "} 0\n"), ("} 21\n", "} 0\n"),
          ("count 21", "count 0"), ("sum 90", "sum 0")],
        "warning", "The collectors exist, and nothing calls them: run some work and ask again. If it stays so, no code "
        "path uses them, or it uses others in another process or registry."),
    ("histograms", "buckets fall with rising `le`, or the last is not +Inf: bakery_time_seconds"):
        ([('le="10.0"} 20', 'le="10.0"} 9')],
        "failed", "These are no counts of observations, so every quantile of them is wrong. Record each observation "
        "with `observe` of the generated collector instead of writing series."),
    ("buckets", "95% of bakery_time_seconds is in its first bucket"): ([('le="1.0"} 10', 'le="1.0"} 20')],
        "warning", "Quantiles of such a histogram say nothing. Compare the unit that is recorded with the unit in the "
        "name, then set `buckets` in the catalog to the range that really occurs."),
    ("buckets", "95% of bakery_time_seconds is beyond its last bound"):
        ([('le="1.0"} 10', 'le="1.0"} 0'), ('le="10.0"} 20', 'le="10.0"} 1')],
        "warning", "Quantiles of such a histogram say nothing. Compare the unit that is recorded with the unit in the "
        "name, then set `buckets` in the catalog to the range that really occurs."),
    ("buckets", "no histogram has 20 observations yet"):
        ([('"+Inf"} 21', '"+Inf"} 19'), ('"10.0"} 20', '"10.0"} 19')],
        "skipped", ""),
    ("self-metrics", "the page shows no metric of the runtime itself"): ([("obsgen_runtime_label", "process_label")],
        "warning", "What is lost cannot be seen. Start the process with `initialize_observability`, with the registry "
        "that it serves."),
}  # fmt: skip

LOST = {
    ("label-refusals", "2 label values were recorded as `other`: bakery_baked_total oven unknown_value (2)"):
        ('label_rejected_total{metric="bakery_baked_total",label="oven",reason="unknown_value"} 2', "warning",
        "Correct the value where it is recorded, or add it to the catalog; the process logged the first of each kind, "
        "and `strict=True` in a test raises there."),
    ("value-refusals", "1 numbers were not recorded: bakery_baked_total negative (1)"):
        ('value_rejected_total{metric="bakery_baked_total",reason="negative"} 1', "warning",
        "Counters take no negative numbers, and nothing takes NaN or infinity: correct what is recorded."),
    ("prices", "5 calls have no known price: new-model (5)"):
        ('price_unknown_total{model="new-model"} 5', "warning",
        "Their cost is missing from every sum. Add the models to the price table of the catalog, and build."),
    ("usage", "5 calls told no tokens: new-model (5)"):
        ('usage_unknown_total{model="new-model"} 5', "warning",
        "Their tokens and cost are missing from every sum. Ask the provider for usage (in streams it often has to be "
        "switched on), or record a `Usage` yourself."),
    ("identity", "4 root spans have neither persona nor session"):
        ("spans_without_identity_total 4", "warning",
        "Nobody finds them by user or session. Wrap the work in `use(persona=..., session=...)` or `switch_persona`."),
    ("hook-faults", "3 faults inside the runtime were shielded: observe_llm (2), start (1)"):
        ('hook_faults_total{hook="observe_llm"} 2\nobsgen_runtime_hook_faults_total{hook="start"} 1', "warning",
        "The application was not affected, but what the hook should record may be missing. The log of "
        "`obsgen_runtime` has one line a minute for each cause: report it."),
    ("delivery", "9 spans and scores made, 0 sent, 9 lost: refused spans (9); attempts failed: unauthorized (3)"):
        ('export_made_total{signal="span"} 9\n# TYPE obsgen_runtime_export_dropped_total counter\n'
        'obsgen_runtime_export_dropped_total{signal="span",reason="refused"} 9\n'
        '# TYPE obsgen_runtime_export_errors_total counter\n'
        'obsgen_runtime_export_errors_total{reason="unauthorized"} 3', "failed",
        "Nothing arrives. `refused`, `unauthorized`: the keys or the server's version; `unsent`, `connection`, "
        "`timeout`: the way to the server. The checks of Langfuse below tell which."),
    ("delivery", "9 spans and scores made, 7 sent, 2 lost: queue_full spans (2)"):
        ('export_made_total{signal="span"} 9\n# TYPE obsgen_runtime_export_sent_total counter\n'
        'obsgen_runtime_export_sent_total{signal="span"} 7\n# TYPE obsgen_runtime_export_dropped_total counter\n'
        'obsgen_runtime_export_dropped_total{signal="span",reason="queue_full"} 2', "warning",
        "Lost spans do not come back. `queue_full`: lower LANGFUSE_SAMPLE_RATE or raise the queue; `refused`: the keys "
        "or the data; `unsent`: the network; `shutdown`: give it a longer deadline."),
    ("delivery", "9 spans and scores made, 7 sent"):
        ('export_made_total{signal="span"} 9\n# TYPE obsgen_runtime_export_sent_total counter\n'
        'obsgen_runtime_export_sent_total{signal="span"} 7\n# TYPE obsgen_runtime_export_dropped_total counter\n'
        'obsgen_runtime_export_dropped_total{signal="span",reason="sampled"} 2', "ok", ""),
    ("queue", "8 spans and scores wait, last success 400 s ago"):
        ('export_made_total{signal="span"} 9\n# TYPE obsgen_runtime_export_queue_depth gauge\n'
        'obsgen_runtime_export_queue_depth{signal="span"} 8\n'
        '# TYPE obsgen_runtime_export_last_success_timestamp_seconds gauge\n'
        'obsgen_runtime_export_last_success_timestamp_seconds 999600', "failed",
        "The server took nothing for five minutes while something waits: look at the checks of Langfuse below, and at "
        "the log of `obsgen_runtime`."),
}  # fmt: skip


def judged(text, catalog=CATALOG):
    results = list(judge_page(parse_page(text), catalog, NOW))
    assert len({each.name for each in results}) == len(results)
    return {each.name: each for each in results}


def test_a_page_that_is_right():
    """Nothing is found on it, built-in series, `_created` and `other` included."""
    assert {name for name, each in judged(GOOD).items() if each.status not in ("ok", "skipped")} == set()
    assert judged(GOOD)["recorded"].said == "2 of 2 metrics have recorded something"


@pytest.mark.parametrize(("name", "said"), REPLACED)
def test_a_page_that_is_wrong(name, said):
    """Each slip is found by its check, in these words and with this advice."""
    changes, status, advice = REPLACED[name, said]
    text = GOOD
    for before, after in changes:
        assert before in text
        text = text.replace(before, after)
    found = judged(text)[name]
    assert (found.said, found.status, found.advice) == (said, status, advice)


@pytest.mark.parametrize(("name", "said"), LOST)
def test_what_was_lost(name, said):
    """Each loss that the runtime counted is told with its causes, the most frequent first."""
    series, status, advice = LOST[name, said]
    kind = "gauge" if series.startswith("export_queue") else "counter"
    family = f"obsgen_runtime_{series.split('{')[0].split(' ')[0]}"
    text = GOOD.replace(f"# TYPE {family} {kind}\n", "") + f"# TYPE {family} {kind}\nobsgen_runtime_{series}\n"
    found = judged(text)[name]
    assert (found.said, found.status, found.advice) == (said, status, advice)


def test_every_advice_is_in_a_table():
    """Each advice of the modules about pages stands in a table here, word for word."""
    here = {advice for _, _, advice in (*REPLACED.values(), *LOST.values())}
    folder = Path(package.__file__).parent
    written = {
        call.args[2].value
        for module in ("page_checks", "histogram_checks", "loss_checks")
        for call in ast.walk(ast.parse((folder / f"{module}.py").read_text(encoding="utf-8")))
        if isinstance(call, ast.Call) and getattr(call.func, "id", "") in ("failed", "warning")
        if len(call.args) == 3 and isinstance(call.args[2], ast.Constant)
    }
    assert len(written) > 10
    assert written - here == set()


def test_without_a_package():
    """Without a named package the page is judged by the runtime's own table only."""
    found = judged(GOOD, Catalog(expected=(), own=OWN))
    assert found["catalog"].status == found["unlisted"].status == found["recorded"].status == "skipped"


COUNTED = ("label_rejected_total", "export_dropped_total", "export_errors_total", "export_made_total")
LINES = st.sampled_from([*GOOD.splitlines(), *(f"obsgen_runtime_{name} 1" for name in COUNTED)])
VALUES = st.sampled_from(["NaN", "+Inf", "-Inf", "-1", "1e308", "0"])


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(LINES, VALUES), max_size=30))
def test_no_page_makes_a_check_raise(lines):
    """Any page that can be read at all is judged, whatever its numbers, order and types."""
    text = "".join(
        f"{line}\n" if line.startswith("#") else f"{line.rpartition(' ')[0]} {value}\n" for line, value in lines
    )
    try:
        page = parse_page(text)
    except BadPage:
        return
    assert [each.status in ("ok", "warning", "failed", "skipped") for each in judge_page(page, CATALOG, NOW)]
