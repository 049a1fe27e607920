"""
Hand tasks to command-line agents: the one with the best reward gets it, and another one if it fails.

Usage: scripts/example orchestrator [--timeout S] [--breaker-seconds S] [--pause S] [--serve S]

The agents are fake, but they are real processes. Metrics are served on port 9474 while it runs
(OBSGEN_PROMETHEUS_PORT says another). With LANGFUSE_PUBLIC_KEY, LANGFUSE_SECRET_KEY and LANGFUSE_HOST set it sends
traces, too.

Exit codes: 0 every task was done; 1 one was not; 2 it could not start.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from obsgen_runtime import initialize_observability
from obsgen_runtime.kits.orchestrator import AgentRun, CircuitBreaker, OrchestratorKit
from orchestrator_metrics import OrchestratorMetrics
from world import AGENTS, REWARDS, Task, tasks

PORT = 9474
QUALITY_AT_LEAST = 0.7
LEARNING_RATE = 0.05


class AgentError(Exception):
    """The command of an agent failed; *reason_code* is a word of the catalog's `switch_reason`."""

    def __init__(self, reason_code: str, message: str) -> None:
        super().__init__(message)
        self.reason_code = reason_code


@dataclass(frozen=True, kw_only=True)
class Attempt:
    """
    How an agent did at a task.

    Attributes:
        answer: None if it failed.
        quality: From 0 to 1; None if it failed.
        trouble: Why another agent has to try, a word of the catalog's `switch_reason`; empty if none has to.
    """

    agent: str
    answer: str | None = None
    quality: float | None = None
    trouble: str = ""


@dataclass(kw_only=True)
class Orchestrator:
    """
    Chooses agents by what they promise, and learns from how they did.

    Attributes:
        timeout: Seconds that an agent may take.
        rewards: Task type -> agent -> what it promises, 0 to 1.
        runs: Every run of an agent, for the table.
    """

    kit: OrchestratorKit
    breakers: dict[str, CircuitBreaker]
    timeout: float
    rewards: dict[str, dict[str, float]] = field(default_factory=lambda: {key: dict(REWARDS[key]) for key in REWARDS})
    runs: list[AgentRun] = field(default_factory=list)
    cache: dict[tuple[str, str], str] = field(default_factory=dict)

    async def execute(self, task_id: str, task: Task) -> str | None:
        """Return the answer to *task*, from the cache or from the first agent whose answer is good; None if there is none."""
        metadata = {"task_id": task_id, "task_type": task.type, "project_id": task.project}
        with self.kit.langfuse.start_trace("task", metadata=metadata, input=task.prompt, tags=(task.type,)) as trace:
            known = self.cache.get((task.type, task.prompt))
            self.kit.cache_lookup(hit=known is not None)
            best = None if known else await self.best_attempt(task_id, task)
            answer = known or (best.answer if best else None)
            self.kit.langfuse.end_trace(trace, status="success" if answer else "failed", output=answer)
        if answer is not None:
            self.cache[task.type, task.prompt] = answer
        return answer

    async def best_attempt(self, task_id: str, task: Task) -> Attempt | None:
        """Try agents, the most promising first, until an answer is good enough; returns the best one."""
        attempts: list[Attempt] = []
        for agent in self.candidates(task):
            if self.breakers[agent].allows():
                self.say_selected(task_id, task, agent, is_retry=bool(attempts))
                attempts.append(await self.attempt(task_id, task, agent, switches=len(attempts)))
                self.learn(task, attempts[-1])
                if len(attempts) > 1:
                    self.say_switched(task_id, *attempts[-2:])
                if not attempts[-1].trouble:
                    break
        answered = [one for one in attempts if one.answer is not None]
        return max(answered, key=lambda one: one.quality or 0.0, default=None)

    def candidates(self, task: Task) -> list[str]:
        """Return all agents, the most promising first."""
        promised = self.rewards[task.type]
        return sorted(promised, key=lambda agent: -promised[agent])

    def say_selected(self, task_id: str, task: Task, agent: str, *, is_retry: bool) -> None:
        """Note that *agent* was chosen, and why."""
        if task.type == "security":
            reason_code, reason = "task_type", "Task type: security"
        elif is_retry or agent != self.candidates(task)[0]:
            reason_code, reason = "fallback", "those that promise more cannot do it now"
        else:
            reason_code, reason = "reward", f"promises most for {task.type}"
        self.kit.select(task_id, agent, reason_code=reason_code, reason=reason, all_rewards=self.rewards[task.type])

    def say_switched(self, task_id: str, before: Attempt, after: Attempt) -> None:
        """Note that the task went to another agent, and why."""
        self.kit.switch(
            task_id,
            before.agent,
            after.agent,
            reason_code=before.trouble,
            reason=f"{before.agent} was not good enough" if before.answer else f"{before.agent} did not answer",
            quality_before=before.quality,
            quality_after=after.quality,
        )

    async def attempt(self, task_id: str, task: Task, agent: str, *, switches: int) -> Attempt:
        """Let *agent* do *task*, and tell its breaker how that went."""
        run = self.kit.run(
            task_id,
            agent,
            task.prompt,
            task_type=task.type,
            project=task.project,
            metadata={"agent_switches": switches},
        )
        self.runs.append(run)
        try:
            async with run:
                told = await self.ask(agent, task)
                run.update(
                    output=told["result"],
                    tokens=told.get("usage"),
                    cost=told.get("cost_usd"),
                    model=told.get("model"),
                    metadata={"session_id": told.get("session_id")},
                )
                quality = 0.4 if agent in task.weak else 0.9
                run.score_quality(quality, comment="judged by the example")
        except AgentError as problem:
            self.breakers[agent].failed()
            return Attempt(agent=agent, trouble=problem.reason_code)
        self.breakers[agent].succeeded()
        trouble = "" if quality >= QUALITY_AT_LEAST else "quality"
        return Attempt(agent=agent, answer=str(told["result"]), quality=quality, trouble=trouble)

    async def ask(self, agent: str, task: Task) -> dict[str, Any]:
        """Run the command of *agent* and return what it prints; raises `AgentError` if it fails or takes too long."""
        flags = ["--broken"] * (agent in task.broken) + ["--hangs"] * (agent in task.hangs)
        command = [sys.executable, "-I", "-S", str(Path(__file__).with_name("agent.py")), agent, *flags]
        pipe = asyncio.subprocess.PIPE
        with self.kit.langfuse.tool(f"cli.{agent}", {"prompt": task.prompt}) as call:
            process = await asyncio.create_subprocess_exec(*command, stdin=pipe, stdout=pipe, stderr=pipe)
            try:
                said, complaint = await asyncio.wait_for(process.communicate(task.prompt.encode()), self.timeout)
            except TimeoutError:
                call.verdict(is_error=True, reason_code="timeout", message=f"no answer after {self.timeout:g} s")
                raise AgentError("timeout", f"{agent} did not answer within {self.timeout:g} s") from None
            finally:
                if process.returncode is None:
                    process.kill()
                    await process.wait()
            if process.returncode:
                call.verdict(is_error=True, result=complaint.decode(), reason_code="exit_code")
                raise AgentError("failure", f"{agent} ended with exit code {process.returncode}")
            answer: dict[str, Any] = json.loads(said)
            call.verdict(is_error=False, result=answer)
            return answer

    def learn(self, task: Task, attempt: Attempt) -> None:
        """Move what the agent promises a little towards how it did."""
        promised = self.rewards[task.type]
        promised[attempt.agent] += LEARNING_RATE * ((attempt.quality or 0.0) - promised[attempt.agent])


def table(runs: list[AgentRun]) -> str:
    """Return tasks, success, quality and cost of each agent."""
    lines = [f"{'agent':<10}{'tasks':>7}{'success':>10}{'quality':>10}{'cost':>12}"]
    for agent in AGENTS:
        own = [run for run in runs if run.agent == agent]
        good = [run for run in own if run.outcome == "success"]
        judged = [run.quality for run in own if run.quality is not None]
        known = [run.cost_usd for run in good if run.cost_usd is not None]
        success = f"{len(good) / len(own):.0%}" if own else "-"
        quality = f"{sum(judged) / len(judged):.2f}" if judged else "-"
        cost = f"${sum(known):.4f}" if known else "unknown"
        lines.append(f"{agent:<10}{len(own):>7}{success:>10}{quality:>10}{cost:>12}")
    return "\n".join(lines)


async def work(orchestrator: Orchestrator, options: argparse.Namespace) -> int:
    """Do all tasks; returns how many were not done."""
    undone = 0
    for number, task in enumerate(tasks(), 1):
        await asyncio.sleep(options.breaker_seconds if task.after_the_outage else options.pause)
        before = len(orchestrator.runs)
        answer = await orchestrator.execute(f"task_{number}", task)
        tried = " -> ".join(f"{run.agent} ({run.outcome})" for run in orchestrator.runs[before:]) or "cache"
        print(f"{'✅' if answer else '❌'} task_{number} {task.type}: {tried}")
        undone += answer is None
    return undone


def read_options(arguments: list[str]) -> argparse.Namespace:
    """Return what the command line says; all numbers are seconds."""
    parser = argparse.ArgumentParser(prog="scripts/example orchestrator", description="Hand tasks to agents.")
    parser.add_argument("--timeout", type=float, default=2.0, help="how long an agent may take")
    parser.add_argument(
        "--breaker-seconds", type=float, default=2.0, help="how long a breaker stays open; 60 in earnest"
    )
    parser.add_argument("--pause", type=float, default=0.0, help="time between two tasks")
    parser.add_argument("--serve", type=float, default=0.0, help="how long metrics are served afterwards")
    return parser.parse_args(arguments)


def main(arguments: list[str]) -> int:
    """Run the example; returns its exit code."""
    options = read_options(arguments)
    metrics = OrchestratorMetrics()
    for project in sorted({task.project for task in tasks()}):  # so that the first event of each is seen as one
        metrics.orchestrator_task_cost_usd_total.declare(project=project)
        metrics.orchestrator_task_tokens_total.declare(project=project)
    port = None if "OBSGEN_PROMETHEUS_PORT" in os.environ else PORT
    try:
        observability = initialize_observability("orchestrator", port, fallback_ports=(0,))
    except (OSError, ValueError) as problem:
        print(f"orchestrator: error: {problem}", file=sys.stderr)
        return 2
    with observability:
        print(f"metrics: {observability.url}", file=sys.stderr)
        kit = OrchestratorKit(metrics)
        breakers = {agent: CircuitBreaker(agent, open_seconds=options.breaker_seconds) for agent in AGENTS}
        for breaker in breakers.values():
            kit.watch(breaker)
        orchestrator = Orchestrator(kit=kit, breakers=breakers, timeout=options.timeout)
        undone = asyncio.run(work(orchestrator, options))
        print(f"\n{table(orchestrator.runs)}")
        kit.langfuse.flush()
        print(f"\nLangfuse: {kit.langfuse.base_url or 'not configured'}", flush=True)
        with suppress(KeyboardInterrupt):
            time.sleep(options.serve)
    return 1 if undone else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
