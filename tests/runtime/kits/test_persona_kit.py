"""The hooks of persona workflows: what a stage gives and raises is the model's own."""

from __future__ import annotations

import asyncio

import pytest
from obsgen_runtime import MissingMetricsError, ObservableLLM, current_call
from obsgen_runtime.kits.personas import PersonaKit
from obsgen_runtime.langfuse import LangfuseIntegration
from prometheus_client import CollectorRegistry

WORK = {"chatmode": "package-release"}


@pytest.fixture
def kit(hypertool, registry, recording):
    return PersonaKit(hypertool.HypertoolMetrics(registry), LangfuseIntegration(backend=recording))


def model(kit, answer, tokens=None):
    """Return a watched model that answers with *answer*, or raises it."""

    async def ask(prompt):
        await asyncio.sleep(0)
        if tokens is not None:
            current_call().note({"usage": {"input_tokens": tokens, "output_tokens": 0}})
        if isinstance(answer, BaseException):
            raise answer
        return answer

    return ObservableLLM(ask, "gpt-4", kit.langfuse, name="ask", metrics=CollectorRegistry())


def work(kit, *stages):
    """Run a workflow of (stage, persona, model), and return the results."""

    async def main():
        async with kit.workflow("package_release", **WORK) as run:
            return [await run.stage(stage, persona, llm, "Do it") for stage, persona, llm in stages]

    return asyncio.run(main())


def value(registry, name, **labels):
    return registry.get_sample_value(f"hypertool_{name}", labels)


def test_a_budget_that_is_overspent(kit, registry):
    """What is left goes below zero, in the result and in the metric; the response is the very object."""
    answer = object()
    llm = model(kit, answer, 1500)
    first, second = work(kit, ("one", "backend-engineer", llm), ("two", "backend-engineer", llm))
    assert first.response is second.response is answer
    assert [first.budget_remaining, second.budget_remaining] == [500, -1000]
    assert first.cost_usd == pytest.approx(1500 * 30e-6)
    assert value(registry, "persona_token_budget_remaining", persona="backend-engineer") == -1000
    labels = {"from_persona": "none", "to_persona": "backend-engineer", **WORK}
    assert value(registry, "persona_switches_total", **labels) == 1  # who stays is not switched to


def test_unknown_tokens(kit, registry):
    """A model that tells none costs nobody knows what, and leaves the budget alone."""
    (result,) = work(kit, ("one", "data-scientist", model(kit, "text")))
    assert (result.tokens, result.cost_usd, result.budget_remaining) == (None, None, 1700)


def test_a_persona_without_budget(kit):
    """A persona that the catalog does not know has none."""
    (result,) = work(kit, ("one", "somebody", model(kit, "text", 10)))
    assert (result.tokens, result.budget_remaining) == (10, None)


@pytest.mark.parametrize("error", [ValueError("no"), asyncio.CancelledError(), StopAsyncIteration()])
def test_what_the_model_raises(kit, recording, error):
    """It comes out as the very object, and every span knows it."""
    with pytest.raises(type(error)) as caught:
        work(kit, ("one", "backend-engineer", model(kit, error)))
    assert caught.value is error
    kept = {one.name: one for one in recording.kept}
    assert set(kept) == {"package_release", "workflow.package_release", "stage.one", "ask"}
    assert {(name, one.ended) for name, one in kept.items()} == {(name, 1) for name in kept}
    assert {one.error for one in kept.values()} == {error}


def test_metrics_that_do_not_fit():
    """Collectors of another system are refused."""
    with pytest.raises(MissingMetricsError):
        PersonaKit(object())
