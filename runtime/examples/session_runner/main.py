"""
Run sessions of a CLI agent for two projects, each traced with its own keys.

Usage: scripts/example session_runner [--pause S] [--serve S]

The agents are fake, but they are real processes. Metrics are served on port 9484 while it runs
(OBSGEN_PROMETHEUS_PORT says another). With LANGFUSE_PUBLIC_KEY_PROJECT_FOO, LANGFUSE_SECRET_KEY_PROJECT_FOO, the same
of PROJECT_BAR, and LANGFUSE_HOST set it sends traces, too.

Exit codes: 0 every session ended as it should; 1 one did not; 2 it could not start.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from obsgen_runtime import initialize_observability
from obsgen_runtime.kits.projects import project_backend
from obsgen_runtime.kits.sessions import Session, SessionKit, Turn
from platform_metrics import PlatformMetrics

PORT = 9484
AGENT = Path(__file__).with_name("agent.py")


@dataclass(frozen=True, kw_only=True)
class Job:
    """
    A session that somebody asks for.

    Attributes:
        name: Of the session.
        project: Whose it is; its namespace has the same name.
        user: Who asks.
        prompts: One for each turn.
        timeout: Seconds that a turn may take.
        ends: Phase in which it should end.
    """

    name: str
    project: str
    user: str
    prompts: tuple[str, ...]
    ends: str
    timeout: float = 20.0


JOBS = (
    Job(
        name="foo-refactor",
        project="project-foo",
        user="ada",
        prompts=("Fix the tests", "Now review it"),
        ends="Completed",
    ),
    Job(
        name="bar-docs", project="project-bar", user="grace", prompts=("Write the docs", "Think forever"), timeout=2.0,
        ends="Stopped",
    ),
    Job(name="bar-broken", project="project-bar", user="grace", prompts=("Write, then crash",), ends="Failed"),
)  # fmt: skip


class AgentDiedError(Exception):
    """The agent's process ended without a result."""


@asynccontextmanager
async def agent_process() -> AsyncIterator[asyncio.subprocess.Process]:
    """Start an agent, which ends with the block, whatever it does then."""
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(sys.executable, str(AGENT), stdin=pipe, stdout=pipe)
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def take_turn(turn: Turn, prompt: str, process: asyncio.subprocess.Process) -> None:
    """Send *prompt* to the agent, and tell the turn what it streams, up to its result."""
    if process.stdin is None or process.stdout is None:
        raise TypeError("the agent needs pipes for input and output")
    message = {"type": "user", "message": {"role": "user", "content": prompt}}
    process.stdin.write(json.dumps(message).encode() + b"\n")
    async for line in process.stdout:
        turn.message(line)
        if json.loads(line)["type"] == "result":
            return
    raise AgentDiedError


async def run(kit: SessionKit, job: Job, pause: float) -> Session:
    """Run one session to its end."""
    kit.job("created")
    session = kit.session(
        job.name, namespace=job.project, project=job.project, user=job.user, timeout=job.timeout, interactive=True
    )
    session.change("Creating")
    async with agent_process() as process:
        session.change("Running")
        try:
            for prompt in job.prompts:
                await asyncio.sleep(pause)
                async with asyncio.timeout(job.timeout), session.turn(prompt) as turn:
                    await take_turn(turn, prompt, process)
                turn.score("satisfaction", 1)
                say(job, prompt, turn.outcome)
            session.completed()
        except TimeoutError:
            say(job, prompt, "cancelled")
            session.stopped()
        except AgentDiedError:
            say(job, prompt, "error")
            session.failed()
    return session


def say(job: Job, prompt: str, outcome: str | None) -> None:
    """Print a line about a turn."""
    mark = {"ok": "✅", "cancelled": "⏹️"}.get(outcome or "", "❌")
    print(f"{mark} {job.project}/{job.name}: {prompt} ({outcome})", flush=True)


async def run_all(kit: SessionKit, pause: float) -> list[Session]:
    """Run all sessions at the same time."""
    return await asyncio.gather(*(run(kit, job, pause) for job in JOBS))


def read_options(arguments: list[str]) -> argparse.Namespace:
    """Return what the command line says; all numbers are seconds."""
    parser = argparse.ArgumentParser(prog="scripts/example session_runner", description="Run sessions of an agent.")
    parser.add_argument("--pause", type=float, default=0.0, help="time before each turn")
    parser.add_argument("--serve", type=float, default=0.0, help="how long metrics are served afterwards")
    return parser.parse_args(arguments)


def main(arguments: list[str]) -> int:
    """Run the example; returns its exit code."""
    options = read_options(arguments)
    port = None if "OBSGEN_PROMETHEUS_PORT" in os.environ else PORT
    with initialize_observability("ambient-code-platform", port, fallback_ports=(0,)) as observability:
        print(f"metrics: {observability.url}", file=sys.stderr)
        backend = project_backend(sorted({job.project for job in JOBS}), service_name="ambient-code-platform")
        with SessionKit(PlatformMetrics(), backend=backend, lifecycle=True) as kit:
            kit.end_on_sigterm()
            sessions = asyncio.run(run_all(kit, options.pause))
            print()
            for session in sessions:
                print(f"{session.project}/{session.name}: {session.phase}, ${session.cost_usd:.2f}")
            sent = kit.close()
            print(
                f"\nLangfuse: {'all sent' if sent and backend.is_live else 'not configured or not reached'}", flush=True
            )
            time.sleep(options.serve)
    return 0 if [one.phase for one in sessions] == [job.ends for job in JOBS] else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
