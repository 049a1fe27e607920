"""What people read when a catalog is wrong."""

from pathlib import Path

import pytest

from tests.messages import compare_message

_MESSAGES = sorted((Path(__file__).parent / "messages").glob("*.txt"))


@pytest.mark.parametrize("path", _MESSAGES, ids=lambda path: path.stem)
def test_message(path: Path, update_golden: bool) -> None:
    """What obsgen says about a wrong catalog is what stands below it."""
    compare_message(path, ("yaml", "spec", "catalog", "metric", "workspace"), update=update_golden)
