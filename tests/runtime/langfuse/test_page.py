"""The Python of docs/runtime/langfuse.md runs, with keys and without."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import obsgen_runtime
import pytest

from tests import tools

PAGE = tools.CHECKOUT / "docs" / "runtime" / "langfuse.md"
BLOCKS = re.findall(r"^```python\n(.*?)^```$", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("number", range(len(BLOCKS)))
@pytest.mark.parametrize("has_keys", [True, False])
def test_the_page(number, has_keys, server, tmp_path):
    """Each block runs by itself."""
    clean = {key: value for key, value in os.environ.items() if not key.startswith(("LANGFUSE_", "OTEL_"))}
    clean["PYTHONPATH"] = str(Path(obsgen_runtime.__file__).parents[1])
    if has_keys:
        server.answer("GET", "/api/public/v2/prompts/greet", status=404)
        keys = {"LANGFUSE_PUBLIC_KEY": "pk", "LANGFUSE_SECRET_KEY": "sk-lf-test", "LANGFUSE_BASE_URL": server.url}
        clean.update(keys)
    done = subprocess.run(
        [sys.executable, "-c", BLOCKS[number]],
        cwd=tmp_path,
        env=clean,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    assert bool(server.spans) is has_keys  # sent at the latest when the interpreter ends
