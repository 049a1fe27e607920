"""Patterns that RE2 cannot read: what is called broken is refused by Prometheus."""

import json
import subprocess
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from obsgen.foreign.relabelling import pattern_fault
from tests import tools

PARTS = (
    *r"()[]|*+?{}^$.\a:-",
    "[:",
    ":]",
    "[:alpha:]",
    "(?:",
    "(?P<a>",
    "(?i)",
    r"\Q",
    r"\E",
    r"\(",
    "[^",
    "(?!",
    "(?<n>",
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(PARTS), max_size=8).map("".join))
@example("a)(b")
@example("[[:alpha:](]")
@example("[:-[:alpha:]")
@example("x)\\")
def test_never_a_false_alarm(tmp_path: Path, pattern: str) -> None:
    """Whatever is called broken makes promtool refuse the file."""
    if pattern_fault(pattern) is None:
        return
    path = tmp_path / "prometheus.yml"
    config = {"scrape_configs": [{"job_name": "a", "relabel_configs": [{"action": "labeldrop", "regex": pattern}]}]}
    path.write_text(json.dumps(config), encoding="utf-8")
    command = [tools.require("promtool"), "check", "config", "--syntax-only", str(path)]
    assert subprocess.run(command, capture_output=True, check=False).returncode != 0


@pytest.mark.parametrize("pattern", ["(" * 500, "[:" * 500, "[[:a:]" * 160, "(" * 2_000_000, r"\Q" * 500])
def test_long(pattern: str) -> None:
    """A hostile pattern is judged or left alone, at once."""
    assert pattern_fault(pattern) in (None, "a `(` is never closed", "a `[` is never closed")
