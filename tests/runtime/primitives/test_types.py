"""What a user's file says about types, judged by mypy --strict: what fits passes, what does not is found."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import obsgen_runtime

RUNTIME = Path(obsgen_runtime.__file__).parents[1]

USER = """
from collections.abc import Sequence

from obsgen_runtime import (
    ConditionalPrimitive, FallbackPrimitive, InstrumentedPrimitive, ParallelPrimitive, RetryPrimitive, RetryStrategy,
    RouterPrimitive, SequentialPrimitive, TimeoutPrimitive, WorkflowContext, check_primitive,
)
from obsgen_runtime.primitives import wrap


class Parse(InstrumentedPrimitive[str, list[int]]):
    async def _execute_impl(self, input_data: str, context: WorkflowContext) -> list[int]:
        return [int(part) for part in input_data.split()]


class Sum(InstrumentedPrimitive[Sequence[int], int]):
    async def _execute_impl(self, input_data: Sequence[int], context: WorkflowContext) -> int:
        return sum(input_data)


class Theirs:
    async def execute(self, data: int, context: object) -> bytes:
        return bytes(data)


async def later(data: int) -> float:
    return data / 2


def now(data: int, context: WorkflowContext) -> complex:
    return complex(data)


total = Parse() >> Sum()
reveal_type(total)  # InstrumentedPrimitive[str, int]
reveal_type(total >> Theirs())  # InstrumentedPrimitive[str, bytes]
reveal_type(total >> later)  # InstrumentedPrimitive[str, float]
reveal_type(total >> now)  # InstrumentedPrimitive[str, complex]
reveal_type(wrap(later))  # InstrumentedPrimitive[int, float]
reveal_type(wrap(Theirs(), name="x"))  # InstrumentedPrimitive[int, bytes]
reveal_type(RetryPrimitive(Sum(), max_retries=3))  # RetryPrimitive[Sequence[int], int]
reveal_type(RetryPrimitive(Parse(), RetryStrategy(on=OSError)))  # RetryPrimitive[str, list[int]]
reveal_type(TimeoutPrimitive(later, 1.0))  # TimeoutPrimitive[int, float]
reveal_type(ParallelPrimitive({"a": Sum(), "b": Sum()}))  # ParallelPrimitive[Sequence[int], dict[str, int]]
reveal_type(ParallelPrimitive([Parse(), Parse()]))  # ParallelPrimitive[str, list[list[int]]]
reveal_type(Parse() | Parse())  # InstrumentedPrimitive[str, list[Any]]
reveal_type(FallbackPrimitive(total, total))  # FallbackPrimitive[str, int]


def choose(text: str) -> str:
    return "fast" if len(text) < 9 else "quality"


reveal_type(RouterPrimitive(routes={"fast": total, "quality": total}, router_fn=choose))  # RouterPrimitive[str, int]


async def main() -> None:
    context = WorkflowContext(workflow_id="sums", metadata={"persona": "p"}, tags={"a": "b"})
    reveal_type(await total.execute("1 2", context.with_(persona="q")))  # int
    reveal_type(await check_primitive(total, "1 2"))  # list[str]


Parse() >> Theirs()  # error
Parse() >> later  # error
Parse() | Theirs()  # error
total.execute(3)  # error
WorkflowContext().metadata["persona"] = "x"  # error
RetryPrimitive(Parse(), 3)  # error
"""


def test_a_users_file(tmp_path):
    """Each revealed type and each error is the one that the line's comment says, and there are no others."""
    source = tmp_path / "user.py"
    source.write_text(USER)
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--no-incremental", "--cache-dir", os.devnull, str(source)],
        cwd=tmp_path,
        env={**os.environ, "MYPYPATH": str(RUNTIME)},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    said = {}
    for line, kind, message in re.findall(r"user\.py:(\d+): (error|note): (.*)", done.stdout):
        revealed = re.match(r'Revealed type is "(.*)"', message)
        if revealed:
            said[int(line)] = _short(revealed[1])
        elif kind == "error":
            said[int(line)] = "error"
    expected = {
        number: line.partition("  # ")[2]
        for number, line in enumerate(USER.splitlines(), 1)
        if "reveal_type(" in line or line.endswith("# error")
    }
    assert said == expected, done.stdout + done.stderr


def _short(revealed):
    return re.sub(r"\b(?:[a-z_]+\.)+(?=\w)", "", revealed)
