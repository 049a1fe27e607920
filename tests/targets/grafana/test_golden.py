from pathlib import Path

from obsgen.targets.grafana.dashboard import render_dashboards
from tests.golden import compare_tree
from tests.targets.grafana import plans


def test_golden(update_golden):
    """The plans of `plans.py` give exactly the files in `golden/`."""
    files = {
        artifact.path.removeprefix("grafana/"): artifact.text
        for artifact in render_dashboards(plans.ALL)
        if not artifact.path.startswith("grafana/api/")  # the same text in an envelope
    }
    compare_tree(files, Path(__file__).parent / "golden", update_golden)
