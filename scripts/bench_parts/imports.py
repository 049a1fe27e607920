"""What an import costs, each in an interpreter of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from functools import partial
from tempfile import TemporaryDirectory

from bench_parts.measuring import Bar, Contender, Section

# The interpreter's own start does not count.
_CODE = """
import sys
from time import perf_counter
sys.path[:0] = {path!r}
started = perf_counter()
import {module}
print(perf_counter() - started)
"""


def _import(module: str, environment: Mapping[str, str], calls: int) -> float:
    code = _CODE.format(path=sys.path[:3], module=module)
    command = [sys.executable, "-c", code]
    return sum(
        float(subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout)
        for _ in range(calls)
    )


def imports() -> Iterator[Mapping[str, Contender]]:
    """Yield imports of the runtime alone, of generated collectors, and of the client that these stand on."""
    modules = {
        "import prometheus_client": "prometheus_client",
        "import obsgen_runtime": "obsgen_runtime",
        "import generated collectors": "hypertool_metrics",
    }
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    with TemporaryDirectory() as compiled:  # which the first round fills: an installed package is compiled, too
        environment["PYTHONPYCACHEPREFIX"] = compiled
        yield {what: partial(_import, module, environment) for what, module in modules.items()}


SECTIONS = {
    "imports": Section(
        prepare=imports,
        calls=1,
        bars=(
            Bar(
                what="obsgen_runtime / prometheus_client",
                contender="import obsgen_runtime",
                against="import prometheus_client",
                at_most=0.5,
            ),
            Bar(
                what="generated collectors / prometheus_client",
                contender="import generated collectors",
                against="import prometheus_client",
                at_most=1.3,
            ),
        ),
    ),
}
