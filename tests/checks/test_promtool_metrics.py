"""`promtool check metrics` as an oracle: whatever it has against a metrics page, obsgen has against the catalog."""

from collections.abc import Iterable, Iterator

from hypothesis import given, settings
from hypothesis import strategies as st

from obsgen.diagnostics import Severity
from obsgen.load import load_texts
from obsgen.spec.model import Metric
from tests import tools
from tests.services import service

WORDS = (
    "shop", "orders", "queue", "open", "wait", "milk", "seconds", "bytes", "ratio", "celsius", "kelvin", "meters", "metres", "volts",
    "amperes", "joules", "grams", "minutes", "hours", "days", "weeks", "kelvins", "fahrenheit", "rankine", "inches", "yards", "miles",
    "bits", "calories", "pounds", "ounces", "milliseconds", "microseconds", "nanoseconds", "kilobytes", "mebibytes", "mibibytes",
    "gibibytes", "kilograms", "centimeters", "kilometres", "millivolts", "decacelsius", "picojoules", "pebibytes", "s", "ms", "us",
    "ns", "sec", "b", "kb", "mb", "gb", "tb", "pb", "m", "h", "d", "counter", "gauge", "histogram", "summary", "untyped", "bucket",
    "count", "sum", "created", "total", "info", "KB", "Gauge", "openOrders", "waitMs", "Minutes", "X", "percent", "usd", "hertz",
)  # fmt: skip
NAMES = st.lists(st.sampled_from(WORDS), min_size=1, max_size=4).map("_".join)
LABELS = st.lists(st.sampled_from(["kind", "le", "quantile", "breadKind", "bread_kind", "kB"]), max_size=2, unique=True)


@st.composite
def metrics(draw: st.DrawFn) -> tuple[str, dict[str, str]]:
    """Return a metric's name, and the catalog that has it alone."""
    name, kind, labels = draw(NAMES), draw(st.sampled_from(["counter", "gauge", "histogram", "info"])), draw(LABELS)
    text = f"{name}:\n  {kind}: X.\n  labels: [{', '.join(labels)}]\n"
    if kind == "histogram":
        text += "  buckets: [1]\n"
    defined = "".join(f"{label}: {{help: X., values: [a]}}\n" for label in labels)
    return name, service(text, defined)


def page(all_metrics: Iterable[Metric]) -> str:
    """Return the page on which *all_metrics* are scraped, each with one series."""
    return "".join(line + "\n" for metric in all_metrics for line in _lines(metric))


def _lines(metric: Metric) -> Iterator[str]:
    kind = {"info": "gauge"}.get(metric.kind, metric.kind)
    labels = [f'{label.name}="a"' for label in metric.labels]
    yield f"# HELP {metric.name} {metric.help}"
    yield f"# TYPE {metric.name} {kind}"
    if kind == "histogram":
        own = [label for label in labels if not label.startswith("le=")]
        for bound in (*metric.buckets, "+Inf"):
            yield _series(f"{metric.name}_bucket", [*own, f'le="{bound}"'])
        yield _series(f"{metric.name}_sum", own)
        yield _series(f"{metric.name}_count", own)
    else:
        yield _series(metric.name, labels)


def _series(name: str, labels: list[str]) -> str:
    return f"{name}{{{','.join(labels)}}} 1"


def complaints(text: str) -> dict[str, str]:
    """Return metric -> what promtool has against it."""
    ran = tools.run("promtool", "check", "metrics", input=text)
    assert ran.returncode in (0, 3), ran.stderr
    return dict(line.split(" ", 1) for line in (ran.stdout + ran.stderr).splitlines() if line.strip())


@settings(max_examples=25)
@given(st.lists(metrics(), min_size=10, max_size=20, unique_by=lambda one: one[0]))
def test_nothing_is_missed(drawn: list[tuple[str, dict[str, str]]]) -> None:
    """Each metric that promtool complains about has a warning or an error in obsgen."""
    found = {}
    for name, texts in drawn:
        loaded = load_texts(texts)
        flagged = any(one.severity is not Severity.INFO for one in loaded.diagnostics)
        found[name] = (flagged, loaded.catalog.metrics[name])
    # A name that is another one's series is no metric of its own on a page.
    taken = {series for _, metric in found.values() for series in metric.series if series != metric.name}
    against = complaints(page(metric for name, (_, metric) in found.items() if name not in taken))
    assert {name: words for name, words in against.items() if not found[name][0]} == {}


def test_each_word() -> None:
    """At the end and in the middle of a name each word is judged at least as promtool judges it."""
    names = [name for word in WORDS for name in (f"shop_{word}", f"shop_{word}_open")]
    loaded = load_texts(service("".join(f"{name}:\n  gauge: X.\n" for name in names)))
    against = complaints(page(loaded.catalog.metrics.values()))
    flagged = {one.primary.span.line for one in loaded.diagnostics if one.severity is not Severity.INFO}
    assert {name for name in against if loaded.catalog.metrics[name].name_span.line not in flagged} == set()
    assert len(against) > len(WORDS)


def test_shipped_metrics() -> None:
    """Promtool has nothing against the metrics that obsgen ships."""
    specs = sorted((tools.CHECKOUT / "specs").rglob("*.yaml"))
    catalog = load_texts({path.as_posix(): path.read_text("utf-8") for path in specs}).catalog
    assert catalog.metrics
    assert complaints(page(catalog.metrics.values())) == {}
