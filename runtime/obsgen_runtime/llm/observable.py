"""`ObservableLLM`: a function that asks a language model, wrapped once, called with persona and chatmode."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Mapping
from inspect import isawaitable
from typing import Any, Generic, Protocol, TypeVar, overload, runtime_checkable

from obsgen_runtime.faults import shielded
from obsgen_runtime.llm.calls import Call, ReadUsage, Watch
from obsgen_runtime.llm.hooks import Metrics, name_of, result_of
from obsgen_runtime.llm.recorder import recorder
from obsgen_runtime.observations import Backend, Observation, RemoteParent
from obsgen_runtime.prices import Priced, PriceTable
from obsgen_runtime.usage import Usage

Result_co = TypeVar("Result_co", covariant=True)
Answer = TypeVar("Answer")
_KEYS = ("response", "tokens_used", "cost_usd", "latency_ms")


@runtime_checkable
class HasBackend(Protocol):
    """An integration that knows where observations go."""

    @property
    def backend(self) -> Backend:
        """Where they go."""


@runtime_checkable
class HasObservation(Protocol):
    """A trace that was started by hand."""

    @property
    def observation(self) -> Observation:
        """Its root."""


class LLMResult(Mapping[str, Any], Generic[Answer]):
    """
    What a call returned, and what is known of it: by attribute, or by the keys `response`, `tokens_used`, `cost_usd` and
    `latency_ms`.

    Where the response is a stream, the figures are None until it has been read.
    """

    __slots__ = ("_call", "response")

    def __init__(self, response: Answer, call: Call) -> None:
        """Hold the response and the call that it came from."""
        self.response = response
        self._call = call

    @property
    def usage(self) -> Usage | None:
        """Tokens; None where the answer told none."""
        return self._call.usage

    @property
    def tokens_used(self) -> int | None:
        """Input and output; None where the answer told none."""
        return None if self._call.usage is None else self._call.usage.total_tokens

    @property
    def cost_usd(self) -> float | None:
        """US dollars; None where nobody knows, which is not zero."""
        return self._call.cost.usd if isinstance(self._call.cost, Priced) else None

    @property
    def latency_ms(self) -> float | None:
        """Milliseconds from the call to its last token."""
        return None if self._call.seconds is None else self._call.seconds * 1000

    @property
    def time_to_first_token_ms(self) -> float | None:
        """Milliseconds from the call to the first chunk of a stream; None for other answers."""
        first = self._call.first_token_seconds
        return None if first is None else first * 1000

    @property
    def trace_id(self) -> str:
        """32 hexadecimal digits; empty where nothing is traced."""
        return self._call.trace_id

    def __getitem__(self, key: str) -> Any:
        if key not in _KEYS:
            raise KeyError(key)
        return getattr(self, key)

    def __iter__(self) -> Iterator[str]:
        return iter(_KEYS)

    def __len__(self) -> int:
        return len(_KEYS)

    def __repr__(self) -> str:
        # Without the response: it is content, and results get logged.
        figures = ", ".join(f"{key}={self[key]!r}" for key in _KEYS[1:])
        return f"LLMResult({figures})"


class ObservableLLM(Generic[Result_co]):
    """
    A function that asks a language model, with every call watched.

    Called, it returns what the function returns; `generate` returns that with tokens, cost and latency.
    The keywords `persona`, `chatmode` and `trace` belong to the wrapper and do not reach the function; for a function that
    has them itself there is `observe_llm`.
    """

    def __init__(
        self,
        llm_function: Callable[..., Result_co],
        model: str | None = None,
        langfuse: Backend | HasBackend | None = None,
        *,
        name: str | None = None,
        persona: str | None = None,
        chatmode: str | None = None,
        agent: str | None = None,
        prices: PriceTable | None = None,
        metrics: Metrics = None,
        usage: ReadUsage | None = None,
        capture_output: bool = False,
        model_parameters: Mapping[str, object] | None = None,
    ) -> None:
        """
        Wrap *llm_function*, which may be any callable that `observe_llm` takes.

        Args:
            llm_function: Called with everything but the wrapper's own keywords.
            model: Model that it asks; None reads it from the answer.
            langfuse: Where observations go: an integration, or a backend; the backend of the process if None.
            name: Name of the observation; the function's own if None.
            persona: Role of calls that name none; that of the context if None. So are *chatmode* and *agent*.
            chatmode: Kind of conversation.
            agent: Program or model that does the work.
            prices: Price table; that of the process if None.
            metrics: Collectors, or a registry to find them in; the client's default one if None; False for no metrics.
            usage: From the answer (of a stream: its last chunk) to a `Usage` or something `read_usage` understands.
            capture_output: Keep the chunks of streams, for the output of the observation.
            model_parameters: Such as temperature.

        Raises:
            DefinitionClashError: If somebody else holds one of the metrics' names in the registry.
        """
        fields = {"persona": persona, "chatmode": chatmode, "agent": agent}
        self._function = llm_function
        self._watch = Watch(
            name=name or name_of(llm_function),
            model=model,
            fields={key: value for key, value in fields.items() if value is not None},
            prices=prices,
            counted=recorder(metrics),
            usage=usage,
            capture_output=capture_output,
            model_parameters=model_parameters,
            to=None if langfuse is None else lambda: _backend_of(langfuse),
        )

    @property
    def model(self) -> str | None:
        """The model that is asked."""
        return self._watch.model

    def __call__(
        self,
        *args: Any,
        persona: str | None = None,
        chatmode: str | None = None,
        trace: Observation | RemoteParent | HasObservation | None = None,
        **kwargs: Any,
    ) -> Result_co:
        """
        Call the function and return what it returns: an awaitable, a stream, or the answer.

        Args:
            args: For the function.
            persona: Role this call is made in.
            chatmode: Kind of conversation.
            trace: What the call belongs to; the current observation if None.
            kwargs: For the function.
        """
        if self._watch.is_off:
            return self._function(*args, **kwargs)
        response: Result_co = result_of(
            self._function, args, kwargs, self._begin(args, kwargs, persona, chatmode, trace)
        )
        return response

    @overload
    def generate(
        self: ObservableLLM[Awaitable[Answer]],
        *args: Any,
        persona: str | None = None,
        chatmode: str | None = None,
        trace: Observation | RemoteParent | HasObservation | None = None,
        **kwargs: Any,
    ) -> Awaitable[LLMResult[Answer]]: ...

    @overload
    def generate(
        self: ObservableLLM[Answer],
        *args: Any,
        persona: str | None = None,
        chatmode: str | None = None,
        trace: Observation | RemoteParent | HasObservation | None = None,
        **kwargs: Any,
    ) -> LLMResult[Answer]: ...

    def generate(
        self,
        *args: Any,
        persona: str | None = None,
        chatmode: str | None = None,
        trace: Observation | RemoteParent | HasObservation | None = None,
        **kwargs: Any,
    ) -> Any:
        """Call the function like `__call__`, and return an `LLMResult`, or an awaitable of one."""
        call = self._begin(args, kwargs, persona, chatmode, trace)
        response = result_of(self._function, args, kwargs, call)
        return _result_later(response, call) if isawaitable(response) else LLMResult(response, call)

    def _begin(
        self,
        args: tuple[Any, ...],
        kwargs: Mapping[str, Any],
        persona: str | None,
        chatmode: str | None,
        trace: Observation | RemoteParent | HasObservation | None,
    ) -> Call:
        fields = {}
        if persona is not None:
            fields["persona"] = persona
        if chatmode is not None:
            fields["chatmode"] = chatmode
        parent: Observation | RemoteParent | None = None
        if trace is not None:
            with shielded("observe_llm"):
                parent = trace.observation if isinstance(trace, HasObservation) else trace
        return Call(self._watch, args, kwargs, fields, parent)


async def _result_later(response: Awaitable[Answer], call: Call) -> LLMResult[Answer]:
    return LLMResult(await response, call)


def _backend_of(langfuse: Backend | HasBackend) -> Backend | None:
    with shielded("observe_llm"):
        return langfuse.backend if isinstance(langfuse, HasBackend) else langfuse
    return None
