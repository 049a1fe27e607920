"""
The calls of the guides that this package grew out of run as they were written there; imports apart.

Three never worked anywhere and have no counterpart: `_client_wrapper._base_url` (a private attribute: `base_url`),
`set_budget` (budgets are entities of the catalog) and `get_traces` (one page of them: see the exporter).
"""

from __future__ import annotations

import asyncio
from enum import Enum
from types import SimpleNamespace

import pytest
from obsgen_runtime.context import current
from obsgen_runtime.langfuse import (
    LangfuseIntegration,
    get_langfuse,
    get_langfuse_integration,
    get_langfuse_observer,
    langfuse_context,
)


class Agent(Enum):
    CLAUDE = "claude"


class TaskType(Enum):
    SECURITY = "security"


@pytest.fixture(params=["with keys", "without keys"])
def surroundings(request, monkeypatch, server):
    """A process with the documented variables, or with none of them; returns whether there are some."""
    if request.param == "with keys":
        monkeypatch.setenv("LANGFUSE_PUBLIC_KEY", "pk-lf-test")
        monkeypatch.setenv("LANGFUSE_SECRET_KEY", "sk-lf-test")
        monkeypatch.setenv("LANGFUSE_HOST", server.url)
    return request.param == "with keys"


def names(server, langfuse):
    assert langfuse.flush(5.0)
    return {span.name for span in server.spans}


def test_the_guide_of_the_integration(surroundings, server):
    """Traces, spans, generations and metadata of the integration guide."""
    langfuse = get_langfuse_integration()
    trace = langfuse.start_trace(
        name="package-release-workflow",
        persona="backend-engineer",
        chatmode="package-release",
        metadata={"version": "1.2.0"},
    )
    span = langfuse.start_span(trace=trace, name="api-design-stage", metadata={"stage": "design"})
    generation = langfuse.create_generation(
        trace=trace,
        name="design-api",
        model="gpt-4",
        prompt="Design REST API for user profiles",
        completion="Here's the API design...",
        usage={"prompt_tokens": 150, "completion_tokens": 800, "total_tokens": 950},
    )
    langfuse.end_trace(trace, status="success")
    trace = langfuse.start_trace(
        name="feature-implementation", persona="backend-engineer", chatmode="feature-implementation"
    )
    langfuse.end_trace(trace, status="success")
    langfuse.flush()
    span.end()
    assert names(server, langfuse) == (
        {"package-release-workflow", "api-design-stage", "design-api", "feature-implementation"}
        if surroundings
        else set()
    )
    assert bool(generation.trace_id) == surroundings


def test_always_end_traces(surroundings):
    """The pattern with try and except of the integration guide: the error comes out."""
    langfuse = get_langfuse_integration()

    async def execute_workflow():
        raise ValueError("workflow")

    async def work():
        try:
            trace = langfuse.start_trace(
                name="a", persona="backend-engineer", chatmode="debugging", metadata={"issue_id": "BUG-1234"}
            )
            result = await execute_workflow()
            langfuse.end_trace(trace, status="success")
            return result  # noqa: TRY300
        except Exception:
            langfuse.end_trace(trace, status="error")
            raise

    with pytest.raises(ValueError, match="workflow"):
        asyncio.run(work())


def test_programmatic_configuration():
    """Keys and address as arguments."""
    langfuse = LangfuseIntegration(public_key="pk-lf-...", secret_key="sk-lf-...", host="https://my-langfuse.com")
    assert langfuse.base_url == "https://my-langfuse.com"


def test_the_guide_of_the_architecture(surroundings, server):
    """An analysis within a primitive, and a switch of the persona."""
    langfuse = LangfuseIntegration()
    print(f"Langfuse enabled: {langfuse.enabled}")
    assert langfuse.enabled is surroundings
    input_data = {"text": "...", "persona": "analyst"}
    trace = langfuse.start_trace(
        name="document-analysis", persona=input_data.get("persona", "analyst"), chatmode="analysis"
    )
    response = SimpleNamespace(usage=SimpleNamespace(prompt_tokens=1, completion_tokens=2), content="x")
    langfuse.create_generation(
        trace=trace,
        name="gpt4-analysis",
        model="gpt-4",
        prompt=f"Analyze: {input_data['text']}",
        completion=response.content,
        usage={"prompt_tokens": response.usage.prompt_tokens, "completion_tokens": response.usage.completion_tokens},
    )
    langfuse.end_trace(trace, output={"analysis": response.content})
    assert names(server, langfuse) == ({"document-analysis", "gpt4-analysis"} if surroundings else set())


def test_the_guide_of_the_set_up(surroundings, server):
    """The test trace, the orchestrator's executions, selections, breaker events, and sub-traces."""
    observer = get_langfuse_observer()
    task = SimpleNamespace(
        id="abc", prompt="Review", task_type=TaskType.SECURITY, workspace="proj_123", requires_security=True
    )
    response = SimpleNamespace(content="Found 3", tokens=1523, cost=0.0046, duration=12.5, session_id="sess_xyz789")
    selected_agent = Agent.CLAUDE

    async def work():
        assert observer.enabled is surroundings
        async with observer.trace_agent_execution(
            task_id="test_123", agent="claude", prompt="Test prompt", metadata={"test": True}
        ) as trace:
            trace.update(output="Test response", tokens=100, cost=0.001)
        print(f"View in Langfuse: {observer.langfuse.base_url}/traces")
        async with observer.trace_agent_execution(
            task_id=task.id,
            agent=selected_agent.value,
            prompt=task.prompt,
            metadata={
                "task_type": task.task_type.value,
                "project_id": task.workspace,
                "requires_security": task.requires_security,
            },
        ) as parent_trace:
            parent_trace.update(
                output=response.content,
                tokens=response.tokens,
                cost=response.cost,
                metadata={"duration": response.duration, "session_id": response.session_id},
            )
            async with observer.trace_agent_execution(task_id=task.id, agent="gemini", prompt="more") as sub_trace:
                sub_trace.update(output=response)
        observer.track_agent_selection(
            task_id=task.id,
            selected_agent=selected_agent.value,
            reason="Task type: security",
            all_rewards={"claude": 0.9, "gemini": 0.3, "copilot": 0.2},
        )
        observer.track_circuit_breaker_event(agent="claude", state="open", failure_count=5)

    asyncio.run(work())
    observer.flush()
    expected = {"agent.claude", "agent.gemini", "usage", "agent_selection", "circuit_breaker"}
    assert names(server, observer) == (expected if surroundings else set())


def test_prompts_of_the_guides(monkeypatch, server):
    """A prompt by label, compiled, and one by its bare name, read."""
    monkeypatch.setenv("LANGFUSE_PUBLIC_KEY", "pk-lf-test")
    monkeypatch.setenv("LANGFUSE_SECRET_KEY", "sk-lf-test")
    monkeypatch.setenv("LANGFUSE_HOST", server.url)
    for name in ("backend-code-generation", "layer-2-claude-v1"):
        text = "Generate {{framework}} code for {{task}}."
        server.answer(
            "GET", f"/api/public/v2/prompts/{name}", {"name": name, "version": 1, "type": "text", "prompt": text}
        )
    langfuse = observer = get_langfuse_observer()
    prompt = langfuse.get_prompt("backend-code-generation", label="production")
    assert prompt.compile(framework="FastAPI", task="CRUD endpoint") == "Generate FastAPI code for CRUD endpoint."
    guideline = observer.langfuse.get_prompt("layer-2-claude-v1")
    assert f"{guideline.prompt}\n\nx".endswith("}}.\n\nx")


def test_evaluation_of_the_plan(monkeypatch, server):
    """A dataset with its items in one call, a loop over it, and a score for each item."""
    monkeypatch.setenv("LANGFUSE_PUBLIC_KEY", "pk-lf-test")
    monkeypatch.setenv("LANGFUSE_SECRET_KEY", "sk-lf-test")
    monkeypatch.setenv("LANGFUSE_HOST", server.url)
    server.answer("POST", "/api/public/dataset-items", {"id": "item-1", "datasetId": "d"})
    langfuse = get_langfuse()
    dataset = langfuse.create_dataset(
        name="backend_tests", items=[{"input": {}, "expected": {}}, {"input": {}, "expected": {}}]
    )
    for item in dataset:
        score = 1.0 if item.input == item.expected else 0.0
        langfuse.score(item.id, score)
    assert names(server, langfuse) == {"score"}
    assert len(server.scores) == 2


def test_persona_as_user(surroundings, server):
    """The old call for the current trace sets user, session and tags of what comes after it in this task."""
    langfuse = get_langfuse()

    async def work():
        langfuse_context.update_current_trace(
            user_id="backend-engineer", session_id="code-generation", tags=["package_release", "stage1"]
        )
        langfuse.start_trace("a").end()

    asyncio.run(work())
    assert current().persona is None
    assert names(server, langfuse) == ({"a"} if surroundings else set())
    for span in server.spans:
        assert span.attributes["user.id"] == "backend-engineer"
        assert span.attributes["session.id"] == "code-generation"
        assert {"package_release", "stage1"} <= set(span.attributes["langfuse.trace.tags"])
