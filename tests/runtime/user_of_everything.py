# A service that uses every public name, for test_typing.py: what `mypy --strict` and pyright's strict mode see of it.
# Each `reveal_type` is followed by the type it has to show. Wrong calls carry the marker `# wrong`.
# ruff: noqa: ARG002, ARG003

import logging
from collections.abc import AsyncGenerator, AsyncIterator, Generator, Iterator
from contextlib import AbstractAsyncContextManager
from datetime import date
from typing import Any, reveal_type

from fastapi import FastAPI
from hypertool_metrics import HypertoolMetrics
from obsgen_runtime import (
    Call,
    ConditionalPrimitive,
    Context,
    ContextFilter,
    DefinitionClashError,
    FallbackPrimitive,
    InstrumentedPrimitive,
    LabelDescriptor,
    LangfuseIntegration,
    Listener,
    LLMResult,
    MetricDescriptor,
    MissingMetricsError,
    ModelPrice,
    Observability,
    ObservableLLM,
    ParallelPrimitive,
    PersonaMetricsCollector,
    PortInUse,
    PriceTable,
    RetryPrimitive,
    RetryStrategy,
    RouterPrimitive,
    SequentialPrimitive,
    Settings,
    SignalStatus,
    TimeoutPrimitive,
    Usage,
    WorkflowContext,
    WorkflowTracer,
    check_primitive,
    continue_from,
    count_retry,
    current,
    current_call,
    error_kind,
    extract,
    get_langfuse_integration,
    get_langfuse_observer,
    in_own_async_context,
    in_own_context,
    initialize_observability,
    inject,
    is_observability_enabled,
    lifespan,
    lifespan_with,
    metrics_app,
    metrics_wsgi_app,
    observability_status,
    observe,
    observe_llm,
    push_metrics,
    read_settings,
    read_usage,
    run_in_context,
    set_default_prices,
    short_lived,
    shutdown_observability,
    switch_persona,
    use,
    use_collector,
    write_textfile,
)
from prometheus_client import CollectorRegistry


def start() -> Observability:
    settings: Settings = read_settings({"service_name": "bakery"})
    try:
        handle = initialize_observability(settings.service_name, 0, registry=CollectorRegistry())
    except PortInUse as problem:
        raise SystemExit(str(problem)) from problem
    page: Listener | None = handle.listener
    status: tuple[SignalStatus, ...] = observability_status()
    reveal_type(is_observability_enabled())  # bool
    reveal_type(shutdown_observability(1.0))  # bool
    print(page, status)
    with handle as entered:
        reveal_type(entered)  # Observability
    return handle


@observe_llm(model="gpt-4o", persona="baker")
def ask(prompt: str, *, depth: int = 1) -> str:
    call: Call | None = current_call()
    if call is not None:
        call.note({"usage": {"input_tokens": depth}})
    return prompt


@observe_llm(model="gpt-4o")
async def ask_later(prompt: str) -> str:
    return prompt


@observe_llm()
def stream(prompt: str) -> Iterator[bytes]:
    yield prompt.encode()


@observe_llm()
def conversation(prompt: str) -> Generator[str, int, bool]:
    times = yield prompt
    return times > 1


@observe_llm()
async def stream_later(prompt: str) -> AsyncIterator[bytes]:
    yield prompt.encode()


@observe_llm()
async def conversation_later(prompt: str) -> AsyncGenerator[str, int]:
    yield prompt


class Oven:
    @observe_llm(model="gpt-4o")
    def ask(self, prompt: str) -> int:
        return len(prompt)

    @classmethod
    @observe_llm(model="gpt-4o")
    def make(cls, name: str) -> "Oven":
        return cls()

    @staticmethod
    @observe_llm(model="gpt-4o")
    async def heat(degrees: float) -> float:
        return degrees


async def hooks() -> None:
    reveal_type(ask("x", depth=2))  # str
    reveal_type(await ask_later("x"))  # str
    reveal_type(stream("x"))  # Iterator[bytes]
    reveal_type(conversation("x"))  # Generator[str, int, bool]
    reveal_type(stream_later("x"))  # AsyncIterator[bytes]
    reveal_type(conversation_later("x"))  # AsyncGenerator[str, int]
    reveal_type(Oven().ask("x"))  # int
    reveal_type(Oven.make("x"))  # Oven
    reveal_type(await Oven.heat(1))  # float
    ask(3)  # wrong
    ask("x", width=2)  # wrong
    await ask_later()  # wrong
    Oven().ask(3)  # wrong
    llm = ObservableLLM(ask, "gpt-4o", prices=PriceTable(as_of=date(2026, 11, 1), models={}))
    reveal_type(llm("x", persona="baker", chatmode="demo"))  # str
    result: LLMResult[str] = llm.generate("x", persona="baker")
    reveal_type(result.response)  # str
    reveal_type(result.cost_usd)  # float | None
    reveal_type(await ObservableLLM(ask_later)("x"))  # str
    reveal_type((await ObservableLLM(ask_later).generate("x")).response)  # str
    count_retry("gpt-4o")()
    set_default_prices(PriceTable(as_of=date(2026, 11, 1), models={"m": ModelPrice(input=1, output=2)}))
    usage: Usage | None = read_usage({"input_tokens": 1})
    kind: str = error_kind(ValueError())
    print(usage, kind)


def bake(loaves: int, *, hot: bool = True) -> float:
    return loaves * 1.5 if hot else 0.0


async def bake_later(loaves: int) -> list[int]:
    return [loaves]


async def workflows() -> None:
    metrics = HypertoolMetrics(CollectorRegistry())
    try:
        collector = PersonaMetricsCollector(metrics)
    except (MissingMetricsError, DefinitionClashError) as problem:
        raise SystemExit(str(problem)) from problem
    use_collector(collector)
    collector.switch("baker", "demo")
    collector.record_token_usage("baker", "demo", "gpt-4o", 12)
    reveal_type(collector.remaining("baker"))  # float | None
    descriptor: MetricDescriptor = metrics.hypertool_persona_switches_total.descriptor
    labels: tuple[LabelDescriptor, ...] = descriptor.labels
    print(labels)
    with switch_persona("baker", "demo"), use(session="s-1", tags=("rye",)) as context:
        reveal_type(context)  # Context
    async with WorkflowTracer("release", metrics=metrics) as run:
        reveal_type(run)  # WorkflowTracer
        reveal_type(await run.trace_stage("bake", "baker", bake, 3, hot=False))  # float
        reveal_type(await run.trace_stage("bake", "baker", bake_later, 3))  # list[int]
        reveal_type(await run.trace_stage(stage_name="bake", persona="baker", func=lambda: 1))  # int
        reveal_type(run.run_stage("bake", "baker", bake, 3))  # float
        run.run_stage("bake", "baker", bake, "3")  # wrong
        run.quality_gate("bake", passed=True)
        run.quality_gate("bake", True)  # wrong
        with run.stage_context("bake", "baker") as stage:
            stage.event("risen", {"minutes": 5})
    with WorkflowTracer("release"):
        pass
    with observe("prove", "tool") as observation:
        reveal_type(observation.trace_id)  # str
    reveal_type(knead("rye"))  # int
    knead(3)  # wrong
    reveal_type(Stove().heat(220.0))  # bool
    Stove().heat("hot")  # wrong


@observe("knead")
def knead(dough: str) -> int:
    return len(dough)


class Stove:
    @observe("heat", "tool")
    def heat(self, degrees: float) -> bool:
        return degrees > 200


async def kneaded() -> None:
    reveal_type(await prove("rye", hours=2))  # str
    await prove("rye", hours="2")  # wrong


@observe("prove")
async def prove(dough: str, *, hours: int) -> str:
    return dough * hours


def contexts(generator: Generator[int, str, bool], later: AsyncGenerator[int, None]) -> None:
    here: Context = current()
    reveal_type(run_in_context(bake)(3, hot=False))  # float
    run_in_context(bake)("3")  # wrong
    reveal_type(in_own_context(generator))  # Generator[int, str, bool]
    reveal_type(in_own_async_context(later))  # AsyncGenerator[int, None]
    headers = inject({"accept": "text/plain"})
    reveal_type(headers)  # dict[str, str]
    print(extract(headers), here)
    with continue_from(headers) as context:
        reveal_type(context)  # Context
    use(colour="brown")  # wrong
    logging.StreamHandler().addFilter(ContextFilter(("persona", "user")))


class Double(InstrumentedPrimitive[int, int]):
    async def _execute_impl(self, input_data: int, context: WorkflowContext) -> int:
        return input_data * 2


class Spell(InstrumentedPrimitive[int, str]):
    async def _execute_impl(self, input_data: int, context: WorkflowContext) -> str:
        return str(input_data)


async def primitives() -> None:
    context = WorkflowContext(workflow_id="bake")
    chain = Double() >> Spell()
    reveal_type(await chain.execute(1, context))  # str
    reveal_type(await (Double() | Spell()).execute(1, context))  # list[Any]
    reveal_type(await RetryPrimitive(Double(), strategy=RetryStrategy(max_retries=1)).execute(1))  # int
    reveal_type(await TimeoutPrimitive(Double(), timeout_seconds=1).execute(1))  # int
    reveal_type(await check_primitive(Double(), 1))  # list[str]
    parts: list[type[Any]] = [ConditionalPrimitive, FallbackPrimitive, ParallelPrimitive]
    parts += [RouterPrimitive, SequentialPrimitive]
    print(parts)


async def langfuse() -> None:
    hooks_of_it: LangfuseIntegration = get_langfuse_integration()
    reveal_type(get_langfuse_observer())  # LangfuseIntegration
    with hooks_of_it.start_trace("bake", persona="baker", metadata={"loaves": 3}) as trace:
        span = hooks_of_it.start_span(trace, "mix")
        hooks_of_it.create_generation(trace, "ask", "gpt-4o", "prompt", "completion", {"input": 1, "output": 1})
        hooks_of_it.score(trace, 0.5, comment="crisp")
        hooks_of_it.end_span(span)
    reveal_type(hooks_of_it.get_prompt("greeting", fallback="Hello").compile())  # str
    state: str = hooks_of_it.auth_check().state
    print(state)


def delivering(registry: CollectorRegistry) -> FastAPI:
    with short_lived("nightly", textfile="nightly.prom"):
        pass
    write_textfile("nightly.prom", registry=registry)
    print(push_metrics, metrics_wsgi_app(registry))
    app = FastAPI(lifespan=lifespan)
    app.mount("/metrics", metrics_app(registry))
    other: AbstractAsyncContextManager[None] = lifespan_with(service_name="shop")(app)
    print(other)
    return app
