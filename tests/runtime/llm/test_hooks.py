"""`observe_llm` and `ObservableLLM`: what the application gets is what it would get without them, and all is recorded."""

from __future__ import annotations

import asyncio
import functools
import inspect

import pytest
from obsgen_runtime import context, otlp
from obsgen_runtime.llm import LLMResult, ObservableLLM, count_retry, current_call, observe_llm
from obsgen_runtime.testing import RecordingServer
from obsgen_runtime.tracing import current_observation, observe

from tests.runtime.recording import Broken, BrokenEnd

ANSWER = {"text": "rye", "model": "gpt-4", "usage": {"prompt_tokens": 10, "completion_tokens": 5, "total_tokens": 15}}
COST = 0.0006


@pytest.fixture
def watch(registry, prices):
    return lambda **more: observe_llm(**{"model": "gpt-4", "metrics": registry, "prices": prices, **more})


def plain(prompt: str, *, persona: str = "mine") -> dict[str, object]:
    return {**ANSWER, "persona": persona}


async def asynchronous(prompt: str, *, persona: str = "mine") -> dict[str, object]:
    await asyncio.sleep(0)
    return {**ANSWER, "persona": persona}


class Baker:
    def ask(self, prompt: str, *, persona: str = "mine") -> dict[str, object]:
        return plain(prompt, persona=persona)

    def __call__(self, prompt: str, *, persona: str = "mine") -> dict[str, object]:
        return plain(prompt, persona=persona)


class AsyncBaker:
    async def __call__(self, prompt: str, *, persona: str = "mine") -> dict[str, object]:
        return await asynchronous(prompt, persona=persona)


def in_future(prompt: str, *, persona: str = "mine") -> asyncio.Future[dict[str, object]]:
    return asyncio.ensure_future(asynchronous(prompt, persona=persona))


CALLABLES = {
    "function": plain,
    "coroutine function": asynchronous,
    "bound method": Baker().ask,
    "callable object": Baker(),
    "async callable object": AsyncBaker(),
    "partial": functools.partial(plain, persona="mine"),
    "async partial": functools.partial(asynchronous, persona="mine"),
    "lambda of a coroutine": lambda prompt, *, persona="mine": asynchronous(prompt, persona=persona),
    "future": in_future,
}


@pytest.mark.parametrize("name", CALLABLES)
def test_every_sort_of_callable(name, watch, registry, scrape, recording):
    """The result is the function's own, its keywords stay its own, and one call is recorded with tokens and cost."""
    watched = watch(persona="backend-engineer")(CALLABLES[name])
    assert inspect.iscoroutinefunction(watched) == (
        name in ("coroutine function", "async callable object", "async partial")
    )

    async def run():
        result = watched("bread?", persona="theirs")
        return await result if inspect.isawaitable(result) else result

    assert asyncio.run(run()) == {**ANSWER, "persona": "theirs"}
    shown = scrape(registry)
    labels = {"model": "gpt-4", "persona": "backend-engineer"}
    assert shown.value("llm_requests_total", outcome="ok", **labels) == 1
    assert shown.value("llm_tokens_total", token_type="input", **labels) == 10
    assert shown.value("llm_tokens_total", token_type="output", **labels) == 5
    assert shown.value("llm_cost_usd_total", **labels) == pytest.approx(COST)
    assert shown.value("obsgen_runtime_llm_calls_total") == 1
    (one,) = recording.kept
    assert (one.kind, one.ended, one.error, one.context.persona) == ("generation", 1, None, "backend-engineer")
    assert one.facts[-1].usage.total_tokens == 15
    assert one.facts[-1].cost.usd == pytest.approx(COST)


def test_calls_and_generations_can_be_compared(registry, prices):
    """Every call that is counted is one generation: what the server lacks of them is counted as dropped, with a reason."""
    with RecordingServer() as server:
        where = otlp.Destination.langfuse(server.url, "pk-lf-example", "sk-lf-example")
        backend = otlp.backend(where, service_name="bakery", sample_ratio=0.5, registry=registry)
        watch = observe_llm(model="gpt-4", metrics=registry, prices=prices, to=backend)
        failing = watch(lambda: 1 / 0)
        for _ in range(40):
            watch(plain)("bread?")
            with pytest.raises(ZeroDivisionError):
                failing()
        backend.shutdown()
        arrived = [one for one in server.spans if one.attributes["langfuse.observation.type"] == "generation"]
        tally = backend.tally()
    calls = registry.get_sample_value("obsgen_runtime_llm_calls_total")
    assert calls == tally.made == 80
    assert 0 < len(arrived) == tally.sent == 80 - sum(tally.dropped.values()) < 80
    dropped = sum(
        registry.get_sample_value("obsgen_runtime_export_dropped_total", {"signal": "span", "reason": reason}) or 0
        for reason in tally.dropped
    )
    assert calls - len(arrived) == dropped


def test_methods_static_and_class_methods(watch, recording):
    """Decorated in a class, each binds as it did; the object is no part of the recorded input."""

    class Shop:
        name = "mill"

        @watch()
        def ask(self, prompt):
            return (self.name, prompt)

        @watch()
        @classmethod
        def by_class(cls, prompt):
            return (cls.name, prompt)

        @watch()
        @staticmethod
        def by_none(prompt):
            return prompt

    assert Shop().ask("a") == ("mill", "a")
    assert Shop.by_class("b") == Shop().by_class("b") == ("mill", "b")
    assert Shop.by_none("c") == "c"
    assert [one.facts[0].input for one in recording.kept] == ["a", "b", "b", "c"]
    assert [one.name for one in recording.kept] == ["ask", "by_class", "by_class", "by_none"]


def test_signature_name_and_documentation_stay():
    """What tools read off a function is what they read off it before."""

    @observe_llm(model="gpt-4")
    async def design(requirements: str, *, depth: int = 3) -> str:
        """Design it."""
        return requirements * depth

    assert str(inspect.signature(design, eval_str=True)) == "(requirements: str, *, depth: int = 3) -> str"
    assert (design.__name__, design.__doc__) == ("design", "Design it.")


@pytest.mark.parametrize("is_async", [False, True])
@pytest.mark.parametrize(
    ("error", "kind", "outcome"),
    [
        (ValueError("x"), "unknown", "error"),
        (TimeoutError(), "timeout", "error"),
        (asyncio.CancelledError(), "cancelled", "cancelled"),
        (KeyboardInterrupt(), "cancelled", "cancelled"),
    ],
)
def test_the_exception_is_the_functions_own(is_async, error, kind, outcome, watch, registry, scrape, recording):
    """The object that was raised comes out, without a new context; it is recorded by kind and outcome."""
    function = functools.partial(_raise_later if is_async else _raise, error)
    call = watch()(function)
    caught = None
    try:
        coroutine = call()
        if is_async:
            coroutine.send(None)
    except BaseException as problem:  # noqa: BLE001
        caught = problem
    assert caught is error
    assert caught.__context__ is None
    shown = scrape(registry)
    assert shown.value("llm_errors_total", model="gpt-4", kind=kind) == 1
    assert shown.value("llm_requests_total", model="gpt-4", persona="none", outcome=outcome) == 1
    assert shown.value("obsgen_runtime_usage_unknown_total", model="gpt-4") is None
    assert recording.kept[0].error is error


def _raise(error):
    raise error


async def _raise_later(error):
    raise error


def test_a_cancelled_task_is_cancelled(watch, registry, scrape, recording):
    """Cancellation reaches the function and the caller, and counts as such."""
    seen = []

    @watch()
    async def slow(prompt):
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            seen.append("function")
            raise

    async def run():
        task = asyncio.create_task(slow("x"))
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        return task.cancelled()

    assert asyncio.run(run())
    assert seen == ["function"]
    assert scrape(registry).value("llm_requests_total", model="gpt-4", persona="none", outcome="cancelled") == 1


def test_unknown_usage_and_price_are_counted_and_not_zero(watch, registry, scrape):
    """An answer without tokens has neither tokens nor cost, and both are counted as unknown."""
    watch()(lambda _prompt: "rye")("bread?")
    shown = scrape(registry)
    assert shown.value("obsgen_runtime_usage_unknown_total", model="gpt-4") == 1
    assert shown.value("obsgen_runtime_price_unknown_total", model="gpt-4") == 1
    assert shown.value("llm_cost_usd_total", model="gpt-4", persona="none") is None
    assert shown.value("llm_tokens_total", model="gpt-4", persona="none", token_type="input") is None


def test_a_function_that_returns_only_text_hands_over_the_answer(registry, prices):
    """`current_call().note(answer)` inside of the function tells its tokens."""

    async def ask(prompt):
        current_call().note(ANSWER)
        return ANSWER["text"]

    llm = ObservableLLM(ask, "gpt-4", metrics=registry, prices=prices)
    result = asyncio.run(llm.generate("bread?"))
    assert (result.response, result.tokens_used, result.cost_usd) == ("rye", 15, pytest.approx(COST))
    assert current_call() is None


def test_model_and_usage_from_elsewhere(watch, registry, scrape):
    """Without a model the answer names it; `usage=` says where the tokens are."""
    watch(model=None, usage=lambda answer: answer["mine"])(lambda _prompt: {"mine": ANSWER["usage"], "model": "gpt-4"})(
        "x"
    )
    assert scrape(registry).value("llm_cost_usd_total", model="gpt-4", persona="none") == pytest.approx(COST)


def test_a_usage_reader_that_fails_is_counted(watch, registry, scrape):
    """A fault of the reader stays inside, and the call is still recorded, with unknown usage."""
    assert watch(usage=lambda _answer: 1 / 0)(lambda _prompt: "rye")("x") == "rye"
    assert scrape(registry).value("obsgen_runtime_usage_unknown_total", model="gpt-4") == 1
    assert scrape(registry).value("llm_requests_total", model="gpt-4", persona="none", outcome="ok") == 1


def test_faulty_backend(watch, registry, scrape):
    """A backend that raises costs the application nothing, and the metrics stay right."""
    for faulty in (Broken(), BrokenEnd()):
        assert watch(to=faulty)(plain)("x")["text"] == "rye"
    assert scrape(registry).value("llm_requests_total", model="gpt-4", persona="none", outcome="ok") == 2


def test_below_the_current_observation(watch, recording):
    """A call is the child of what runs around it, and the parent of what runs within it."""
    with observe("workflow"):
        watch(name="ask")(lambda _prompt: current_observation().update)("x")
        with observe("later") as later:
            assert later.parent is recording.named("workflow")
    assert recording.named("ask").parent is recording.named("workflow")


def test_persona_of_the_context_and_of_the_call(registry, recording):
    """The call's persona is seen within it and is gone afterwards; without one the context's counts."""
    seen = []
    llm = ObservableLLM(lambda _prompt: seen.append(context.current().persona), "gpt-4", metrics=registry)
    with context.use(persona="devops-engineer"):
        llm("a")
        llm("b", persona="backend-engineer", chatmode="coding")
        assert context.current().persona == "devops-engineer"
    assert seen == ["devops-engineer", "backend-engineer"]
    assert [one.context.persona for one in recording.kept] == seen
    assert recording.kept[1].context.chatmode == "coding"


def test_calls_of_the_seeds(registry, prices, recording):
    """The guides' snippets run as they are written, with a function that answers."""

    async def my_llm_call(prompt: str) -> str:
        current_call().note(ANSWER)
        return "def bake(): ..."

    async def run():
        observable_llm = ObservableLLM(llm_function=my_llm_call, model="gpt-4", langfuse=recording, metrics=registry)
        response = await observable_llm("Design it", persona="backend-engineer", chatmode="feature-implementation")
        with observe("multi-stage-workflow") as workflow_trace:
            pass
        await observable_llm(prompt="Again", persona="frontend-engineer", chatmode="coding", trace=workflow_trace)
        result = await ObservableLLM(
            my_llm_call, persona="backend-engineer", chatmode="demo", model="gpt-4", metrics=registry, prices=prices
        ).generate(prompt="Create FastAPI endpoint")
        return response, workflow_trace, result

    response, trace, result = asyncio.run(run())
    assert response == "def bake(): ..."
    assert recording.kept[2].parent is trace
    assert f"{result['response'][:3]} {result['tokens_used']} ${result['cost_usd']:.4f}" == "def 15 $0.0006"
    assert f"{result['latency_ms']:.1f}ms".endswith("ms")
    assert dict(result).keys() == {"response", "tokens_used", "cost_usd", "latency_ms"}
    assert "bake" not in repr(result)
    assert result.trace_id == recording.kept[3].trace_id


def test_disabled_it_is_the_function_and_nothing_else(scrape, registry):
    """Without a backend and metrics the call goes straight through, and keeps no record."""
    calls = []
    assert observe_llm(metrics=False)(lambda _prompt: calls.append(current_call()))("x") is None
    assert calls == [None]
    result = ObservableLLM(plain, "gpt-4", metrics=False).generate("x")
    assert isinstance(result, LLMResult)
    assert result.tokens_used == 15


def test_retries_are_counted_by_the_retrying(registry, scrape, watch):
    """tenacity's hook counts each repeated try; each failed one is an error of its own."""
    import tenacity

    left = [TimeoutError(), TimeoutError()]

    @tenacity.retry(stop=tenacity.stop_after_attempt(3), before_sleep=count_retry("gpt-4", registry))
    @watch()
    def ask(prompt):
        if left:
            raise left.pop()
        return ANSWER

    assert ask("x") is ANSWER
    shown = scrape(registry)
    assert shown.value("llm_retries_total", model="gpt-4") == 2
    assert shown.value("llm_errors_total", model="gpt-4", kind="timeout") == 2
    assert shown.value("llm_requests_total", model="gpt-4", persona="none", outcome="ok") == 1
