"""A service of a few metrics, and what is found about it."""

import textwrap
from collections.abc import Mapping

from obsgen.load import load_texts
from obsgen.report.text import render
from obsgen.settings import UNSET, Budget, Settings
from tests.bakery import marked


def service(metrics: str, labels: str = "", rest: str = "", name: str = "shop") -> dict[str, str]:
    """Return a catalog of one file, whose first metric stands in line 4 where it has no labels."""
    text = f"obsgen: 1\nservice: {name}\n"
    if labels:
        text += "labels:\n" + textwrap.indent(textwrap.dedent(labels).strip("\n") + "\n", "  ")
    text += "metrics:\n" + textwrap.indent(textwrap.dedent(metrics).strip("\n") + "\n", "  ")
    return {"specs/shop.yaml": text + textwrap.dedent(rest)}


def gauges(*names: str, **keys: str) -> str:
    """Return gauges with these names, each with the same further keys."""
    return "".join(
        f"{name}:\n  gauge: X.\n" + "".join(f"  {key}: {value}\n" for key, value in keys.items()) for name in names
    )


def board(*queries: str) -> str:
    """Return a dashboard with one panel for each of *queries*, shapes or PromQL."""
    lines = [
        "dashboards:",
        "  board:",
        "    title: Board",
        "    rows:",
        "      one:",
        "        title: One",
        "        panels:",
    ]
    for number, query in enumerate(queries):
        show = query if query.startswith("{") else f"{{promql: '{query}'}}"
        lines += [f"          panel-{number}:", f"            timeseries: Panel {number}", f"            show: {show}"]
    return "\n".join(lines) + "\n"


def budget(**limits: int) -> Settings:
    """Return settings with other limits of the budget."""
    return Settings(budget=Budget(**limits))


def words(code: str, texts: Mapping[str, str], settings: Settings = UNSET) -> list[str]:
    """Return the words under the carets of each finding of one *code*."""
    loaded = load_texts(texts, settings=settings)
    return [marked(loaded.sources, one.primary.span) for one in loaded.diagnostics if one.code == code]


def said(code: str, texts: Mapping[str, str], settings: Settings = UNSET) -> list[str]:
    """Return what people read about the findings of one *code*, line by line."""
    loaded = load_texts(texts, settings=settings)
    return render([one for one in loaded.diagnostics if one.code == code], loaded.sources).strip("\n").splitlines()
