"""One call of a language model, from its start to its last token, and what is recorded of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from time import perf_counter, time_ns

from obsgen_runtime._llm_metrics import Outcome
from obsgen_runtime.context import current, use
from obsgen_runtime.faults import shielded
from obsgen_runtime.llm.errors import ErrorKind, error_kind
from obsgen_runtime.llm.pricing import check_age, default_prices
from obsgen_runtime.llm.recorder import Ended, Recorder
from obsgen_runtime.observations import UNTRACED, Backend, Facts, NoBackend, Observation, RemoteParent
from obsgen_runtime.prices import Cost, Priced, PriceTable, Unpriced
from obsgen_runtime.tracing import as_current, backend, current_parent
from obsgen_runtime.usage import Usage, read_usage

_NOT_ENDED = Unpriced(reason="no_usage")
_SNAPSHOTS = ("current_message_snapshot", "current_completion_snapshot")

ReadUsage = Callable[[object], object]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Watch:
    """
    How the calls of one function are watched.

    Attributes:
        name: Name of the observation.
        model: Model, None if the answer tells it.
        fields: Fields of the context that are set for these calls, such as the persona.
        prices: Table, None for that of the process.
        counted: Where calls are counted, None for nowhere.
        usage: What to read tokens from, given the answer or the last chunk; a `Usage`, or anything `read_usage` reads.
        capture_output: Whether the chunks of streams are kept for the observation's output.
        to: Backend, None for that of the process.
        skips_first: Whether the first argument is the object that a method belongs to.
        model_parameters: Such as temperature.
    """

    name: str
    model: str | None = None
    fields: Mapping[str, str] = field(default_factory=dict)
    prices: PriceTable | None = None
    counted: Recorder | None = None
    usage: ReadUsage | None = None
    capture_output: bool = False
    to: Callable[[], Backend | None] | None = None
    skips_first: bool = False
    model_parameters: Mapping[str, object] | None = None

    @property
    def target(self) -> Backend:
        """Where observations go now."""
        return (self.to() if self.to is not None else None) or backend()

    @property
    def is_off(self) -> bool:
        """Whether nobody would learn of a call."""
        return self.counted is None and type(self.target) is NoBackend


class Call:
    """
    One call that is watched; every method is harmless after the end, and none raises.

    Attributes:
        usage: Tokens, None until they are known.
        cost: Cost; unpriced until it is known.
        seconds: From the call to its last token, None until then.
        first_token_seconds: From the call to the first chunk, None if there was none.
        longest_gap_seconds: Longest wait between two chunks, None if there were fewer than two.
        outcome: How it ended, None until then.
    """

    __slots__ = (
        "_answers",
        "_first_token_ns",
        "_model",
        "_output",
        "_overhead",
        "_watch",
        "answered",
        "changes",
        "context",
        "cost",
        "first_token_seconds",
        "longest_gap_seconds",
        "observation",
        "outcome",
        "seconds",
        "source",
        "started",
        "usage",
    )

    def __init__(
        self,
        watch: Watch,
        args: tuple[object, ...],
        kwargs: Mapping[str, object],
        fields: Mapping[str, str] | None = None,
        parent: Observation | RemoteParent | None = None,
    ) -> None:
        """Start the observation and the clock."""
        entered = perf_counter()
        self._watch = watch
        self._model = watch.model
        self._answers: tuple[object, ...] = ()
        self._output: object | None = None
        self._first_token_ns: int | None = None
        self.answered = False
        self.usage: Usage | None = None
        self.cost: Cost = _NOT_ENDED
        self.seconds: float | None = None
        self.first_token_seconds: float | None = None
        self.longest_gap_seconds: float | None = None
        self.outcome: Outcome | None = None
        self.observation = UNTRACED
        self.source: object | None = None
        self.context = current()
        self.changes: Mapping[str, str] = watch.fields
        with shielded("observe_llm"):
            if fields:
                self.changes = {**watch.fields, **fields}
            self._start(args, kwargs, parent)
        self.started = perf_counter()
        self._overhead = self.started - entered

    def _start(
        self,
        args: tuple[object, ...],
        kwargs: Mapping[str, object],
        parent: Observation | RemoteParent | None,
    ) -> None:
        watch = self._watch
        if self.changes:
            self.context = replace(self.context, **self.changes)  # type: ignore[arg-type]  # only fields that are text
        if watch.counted is not None:
            watch.counted.seen()
        target = watch.target
        if type(target) is not NoBackend:
            self.observation = target.start(
                watch.name,
                "generation",
                self.context,
                parent=current_parent() if parent is None else parent,
                facts=Facts(
                    input=_input(args[1:] if watch.skips_first else args, kwargs),
                    model=watch.model,
                    model_parameters=watch.model_parameters,
                ),
            )

    @property
    def trace_id(self) -> str:
        """32 hexadecimal digits; empty where nothing is traced."""
        return self.observation.trace_id

    @property
    def model(self) -> str | None:
        """The model that was asked, or that answered."""
        return self._model

    @property
    def keeps_chunks(self) -> bool:
        """Whether the chunks of a stream are kept."""
        return self._watch.capture_output

    def note(self, answer: object) -> None:
        """Read usage and model from a provider's *answer* that the watched function does not return as it is."""
        self._answers = (*self._answers, answer)

    def first_chunk(self, now: float) -> None:
        """Note that the first chunk came, at the `perf_counter` time *now*."""
        if self.first_token_seconds is None:
            self.answered = True
            self.first_token_seconds = now - self.started
            self._first_token_ns = time_ns()

    def end_stream(self, error: BaseException | None, gap: float, chunks: tuple[object, ...], kept: object) -> None:
        """End with a stream: *chunks* are the first and the last ones, *gap* is 0 if there were fewer than two."""
        if gap > 0:
            self.longest_gap_seconds = gap
        self._end(error, chunks, kept)

    def answer(self, result: object) -> None:
        """End with what the function returned."""
        self.answered = True
        self._end(None, (result,), result)

    def fail(self, error: BaseException) -> None:
        """End with an error or a cancellation."""
        self._end(error, (), None)

    def abandon(self) -> None:
        """End because nobody can read on: what was to be read is gone."""
        if self.outcome is None:
            self._end(GeneratorExit(), (), None)

    def _end(self, error: BaseException | None, answers: tuple[object, ...], output: object) -> None:
        if self.outcome is not None:
            return
        entered = perf_counter()
        self.seconds = entered - self.started
        kind: ErrorKind | None = None if error is None else error_kind(error)
        self.outcome = "ok" if kind is None else "cancelled" if kind == "cancelled" else "error"
        with shielded("observe_llm"):
            self._figure(answers)
        counted = self._watch.counted
        with shielded("observe_llm"):
            if self.observation is not UNTRACED:
                self.observation.update(self._facts(output, kind))
        if counted is not None:
            with shielded("observe_llm"):
                self._count(counted, kind)
        with shielded("observe_llm"):
            self.observation.end(error)
        if counted is not None:
            with shielded("observe_llm"):
                counted.took(self._overhead + perf_counter() - entered)

    def _figure(self, answers: tuple[object, ...]) -> None:
        watch = self._watch
        told = (*self._answers, *answers)
        if watch.usage is not None and answers:
            said = watch.usage(answers[-1])
            self.usage = said if isinstance(said, Usage) else read_usage(said)
        else:
            self.usage = read_usage(*told) or self._snapshot()
        if self._model is None:
            self._model = next((name for one in told if (name := _model_of(one))), None)
        table = watch.prices or default_prices()
        check_age(table)
        self.cost = table.price(self.usage, self._model)

    def _snapshot(self) -> Usage | None:
        for name in _SNAPSHOTS:
            usage = read_usage(getattr(self.source, name, None))
            if usage is not None:
                return usage
        return None

    def _facts(self, output: object, kind: ErrorKind | None) -> Facts:
        return Facts(
            output=output,
            model=self._model,
            usage=self.usage,
            cost=self.cost if isinstance(self.cost, Priced) else None,
            first_token_ns=self._first_token_ns,
            level="ERROR" if self.outcome == "error" else None,
            attributes=None if kind is None else {"error.type": kind},
        )

    def _count(self, counted: Recorder, kind: ErrorKind | None) -> None:
        ended = Ended(
            model=self._model or "unknown",
            persona=self.context.persona or "none",
            outcome=self.outcome or "ok",
            seconds=self.seconds or 0.0,
            error=kind,
            first_token_seconds=self.first_token_seconds,
            longest_gap_seconds=self.longest_gap_seconds,
            answered=self.answered,
            usage=self.usage,
            cost=self.cost,
        )
        if self.observation is UNTRACED:
            counted.record(ended)
        else:
            with as_current(self.observation):  # for exemplars
                counted.record(ended)


_running: ContextVar[Call | None] = ContextVar("obsgen_runtime_call", default=None)


def current_call() -> Call | None:
    """
    Return the watched call that the running code belongs to, or None.

    A function that returns only the text of an answer hands the answer itself over: `current_call().note(answer)`.
    A generator function finds its call up to its first `yield`; it keeps it for later.
    """
    return _running.get()


class running:  # noqa: N801  (used as a statement: `with running(call):`)
    """Make a call, its observation and its context those of the running code inside a `with` block."""

    __slots__ = ("_before", "_call", "_context", "_current")

    def __init__(self, call: Call) -> None:
        """Prepare."""
        self._call = call

    def __enter__(self) -> None:
        """Enter."""
        self._before = _running.get()
        _running.set(self._call)
        call = self._call
        self._context = use(**call.changes) if call.changes else None  # type: ignore[arg-type]  # only fields that are text
        if self._context is not None:
            self._context.__enter__()
        self._current = as_current(call.observation) if call.observation is not UNTRACED else None
        if self._current is not None:
            self._current.__enter__()

    def __exit__(self, *problem: object) -> None:
        """Put back what was before; not by token, which raises in another task."""
        if self._current is not None:
            self._current.__exit__(None, None, None)
        if self._context is not None:
            self._context.__exit__(None, None, None)
        _running.set(self._before)


def _input(args: tuple[object, ...], kwargs: Mapping[str, object]) -> object:
    """Return what the model was asked, without copying it: the only argument, or all of them."""
    if not kwargs:
        return args[0] if len(args) == 1 else list(args)
    if not args:
        return next(iter(kwargs.values())) if len(kwargs) == 1 else dict(kwargs)
    return {"args": list(args), **kwargs}


def _model_of(answer: object) -> str | None:
    name = answer.get("model") if isinstance(answer, Mapping) else getattr(answer, "model", None)
    return name if isinstance(name, str) and name else None
