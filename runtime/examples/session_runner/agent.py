"""
A fake agent: a process that reads prompts and streams what it does, as the CLI of Claude Code does.

    claude -p --input-format stream-json --output-format stream-json

Each line of input is a message of the user, each line of output a message of the agent. The cost is the sum over the
process, the tokens are those of the turn. What it does depends on a word of the prompt.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from itertools import count
from typing import Any

MODEL = "claude-sonnet-4-20250514"
SESSION = "6e1f5c3a-0d4b-4f7e-9a52-0f8f2b0c7d11"
USD_OF_A_TURN = 0.02
_numbers = count(1)


def says(text: str, *, below: str | None = None) -> dict[str, Any]:
    """Return an answer of the model."""
    return answer({"type": "text", "text": text}, below)


def calls(call_id: str, tool: str, arguments: dict[str, str], *, below: str | None = None) -> dict[str, Any]:
    """Return an answer of the model that calls a tool."""
    return answer({"type": "tool_use", "id": call_id, "name": tool, "input": arguments}, below)


def answer(block: dict[str, Any], below: str | None) -> dict[str, Any]:
    """Return an answer of the model, with the tokens that this call of it took."""
    usage = {"input_tokens": 40, "cache_read_input_tokens": 1000, "output_tokens": 60}
    inside = {"id": f"msg_{next(_numbers)}", "role": "assistant", "model": MODEL, "content": [block], "usage": usage}
    return {"type": "assistant", "message": inside, "parent_tool_use_id": below, "session_id": SESSION}


def gets(call_id: str, text: str, *, is_error: bool = False, below: str | None = None) -> dict[str, Any]:
    """Return the result of a tool, which the model gets as a message."""
    block = {"type": "tool_result", "tool_use_id": call_id, "content": text, "is_error": is_error}
    inside = {"role": "user", "content": [block]}
    return {"type": "user", "message": inside, "parent_tool_use_id": below, "session_id": SESSION}


def work(prompt: str) -> Iterator[dict[str, Any]]:
    """Yield what the agent does about *prompt*, up to its final answer."""
    yield says("I look at the project first.")
    yield calls("toolu_read", "Read", {"file_path": "app.py"})
    yield gets("toolu_read", "def main(): ...")
    if "tests" in prompt:
        yield calls("toolu_bash", "Bash", {"command": "pytest"})
        yield gets("toolu_bash", "2 failed", is_error=True)
    if "review" in prompt:
        yield {
            "type": "system", "subtype": "api_retry", "attempt": 1, "error_status": 429, "error": "rate_limit",
            "session_id": SESSION,
        }  # fmt: skip
        yield calls("toolu_task", "Task", {"agent_type": "code-reviewer", "prompt": "Review app.py"})
        yield calls("toolu_grep", "Grep", {"pattern": "TODO"}, below="toolu_task")
        yield gets("toolu_grep", "app.py:3", below="toolu_task")
        yield gets("toolu_task", "One thing is left to do.")
    yield says("Done.")


def main() -> int:
    """Answer prompts until there are no more; returns the exit code."""
    emit({"type": "system", "subtype": "init", "session_id": SESSION, "model": MODEL, "tools": ["Read", "Bash"]})
    for turns, line in enumerate(sys.stdin, 1):
        prompt = json.loads(line)["message"]["content"]
        for message in work(prompt):
            emit(message)
            time.sleep(0.02)
        if "forever" in prompt:
            time.sleep(60)
        if "crash" in prompt:
            return 1
        emit(
            {
                "type": "result", "subtype": "success", "is_error": False, "duration_ms": 200, "num_turns": turns,
                "result": "Done.", "session_id": SESSION, "total_cost_usd": turns * USD_OF_A_TURN,
                "usage": {
                    "input_tokens": 120, "cache_creation_input_tokens": 500, "cache_read_input_tokens": 3000,
                    "output_tokens": 180,
                },
            }
        )  # fmt: skip
    return 0


def emit(message: dict[str, Any]) -> None:
    """Write a message at once."""
    print(json.dumps(message), flush=True)


if __name__ == "__main__":
    sys.exit(main())
