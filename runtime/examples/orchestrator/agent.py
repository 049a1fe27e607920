"""
A fake command-line agent: reads a prompt from standard input, works for a moment, and prints its answer as JSON.

Usage: agent.py NAME [--broken | --hangs]

Each tells as much of its tokens and cost as the real ones do: `claude` both, `gemini` a sum of tokens (its tier is
free), `copilot` nothing (a subscription).
"""

import json
import sys
import time

SECONDS = {"claude": 0.12, "gemini": 0.07, "copilot": 0.05}


def answer(name: str, prompt: str) -> dict[str, object]:
    """Return the answer of the agent *name* to *prompt*; tokens follow from the length of the prompt."""
    told = 10 * len(prompt.split())
    result = f"{name} has done: {prompt}"
    if name == "claude":
        usage = {"input_tokens": told, "output_tokens": 4 * told}
        return {"result": result, "session_id": "sess_claude", "model": "claude-sonnet-4", "usage": usage}
    if name == "gemini":
        return {"result": result, "session_id": "sess_gemini", "usage": {"total_tokens": 3 * told}, "cost_usd": 0}
    return {"result": result}


def main() -> int:
    """Answer; returns the exit code."""
    name, *flags = sys.argv[1:]
    prompt = sys.stdin.read()
    if "--hangs" in flags:
        time.sleep(60)
    time.sleep(SECONDS[name])
    if "--broken" in flags:
        print("quota exhausted", file=sys.stderr)
        return 1
    print(json.dumps(answer(name, prompt)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
