"""What exactly is written, and where."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import obsgen_runtime

from obsgen.load import load_texts
from tests.golden import compare_tree
from tests.shipped import shipped
from tests.targets.python.packages import GOLDEN, ODD, artifacts, catalog_of
from tests.tools import CHECKOUT


def test_golden(update_golden):
    """One of every kind and odd name give exactly the golden packages; the shipped ones stand below `generated/`."""
    compare_tree({one.path: one.text for one in artifacts(catalog_of(ODD))}, GOLDEN / "odd", update_golden)


def test_is_the_runtimes_own_module():
    """The collectors inside the runtime are what the catalog gives, so that `obsgen build` can write them."""
    own = CHECKOUT / "runtime" / "obsgen_runtime" / "_generated" / "__init__.py"
    found = artifacts(shipped(), runtime="runtime/obsgen_runtime/_generated")
    text = next(one.text for one in found if one.in_project)
    assert text.splitlines()[1:] == own.read_text(encoding="utf-8").splitlines()[1:]


def test_places():
    """A service goes to a package of its own below the output folder, or to where the settings say."""
    catalog = catalog_of("{obsgen: 1, service: a-b, metrics: {a_total: {counter: A.}}}")
    assert [(one.path, one.in_project) for one in artifacts(catalog)] == [
        ("python/a_b_metrics/__init__.py", False),
        ("python/a_b_metrics/py.typed", False),
    ]
    for folder in ("src/app/metrics", "src/app/metrics/", "./src/app/metrics"):
        placed = [(one.path, one.in_project) for one in artifacts(catalog, **{"a-b": folder})]
        assert placed == [("src/app/metrics/__init__.py", True)]


def test_service_without_metrics():
    """A service that only has alerts or a scrape gets no package."""
    assert artifacts(catalog_of("{obsgen: 1, service: a, scrape: {job: a}}")) == []


def test_imports_only_what_it_uses():
    """A module without closed labels and data imports neither their types nor the runtime's names for them."""
    (one, _) = artifacts(catalog_of("{obsgen: 1, service: a, metrics: {a_info: {info: A.}}}"))
    head = one.text.split("from __future__ import annotations\n")[1].split("\n__all__")[0]
    assert head == (
        "\n"
        "from typing import Final\n"
        "\n"
        "from obsgen_runtime.collectors import (\n"
        "    CollectorRegistry,\n"
        "    Info,\n"
        "    MetricDescriptor,\n"
        "    make,\n"
        ")\n"
    )


def test_order_of_files_does_not_matter():
    """The same parts in other files and another order give the same text."""
    parts = [
        "labels: {x: {help: X., values: [b, a]}}",
        "metrics: {a_total: {counter: A., labels: [x]}}",
        "metrics: {b: {gauge: B.}}",
    ]
    texts = [f"obsgen: 1\nservice: s\n{part}\n" for part in parts]
    found = {
        artifacts(load_texts({f"{place}.yaml": text for place, text in zip(order, texts, strict=True)}).catalog)[0].text
        for order in ("abc", "cba", "bca")
    }
    assert len(found) == 1


def test_same_bytes_under_every_hash_seed():
    """Nothing of the output depends on the order in which Python happens to keep its sets."""
    script = (
        "import hashlib\n"
        "from tests.shipped import shipped\n"
        "from tests.targets.python.packages import ODD, artifacts, catalog_of\n"
        "every = [*artifacts(shipped()), *artifacts(catalog_of(ODD))]\n"
        "print(hashlib.sha256(repr([(one.path, one.text) for one in every]).encode()).hexdigest())\n"
    )
    every = [*artifacts(shipped()), *artifacts(catalog_of(ODD))]
    here = hashlib.sha256(repr([(one.path, one.text) for one in every]).encode()).hexdigest()
    runtime = Path(obsgen_runtime.__file__).parents[1]
    for seed in ("1", "2"):
        done = subprocess.run(
            [sys.executable, "-c", script],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join((str(CHECKOUT), str(runtime)))},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert (done.stdout.strip(), done.stderr) == (here, "")


def test_tells_nothing_of_its_maker():
    """No path, version or time stands in the output; the first line names the service and the command."""
    for one in artifacts(shipped()):
        if one.text:
            service = one.path.split("/")[1].removesuffix("_metrics")
            banner = f"# Written by `obsgen build` from the service `{service}`; change the catalog, not this file."
            assert one.text.splitlines()[0] == banner
            assert str(CHECKOUT) not in one.text
            assert "specs" not in one.text
