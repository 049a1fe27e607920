"""One metric per name and registry, found again, never defined twice, and bounded."""

import gc
import importlib
import sys
import weakref

import pytest
from obsgen_runtime import collectors, families
from obsgen_runtime.collectors import LabelDescriptor, MetricDescriptor
from obsgen_runtime.families import DefinitionClashError
from prometheus_client import CollectorRegistry, Counter, Gauge


def counter_class(name="shop_orders_total", labels=("kind",), help="Orders."):
    class Orders(collectors.Counter):
        descriptor = MetricDescriptor(
            name=name,
            type="counter",
            help=help,
            labels=tuple(LabelDescriptor(name=label, at_most=3) for label in labels),
        )

    return Orders


def test_built_twice(hypertool, registry, scrape):
    """Two objects on one registry record into the same series."""
    for metrics in (hypertool.HypertoolMetrics(registry), hypertool.HypertoolMetrics(registry)):
        metrics.hypertool_persona_tokens_used_total.inc(5, persona="data-scientist", chatmode="demo", model="m")
    value = scrape(registry).value(
        "hypertool_persona_tokens_used_total", persona="data-scientist", chatmode="demo", model="m"
    )
    assert value == 10


def test_imported_under_two_names(import_sample, hypertool, registry, scrape):
    """The module imported a second time under another name shares series and bounds with the first."""
    again = import_sample("hypertool_metrics", "src_hypertool_metrics")
    assert again.HypertoolMetrics is not hypertool.HypertoolMetrics
    for number, module in enumerate((hypertool, again) * 15):
        gate = module.HypertoolMetrics(registry).hypertool_workflow_quality_gate_total
        gate.inc(workflow=f"w{number}", stage="s", result="passed")
    view = scrape(registry)
    assert view.value("hypertool_workflow_quality_gate_total", workflow="other", stage="s", result="passed") == 10


def test_reloaded(import_sample, registry, monkeypatch, request):
    """Reloading the generated module finds the metrics again."""
    monkeypatch.syspath_prepend(str(request.path.parent / "sample"))
    module = importlib.import_module("awkward_metrics")
    first = module.AwkwardMetrics(registry)
    first.awkward_events_total.inc()
    importlib.reload(module).AwkwardMetrics(registry).awkward_events_total.inc()
    del sys.modules["awkward_metrics"]
    assert registry.get_sample_value("awkward_events_total") == 2


def test_default_registry(hypertool):
    """Without a registry the client's default one is used, as hand-written metrics do."""
    from prometheus_client import REGISTRY

    metrics = hypertool.HypertoolMetrics()
    metrics.hypertool_workflow_quality_gate_total.declare(workflow="default", stage="registry")
    labels = {"workflow": "default", "stage": "registry", "result": "passed"}
    assert REGISTRY.get_sample_value("hypertool_workflow_quality_gate_total", labels) == 0


def test_clash_of_two_definitions(registry):
    """The same name with other labels raises and names both definitions."""
    counter_class()(registry)
    with pytest.raises(DefinitionClashError) as caught:
        counter_class(labels=("kind", "baker"))(registry)
    assert str(caught.value) == (
        f"shop_orders_total is defined twice in one registry: {__name__} says counter {{kind: at most 3}}, help 'Orders.'; "
        f"{__name__} says counter {{kind: at most 3, baker: at most 3}}, help 'Orders.'"
    )


@pytest.mark.parametrize(
    "foreign", [lambda r: Counter("shop_orders", "x", registry=r), lambda r: Gauge("shop_orders", "x", registry=r)]
)
def test_clash_with_a_metric_written_by_hand(registry, foreign):
    """A name that somebody registered without obsgen is reported as that."""
    foreign(registry)
    with pytest.raises(
        DefinitionClashError, match="already holds a series of that name that was registered without obsgen"
    ):
        counter_class()(registry)


def test_a_failed_definition_leaves_nothing_behind(registry):
    """After a clash the name can be defined once the obstacle is gone."""
    obstacle = Gauge("shop_orders", "x", registry=registry)
    with pytest.raises(DefinitionClashError):
        counter_class()(registry)
    registry.unregister(obstacle)
    counter_class()(registry)


def test_a_counter_whose_name_the_client_would_change(registry):
    """A counter without `_total` is refused, since /metrics would show another name."""
    with pytest.raises(ValueError, match="shop_orders: the name of a counter ends in `_total`"):
        counter_class(name="shop_orders")(registry)


def test_registries_are_apart(hypertool):
    """What is recorded in one registry does not show in another."""
    one, two = CollectorRegistry(), CollectorRegistry()
    hypertool.HypertoolMetrics(one).hypertool_persona_token_budget_remaining.set(1, persona="data-scientist")
    hypertool.HypertoolMetrics(two)
    name, labels = "hypertool_persona_token_budget_remaining", {"persona": "data-scientist"}
    assert (one.get_sample_value(name, labels), two.get_sample_value(name, labels)) == (1, 1700)


def test_registries_are_not_kept_alive(hypertool):
    """A registry that nobody holds any more goes, with everything that was made for it."""
    registry = CollectorRegistry()
    metrics = hypertool.HypertoolMetrics(registry)
    metrics.hypertool_persona_switches_total.inc(from_persona="?", to_persona="?", chatmode="?")
    gone = weakref.ref(registry)
    del registry
    gc.collect()
    assert gone() is None
    metrics.hypertool_persona_switches_total.inc(from_persona="?", to_persona="?", chatmode="?")


def test_unregistered_from_outside(registry, scrape):
    """A metric that somebody removed from the registry is scraped again once a collector is made for it."""
    orders = counter_class()(registry)
    registry.unregister(orders._family.parent)
    assert "shop_orders" not in scrape(registry).families
    counter_class()(registry)
    assert "shop_orders" in scrape(registry).families


def test_series_of_one_metric_are_bounded(registry, scrape, monkeypatch):
    """However many labels multiply, a metric stops at a number of series; closed labels stay true beyond it."""
    monkeypatch.setattr(families, "CHILDREN_AT_MOST", 50)

    class Wide(collectors.Counter):
        descriptor = MetricDescriptor(
            name="wide_total",
            type="counter",
            help="Wide.",
            labels=(
                LabelDescriptor(name="a", at_most=100),
                LabelDescriptor(name="b", at_most=100),
                LabelDescriptor(name="result", values=("good", "bad")),
            ),
        )

    wide = Wide(registry)
    for a in range(20):
        for b in range(20):
            wide._inc_slowly(1, f"a{a}", f"b{b}", "bad")
    view = scrape(registry)
    assert len(view.labels("wide_total")) == 52
    assert view.value("wide_total", a="other", b="other", result="bad") == 375
    for label in ("a", "b"):
        labels = {"metric": "wide_total", "label": label, "reason": "too_many_series"}
        assert view.value("obsgen_runtime_label_rejected_total", **labels) == 375


def test_siblings_at_start_are_bounded(registry, scrape, monkeypatch):
    """A product of closed values that is too large is not created at start, and each series comes when used."""
    monkeypatch.setattr(families, "SIBLINGS_AT_MOST", 9)
    values = tuple("abcd")

    class Square(collectors.Counter):
        descriptor = MetricDescriptor(
            name="square_total",
            type="counter",
            help="Square.",
            labels=(LabelDescriptor(name="x", values=values), LabelDescriptor(name="y", values=values)),
        )

    square = Square(registry)
    assert scrape(registry).labels("square_total") == []
    square._inc_slowly(1, "a", "b")
    assert scrape(registry).labels("square_total") == [{"x": "a", "y": "b"}]
