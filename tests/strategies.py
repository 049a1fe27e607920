"""
Valid catalogs for property tests, with hostile words wherever the author may write freely.

The structure of a catalog follows from one number, so that drawing one takes milliseconds; the words are drawn one by one,
so that a failing word is shrunk to its shortest form.
"""

import itertools
import json
import random
import re
from collections.abc import Iterator
from typing import Any

from hypothesis import strategies as st

Document = dict[str, Any]

#: Words that break out of something: Python, PromQL, YAML, JSON, Alloy, Go templates, Markdown, HTML, shells.
HOSTILE = (
    "'", '"', "'''", '"""', "\\", "\\\\", "\\n", "\\u0000", "\\N{BULLET}", "`", "```", "${HOME}", "$(id)", "$labels.x", "%s", "%(x)s",
    "{", "}", "{}", "{% raw %}", "{# x #}", "#}", "*/", "//", "/*", "# x", "<!-- x -->", "<script>alert(1)</script>", "&amp;", "&", "<<",
    "[x](y)", "![x](y)", "| a | b |", "|", "***", "- x", "1. x", "> x", "# heading", "---", "...", "--- x", ": ", "a: b", "x #y", "!x", "*x",
    "@x", "%x", "? x", "null", "~", "true", "yes", "No", "on", "1", "010", "0x1F", "1e3", ".inf", "12:30", "2001-01-01", "import os", "None",
    "sum(rate(x[5m]))", 'x{y="z"}', "é", "漢字", "\U0001f600", "e\u0301", "\u202eabc", "\u2028", "\u2029", "\x85", "\ufeff", "\ufffe", "\xa0",
    "a\tb", " leading", "trailing ", "x" * 200,
)  # fmt: skip
_LETTERS = st.characters(exclude_categories=["Cs", "Cc"])

#: One line: not blank, no control characters but tab.
LINES = (st.sampled_from(HOSTILE) | st.text(_LETTERS, min_size=1, max_size=12)).map(
    lambda text: text if text.strip(_ASCII_BLANKS) else "x"
)
#: Several lines.
PROSE = st.lists(LINES | st.just(""), max_size=4).map("\n".join) | LINES
_ASCII_BLANKS = "".join(map(chr, range(33)))
_FORBIDDEN = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]|[^\x00-\uffff](?<=[\ufffe\uffff])")


def without(shape: Document, label: str) -> Document:
    """Return *shape* with a `where` that leaves *label* alone, so that a part of it is left whatever is picked."""
    where = {name: picked for name, picked in shape.get("where", {}).items() if name != label}
    rest = {name: value for name, value in shape.items() if name != "where"}
    return {**rest, "where": where} if where else rest


@st.composite
def catalog_texts(draw: st.DrawFn) -> dict[str, str]:
    """Return path -> YAML of a catalog in which obsgen finds no error; warnings and information there may be."""
    return {f"specs/{name}.yaml": yaml_text(document) for name, document in draw(catalog_documents()).items()}


@st.composite
def catalog_documents(draw: st.DrawFn) -> dict[str, Document]:
    """Return name -> document of a catalog in which obsgen finds no error."""
    seed = draw(st.integers(0, 2**20))
    words = draw(st.lists(LINES, min_size=1, max_size=10))
    prose = draw(st.lists(PROSE, min_size=1, max_size=4))
    return Catalogs(random.Random(seed), words, prose).documents()


def yaml_text(document: Document) -> str:
    """Return *document* as YAML: JSON below the first level, with escapes for what may not stand in a file."""
    lines = [f"{json.dumps(key)}: {json.dumps(value, ensure_ascii=False)}\n" for key, value in document.items()]
    return _FORBIDDEN.sub(lambda match: f"\\u{ord(match[0]):04x}", "".join(lines))


class Catalogs:
    """Writes one catalog: *chance* decides the structure, *words* and *prose* are used in turn."""

    def __init__(self, chance: random.Random, words: list[str], prose: list[str]) -> None:
        self.chance = chance
        self.words = itertools.cycle(words)
        self.prose = itertools.cycle(prose)
        self.ports = iter(range(9464, 9600))

    def documents(self) -> dict[str, Document]:
        """Return name -> document of the whole catalog, each service in one to three files."""
        shared = {
            "obsgen": 1,
            "shared": True,
            "labels": {"region": self.label("region")},
            "severities": {
                name: {"means": self.word(), "respond_in": self.pick("30s", "5m", "1h30m", "7d")}
                for name in ("warning", "page-now")
            },
            "destinations": {name: self.destination() for name in ("cloud", "second-cloud")},
        }
        found = {"shared": shared}
        for service in self.some(("bakery", "corner-shop", "mill2"), least=1):
            for number, document in enumerate(self.split(Shop(self, service).document())):
                found[f"{service}/{number}"] = document
        return found

    def split(self, document: Document) -> Iterator[Document]:
        """Yield the parts of a service's document, entry by entry in any of its files."""
        files: list[Document] = [{} for _ in range(self.chance.randint(1, 3))]
        for part, value in document.items():
            if part in ("scrape", "send", "prices"):
                self.chance.choice(files)[part] = value
            elif isinstance(value, dict):
                for name, entry in value.items():
                    self.chance.choice(files).setdefault(part, {})[name] = entry
        for file in files:
            yield {"obsgen": 1, "service": document["service"], "owner": document["owner"], **file}

    def word(self) -> str:
        """Return the next line of text."""
        return next(self.words)

    def template(self) -> str:
        """Return a line for a notification; two opening braces begin a template there, and nothing else does."""
        text = self.word().replace("{{", "{ {")
        return text + self.pick("", " {{ $value | humanize }}")

    def value(self) -> str:
        """Return a label value: a line that is neither long nor `other`."""
        text = re.sub("[\x00-\x1f\x7f]", " ", self.word())[:60]
        return "another" if text == "other" else text

    def values(self, most: int = 4) -> list[str]:
        """Return distinct label values."""
        return list(dict.fromkeys(self.value() for _ in range(self.chance.randint(1, most))))

    def pick(self, *choices: Any) -> Any:
        """Return one of *choices*."""
        return self.chance.choice(choices)

    def some(self, choices: tuple[str, ...], least: int = 0) -> list[str]:
        """Return some of *choices* in any order."""
        return self.chance.sample(choices, self.chance.randint(least, len(choices)))

    def maybe(self, **keys: Any) -> Document:
        """Return each of *keys* or not."""
        return {name.removesuffix("_"): value for name, value in keys.items() if self.chance.random() < 0.5}

    def label(self, name: str) -> Document:
        """Return a label: `till` and `crust_type` are closed, and `oven`, whose values have data."""
        if name == "oven":
            return {
                "help": self.word(),
                "values": {value: {"capacity": self.pick(0, 2.5, 60), "heat": -1} for value in self.values()},
            }
        if name in ("till", "crust_type"):
            return {"help": self.word(), "values": self.values()}
        return {"help": self.word(), "at_most": self.pick(1, 40, 1000000), **self.maybe(example=self.value())}

    def destination(self) -> Document:
        """Return an endpoint with any credentials."""
        names = {"user": {"env": "CLOUD_USER"}, "password": {"env": "CLOUD_KEY"}}
        return {"metrics": {"url": {"env": "CLOUD_URL"}, **self.maybe(**names)}}


class Shop:
    """Writes one service of a catalog."""

    def __init__(self, catalogs: Catalogs, name: str) -> None:
        self.of = catalogs
        self.name = name
        self.prefix = name.replace("-", "_")
        self.labels = {label: catalogs.label(label) for label in ("bread", "oven", "till", "crust_type")}
        self.label_names = ("region", *self.labels)
        self.used: dict[str, list[str]] = {}
        self.alerts: dict[str, Document] = {}

    def document(self) -> Document:
        """Return everything the service says."""
        metrics = {
            **self.metric("loaves_total", "counter"),
            **self.metric("cost_usd_total", "counter"),
            **self.metric("flour_kilograms", "gauge", unit="kilograms"),
            **self.metric("delivery_timestamp_seconds", "gauge"),
            **self.metric("baking_seconds", "histogram", buckets=[0.5, 2.5, 60, 600, 3600]),
            **self.metric("oven_info", "info"),
        }
        # An alert's name is its own in the whole catalog.
        self.alerts = {f"{self.prefix}{name}": self.alert() for name in self.of.some(("FlourLow", "Stale_2"))}
        return {
            "service": self.name,
            "owner": self.of.word(),
            "labels": self.labels,
            "metrics": metrics,
            "alerts": self.alerts,
            "records": {
                f"{self.prefix}:{name}:x": {"record": self.of.word(), "query": self.query(alert=True)}
                for name in self.of.some(("a", "b"))
            },
            "dashboards": {name: self.dashboard() for name in self.of.some(("overview", "night-shift"))},
            "scrape": {
                "job": f"{self.name}-job",
                **self.of.maybe(
                    every=self.of.pick("30s", "1m"), timeout="10s", path="/m", host="localhost", sample_limit=5000
                ),
            },
            "workspaces": {
                name: {"port": next(self.of.ports), **self.of.maybe(service_name=self.of.word())}
                for name in self.of.some(("main", "copy"), least=1)
            },
            "send": {"metrics": self.of.some(("cloud", "second-cloud"), least=1)},
        }

    def metric(self, name: str, kind: str, **keys: Any) -> Document:
        """Return one metric, with labels as a list or as a mapping."""
        full = f"{self.prefix}_{name}"
        names = self.of.some(self.label_names, least=1)
        self.used[full] = names
        labels: Any = names
        if self.of.chance.random() < 0.5:
            labels = {label: {} for label in names}
            if "crust_type" in names:
                labels["from_crust"] = {"values_of": "crust_type", **self.of.maybe(or_=self.of.values(2))}
            if kind == "info" and "oven" in names:
                labels["capacity"] = {"value_of": "oven.capacity"}
        if kind == "gauge" and self.of.chance.random() < 0.5:
            keys["starts_at"] = {"value_of": "oven.capacity"} if "oven" in names else -0.5
            keys |= self.of.maybe(range=[-1, 100])
        keys |= self.of.maybe(
            owner=self.of.word(), stability=self.of.pick("stable", "deprecated"), notes=next(self.of.prose)
        )
        return {full: {kind: self.of.word(), "labels": labels, **keys}}

    def about(self, name: str) -> tuple[str, Document]:
        """Return a metric's full name, and keys that any query about it may have."""
        full = f"{self.prefix}_{name}"
        names = self.used[full]
        where = {label: self.filter(label) for label in names[:1]}
        return full, self.of.maybe(by=self.of.some(tuple(names), least=1), where=where)

    def filter(self, label: str) -> Any:
        """Return which values of *label* are wanted; closed ones take only values that they have."""
        known = self.labels.get(label, {}).get("values")
        values = list(known) if known else ["x", "other"]
        return self.of.pick(values[0], values, {"not": values[0]}, {"not": values}, {"matches": ".+"})

    def query(self, *, alert: bool) -> Document:
        """Return a query of any shape that is no condition by itself; in alerts it says its window."""
        over = {"over": self.of.pick("5m", "1h30m")} if alert else self.of.maybe(over="10m")
        loaves, common = self.about("loaves_total")
        cost, of_cost = self.about("cost_usd_total")
        flour, of_flour = self.about("flour_kilograms")
        baking, of_baking = self.about("baking_seconds")
        delivery, of_delivery = self.about("delivery_timestamp_seconds")
        first = self.used[loaves][0]
        shapes: tuple[Document, ...] = (
            {"rate": loaves, **common, **over},
            {"increase": cost, **of_cost, **over},
            {"value": flour, "as": self.of.pick("sum", "max", "min", "mean"), **of_flour},
            {"ratio": loaves, "part": {first: self.filter(first)}, **without(common, first), **over},
            {"per": {"of": {"rate": cost, **over}, "each": {"rate": loaves, **over}}},
            {"share": loaves, "by": [first], **over},
            {"quantile": self.of.pick(0.5, 0.95), "of": baking, **of_baking, **over},
            {"mean": baking, **of_baking, **over},
            {"within": self.of.pick("2500ms", "1m", 600), "of": baking, **of_baking, **over},
            {"forecast": flour, "in": "1h", "from": "30m", "as": "sum", **of_flour},
            {"project": cost, "to": self.of.pick("day", "month"), "over": "1d", **of_cost},
            {"age": delivery, **of_delivery},
            {"changes": flour, **of_flour, **over},
            {"promql": f"sum(rate({loaves}[5m]))"},
        )
        return self.of.chance.choice(shapes)

    def condition(self) -> Document:
        """Return a condition of any shape."""
        query = self.query(alert=True)
        if "promql" in query:
            other = {"promql": query["promql"] + " > 1"}
            query["promql"] += " > 0"
        else:
            test = self.of.pick("above", "below", "at_least", "at_most")
            query, other = {**query, test: 0.25}, {**query, test: 0.75}
        flour = f"{self.prefix}_flour_kilograms"
        return self.of.pick(
            query,
            query,
            {"absent": flour},
            {"down": True},
            {"all": [query], **self.of.maybe(unless=other)},
            {"any": [query, query]},
        )

    def alert(self) -> Document:
        """Return one alert."""
        optional = {
            "for_": self.of.pick("30s", "5m"),
            "description": self.of.template(),
            "diagnosis": next(self.of.prose),
            "owner": self.of.word(),
        }
        return {
            "when": self.condition(),
            "severity": self.of.pick("warning", "page-now"),
            "summary": self.of.template(),
            "impact": next(self.of.prose),
            "mitigation": next(self.of.prose),
            **self.of.maybe(**optional),
        }

    def dashboard(self) -> Document:
        """Return one dashboard with a panel of every kind."""
        kinds = self.of.some(("timeseries", "stat", "gauge", "bargauge", "table", "pie", "heatmap", "text"), least=1)
        panels = {f"panel-{kind}": {kind: self.of.word(), **self.panel(kind)} for kind in kinds}
        optional = {
            "description": next(self.of.prose),
            "tags": ["x"],
            "last": "24h",
            "refresh": "1m",
        }
        return {
            "title": f"{self.name} {self.of.chance.random()}",
            **self.of.maybe(**optional),
            "rows": {"one": {"title": self.of.word(), "panels": panels}},
        }

    def panel(self, kind: str) -> Document:
        """Return what a panel of *kind* shows."""
        optional = self.of.maybe(description=next(self.of.prose), no_data=self.of.word(), width=12, height=6)
        if kind == "text":
            return {"body": next(self.of.prose), **optional}
        if kind == "heatmap":
            return {"show": {"distribution": f"{self.prefix}_baking_seconds"}, **optional}
        query = self.query(alert=False)
        if kind == "table" and self.of.chance.random() < 0.5:
            query = {"top": 5, "of": query} if "promql" not in query else {"value": f"{self.prefix}_flour_kilograms"}
        if kind in ("timeseries", "stat") and self.alerts:
            optional |= self.of.maybe(mark=list(self.alerts)[:1])
        if kind in ("stat", "gauge"):
            optional |= self.of.maybe(thresholds=[{"at": 0, "means": "bad"}, {"at": 0.5, "means": "good"}])
        return {"show": self.of.pick(query, [query]), **optional}
