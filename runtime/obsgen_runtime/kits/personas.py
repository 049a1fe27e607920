"""
Workflows of personas: each stage is the work of one persona with one model, inside a trace with everything that belongs to it.

    kit = PersonaKit(HypertoolMetrics())
    async with kit.workflow("package_release", chatmode="package-release") as run:
        result = await run.stage("version_bump", "backend-engineer", llm, "Update version to 1.2.0")
        run.quality_gate("version_bump", passed=is_semver(result.response))
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Generic, Literal, TypeVar

from obsgen_runtime.langfuse import Handle, LangfuseIntegration, get_langfuse_integration
from obsgen_runtime.llm import LLMResult, ObservableLLM
from obsgen_runtime.persona import MissingMetricsError, PersonaMetricsCollector
from obsgen_runtime.workflow import WorkflowTracer

__all__ = ["MissingMetricsError", "PersonaKit", "StageResult", "WorkflowRun"]

Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True, kw_only=True)
class StageResult(Generic[Answer]):
    """
    What one stage gave, and what it took.

    Attributes:
        persona: Who worked on it.
        response: What the model's function returned.
        tokens: Input and output; None where the answer told none.
        cost_usd: US dollars; None where nobody knows, which is not zero.
        budget_remaining: Tokens left of the persona's budget, below zero if it is overspent; None if it has none.
    """

    persona: str
    response: Answer
    tokens: int | None
    cost_usd: float | None
    budget_remaining: float | None


class PersonaKit:
    """
    Personas, workflows and calls of models of one process.

    Attributes:
        metrics: Generated collectors.
        collector: Switches, durations, tokens and budgets. Its session is the process's: stages of one workflow at a
            time switch it.
        langfuse: Where the traces go.
    """

    def __init__(
        self, metrics: object, langfuse: LangfuseIntegration | None = None, *, prefix: str = "hypertool"
    ) -> None:
        """
        Connect collectors and integration.

        Args:
            metrics: Generated collectors, such as `HypertoolMetrics()`.
            langfuse: The integration of the process if None.
            prefix: What the names of the metrics begin with.

        Raises:
            MissingMetricsError: If metrics are missing or have other labels; names all of them.
        """
        self.metrics = metrics
        self.collector = PersonaMetricsCollector(metrics, prefix)
        self.langfuse = get_langfuse_integration() if langfuse is None else langfuse

    @asynccontextmanager
    async def workflow(
        self,
        name: str,
        *,
        chatmode: str,
        session: str | None = None,
        metadata: Mapping[str, object] | None = None,
        tags: Sequence[str] | None = None,
    ) -> AsyncIterator[WorkflowRun]:
        """
        Trace one run of a workflow, inside an `async with` block.

        The whole has no persona, since several take part; what a stage records has that of the stage.

        Args:
            name: Workflow by name, such as `package_release`.
            chatmode: Kind of conversation; Langfuse's session, unless there is a *session*.
            session: Conversation or run that several traces share.
            metadata: Of any type, such as the version that is released.
            tags: Words to filter by, besides workflow, stage and persona; those of the context if None.
        """
        trace = self.langfuse.start_trace(name, chatmode=chatmode, metadata=metadata, session=session, tags=tags)
        async with trace:
            async with WorkflowTracer(name, metrics=self.metrics, prefix=self.collector.prefix) as tracer:
                run = WorkflowRun(self, tracer, trace, chatmode)
                yield run
            self.langfuse.end_trace(trace, status=run.status)


class WorkflowRun:
    """
    One run of a workflow.

    Attributes:
        trace: The whole, for scores and ids.
        tracer: For stages that are no call of a model.
        status: What the trace ends with, unless an exception does: `success`, or `failed` if it is set to that.
    """

    def __init__(self, kit: PersonaKit, tracer: WorkflowTracer, trace: Handle, chatmode: str) -> None:
        """See `PersonaKit.workflow`."""
        self.trace = trace
        self.tracer = tracer
        self.status: Literal["success", "failed"] = "success"
        self._kit = kit
        self._chatmode = chatmode

    async def stage(
        self, stage: str, persona: str, llm: ObservableLLM[Awaitable[Answer]], prompt: object
    ) -> StageResult[Answer]:
        """
        Let *persona* ask a model, as one stage: switch to it, time it, and take the tokens off its budget.

        What the model raises comes out as it is.

        Args:
            stage: Step of the workflow, such as `version_bump`.
            persona: Who works on it.
            llm: The model; called with *prompt*.
            prompt: Content.
        """
        collector = self._kit.collector
        if collector.persona != persona:
            collector.switch(persona, self._chatmode)
        result: LLMResult[Answer] = await self.tracer.trace_stage(
            stage, persona, llm.generate, prompt, persona=persona, chatmode=self._chatmode
        )
        if result.tokens_used is not None:
            collector.record_token_usage(persona, self._chatmode, llm.model or "unknown", result.tokens_used)
        return StageResult(
            persona=persona,
            response=result.response,
            tokens=result.tokens_used,
            cost_usd=result.cost_usd,
            budget_remaining=collector.remaining(persona),
        )

    def quality_gate(self, stage: str, *, passed: bool) -> None:
        """Record a verdict in the metric and on the current observation; only True is a pass."""
        self.tracer.quality_gate(stage, passed=passed)
