"""Options and plugins of the whole test run."""

import os
import tempfile
from pathlib import Path

import pytest
from hypothesis import settings

from tests.rule_tests import RuleTestCollector
from tests.tools import in_ci


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add `--update-golden`."""
    parser.addoption("--update-golden", action="store_true", help="rewrite the golden folders with what is generated")


def pytest_configure(config: pytest.Config) -> None:
    """
    Register the collector of generated rule tests.

    As a plugin of its own, because a hook in a conftest.py sees the files beside and below it only, and generated/ is
    neither.

    Raises:
        pytest.UsageError: If golden folders shall be rewritten where nobody would read the difference.
    """
    if config.getoption("--update-golden") and in_ci():
        raise pytest.UsageError("--update-golden is refused where CI is set")
    config.pluginmanager.register(RuleTestCollector(), "rule-tests")
    # Go keeps compiled packages by what they were made from, so that sharing them is safe; without them each worker
    # would compile Go's own library anew.
    user_cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    os.environ.setdefault("GOCACHE", str(user_cache / "go-build"))
    # What tests build is nobody's to remember.
    cache = tempfile.TemporaryDirectory(prefix="obsgen-cache-")
    os.environ["XDG_CACHE_HOME"] = cache.name
    config.add_cleanup(cache.cleanup)
    # A busy machine is no finding; speed is measured by scripts.
    settings.register_profile("obsgen", deadline=None)
    settings.load_profile("obsgen")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int | None:
    """Return how many workers `-n auto` starts: half as many again as there are cores, since many tests wait for servers."""
    if "PYTEST_XDIST_AUTO_NUM_WORKERS" in os.environ:
        return None
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return cores + (cores + 1) // 2


@pytest.fixture
def update_golden(request: pytest.FixtureRequest) -> bool:
    """Whether golden folders are rewritten instead of compared."""
    return bool(request.config.getoption("--update-golden"))
