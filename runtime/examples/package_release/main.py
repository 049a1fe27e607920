"""
Release a package in three stages, each by another persona, with mock models.

Usage: scripts/example package_release [--version V] [--coverage SHARE] [--releases N] [--pause S] [--serve S]

Metrics are served on port 9464 while it runs (OBSGEN_PROMETHEUS_PORT says another). With LANGFUSE_PUBLIC_KEY,
LANGFUSE_SECRET_KEY and LANGFUSE_HOST set it sends traces, too.

Exit codes: 0 released; 1 a quality gate did not pass; 2 it could not start.
"""

from __future__ import annotations

import argparse
import asyncio
import re
import sys
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial

from hypertool_metrics import HypertoolMetrics
from obsgen_runtime import ObservableLLM, current_call, initialize_observability, switch_persona, use_collector
from obsgen_runtime.kits.personas import PersonaKit, StageResult, WorkflowRun

WORKFLOW = "package_release"
CHATMODE = "package-release"
MODEL = "gpt-4"
COVERAGE_AT_LEAST = 0.9
RULE_LENGTH = 60


@dataclass(frozen=True, kw_only=True)
class Stage:
    """
    One stage and its mock model.

    Attributes:
        name: Step of the workflow, as in the metrics.
        persona: Who works on it.
        prompt: What the model is asked.
        usage: Tokens that the mock model says it took.
        seconds: How long it takes.
    """

    name: str
    persona: str
    prompt: str
    usage: dict[str, int]
    seconds: float


@dataclass(frozen=True, kw_only=True)
class Options:
    """
    What the command line says.

    Attributes:
        coverage: Test coverage that the release pretends to have, 0 to 1.
        releases: How many releases are made, one after another.
        pause: Seconds between two of them.
        serve: Seconds for which metrics are served after the last one.
    """

    version: str
    coverage: float
    releases: int
    pause: float
    serve: float


def stages(version: str) -> tuple[Stage, ...]:
    """Return the stages of the release of *version*."""
    return (
        Stage(
            name="version_bump",
            persona="backend-engineer",
            prompt=f"Implement backend for: Update version to {version}",
            usage={"prompt_tokens": 150, "completion_tokens": 700, "total_tokens": 850},
            seconds=0.05,
        ),
        Stage(
            name="quality_validation",
            persona="testing-specialist",
            prompt=f"Write tests for: Validate package {version}",
            usage={"prompt_tokens": 220, "completion_tokens": 430, "total_tokens": 650},
            seconds=0.1,
        ),
        Stage(
            name="publish_deploy",
            persona="devops-engineer",
            prompt=f"Deploy: Publish package {version}",
            usage={"prompt_tokens": 120, "completion_tokens": 300, "total_tokens": 420},
            seconds=0.05,
        ),
    )


async def mock_llm(prompt: str, *, usage: dict[str, int], seconds: float) -> str:
    """Answer like a provider's client that returns only the text; the usage is handed to the call that is watched."""
    await asyncio.sleep(seconds)
    call = current_call()
    if call is not None:
        call.note({"model": MODEL, "usage": usage})
    return f"Mock LLM response for: {prompt}"


def model_of(kit: PersonaKit, stage: Stage) -> ObservableLLM[Awaitable[str]]:
    """Return the watched model of *stage*."""
    answer: Callable[..., Awaitable[str]] = partial(mock_llm, usage=stage.usage, seconds=stage.seconds)
    return ObservableLLM(answer, model=MODEL, langfuse=kit.langfuse, name="mock_llm")


def verdict(stage: Stage, result: StageResult[str], options: Options) -> bool:
    """Return whether the quality gate of *stage* is passed."""
    if stage.name == "version_bump":
        return re.fullmatch(r"\d+\.\d+\.\d+", options.version) is not None
    if stage.name == "quality_validation":
        return options.coverage >= COVERAGE_AT_LEAST
    return bool(result.response)


async def release(kit: PersonaKit, options: Options) -> bool:
    """Make one release; returns whether every gate was passed."""
    print("🚀 Starting Package Release Workflow")
    print("=" * RULE_LENGTH)
    metadata = {"version": options.version}
    async with kit.workflow(WORKFLOW, chatmode=CHATMODE, metadata=metadata) as run:
        for number, stage in enumerate(stages(options.version), 1):
            if not await one_stage(kit, run, number, stage, options):
                run.status = "failed"
                break
    is_released = run.status == "success"
    print("\n✅ Package Release Workflow Complete!" if is_released else "\n❌ Package Release Workflow Stopped!")
    return is_released


async def one_stage(kit: PersonaKit, run: WorkflowRun, number: int, stage: Stage, options: Options) -> bool:
    """Run *stage* and its quality gate; returns the verdict."""
    print(f"\n📝 Stage {number}: {stage.name.replace('_', ' ').title()}")
    print(f"   Persona: {stage.persona}")
    result = await run.stage(stage.name, stage.persona, model_of(kit, stage), stage.prompt)
    print(f"   ✅ {result.response}")
    print(f"   📊 Tokens: {result.tokens}")
    print(f"   💰 Budget remaining: {result.budget_remaining:.0f}")
    # Nobody judges work of their own.
    with switch_persona("observability-expert", CHATMODE):
        passed = verdict(stage, result, options)
        run.quality_gate(stage.name, passed=passed)
    print(f"   {'✅' if passed else '❌'} Quality gate: {'passed' if passed else 'failed'}")
    return passed


def say_where(kit: PersonaKit) -> None:
    """Say whether and where traces are sent."""
    if kit.langfuse.enabled:
        print("\n🔍 Langfuse tracing enabled!")
        print(f"   Host: {kit.langfuse.base_url}")
        print("   Check Langfuse UI for LLM traces with persona context")
    else:
        print("\n⚠️  Langfuse not configured")
        print("   Set LANGFUSE_PUBLIC_KEY and LANGFUSE_SECRET_KEY to see LLM traces")


async def release_all(kit: PersonaKit, options: Options) -> bool:
    """Make all releases; returns whether all gates were passed."""
    all_passed = True
    for number in range(options.releases):
        if number:
            await asyncio.sleep(options.pause)
            print()
        all_passed &= await release(kit, options)
    return all_passed


def read_options(arguments: list[str]) -> Options:
    """Return what the command line says."""
    parser = argparse.ArgumentParser(prog="scripts/example package_release", description="Release a package.")
    parser.add_argument("--version", default="1.2.0", help="version to release")
    parser.add_argument("--coverage", type=float, default=0.95, help="test coverage to pretend, 0 to 1")
    parser.add_argument("--releases", type=int, default=1, help="how many, one after another")
    parser.add_argument("--pause", type=float, default=1.0, help="seconds between two")
    parser.add_argument("--serve", type=float, default=0.0, help="seconds to serve metrics afterwards")
    return Options(**vars(parser.parse_args(arguments)))


def main(arguments: list[str]) -> int:
    """Run the example; returns its exit code."""
    options = read_options(arguments)
    metrics = HypertoolMetrics()
    for stage in stages(options.version):  # so that the first event of each is seen as one
        metrics.hypertool_workflow_stage_duration_seconds.declare(workflow=WORKFLOW, stage=stage.name)
        metrics.hypertool_workflow_quality_gate_total.declare(workflow=WORKFLOW, stage=stage.name)
    try:
        observability = initialize_observability(service_name="hypertool", fallback_ports=(0,))
    except (OSError, ValueError) as problem:
        print(f"package_release: error: {problem}", file=sys.stderr)
        return 2
    with observability:
        print(f"metrics: {observability.url}", file=sys.stderr)
        kit = PersonaKit(metrics)
        use_collector(kit.collector)
        released = asyncio.run(release_all(kit, options))
        kit.collector.end_session()
        kit.langfuse.flush()
        say_where(kit)
        sys.stdout.flush()
        with suppress(KeyboardInterrupt):
            time.sleep(options.serve)
    return 0 if released else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
