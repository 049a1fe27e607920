"""What a type checker sees of the hooks in a user's file."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import obsgen_runtime

USER = """
from collections.abc import AsyncIterator, Iterator

from obsgen_runtime import ObservableLLM, observe_llm


@observe_llm(model="gpt-4", persona="backend-engineer")
def ask(prompt: str, *, depth: int = 1) -> str:
    return prompt * depth


@observe_llm(model="gpt-4")
async def ask_later(prompt: str) -> str:
    return prompt


@observe_llm(model="gpt-4")
def stream(prompt: str) -> Iterator[bytes]:
    yield prompt.encode()


@observe_llm(model="gpt-4")
async def stream_later(prompt: str) -> AsyncIterator[bytes]:
    yield prompt.encode()


class Shop:
    @observe_llm(model="gpt-4")
    def ask(self, prompt: str) -> int:
        return len(prompt)


async def main() -> None:
    reveal_type(ask("x", depth=2))
    reveal_type(await ask_later("x"))
    reveal_type(stream("x"))
    reveal_type(stream_later("x"))
    reveal_type(Shop().ask("x"))
    reveal_type(ObservableLLM(ask, "gpt-4")("x", persona="p"))
    reveal_type(await ObservableLLM(ask_later, "gpt-4")("x"))
    reveal_type(ObservableLLM(ask, "gpt-4").generate("x"))
    reveal_type((await ObservableLLM(ask_later, "gpt-4").generate("x")).response)
    reveal_type(ObservableLLM(ask, "gpt-4").generate("x").cost_usd)
    ask(3)
    ask("x", width=2)
"""

SEEN = [
    "str",
    "str",
    "Iterator[bytes]",
    "AsyncIterator[bytes]",
    "int",
    "str",
    "str",
    "LLMResult[str]",
    "str",
    "float | None",
]


def test_signatures_and_results_survive(tmp_path: Path) -> None:
    """Under `mypy --strict` each result has its own type, and wrong arguments are errors."""
    (tmp_path / "user.py").write_text(USER, encoding="utf-8")
    (tmp_path / "mypy.ini").write_text("[mypy]\nstrict = true\n", encoding="utf-8")
    found = subprocess.run(
        [sys.executable, "-m", "mypy", "--config-file", "mypy.ini", "--cache-dir", "cache", "user.py"],
        cwd=tmp_path,
        env={**os.environ, "MYPYPATH": str(Path(obsgen_runtime.__file__).parents[1])},
        capture_output=True,
        text=True,
        check=False,
    ).stdout
    told = re.findall(r'^user\.py:.*Revealed type is "(.*)"$', found, re.MULTILINE)
    assert [
        re.sub(r"builtins\.|typing\.|collections\.abc\.|obsgen_runtime\.[a-z_.]+\.", "", one) for one in told
    ] == SEEN
    faults = re.findall(r"^user\.py:.*error: .*\[(.*)\]$", found, re.MULTILINE)
    assert faults == ["arg-type", "call-arg"]
