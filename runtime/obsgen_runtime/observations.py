"""
What tracing records, whoever keeps it: observations with facts, and the backends that take them.

A backend is `noop` (here), `otlp` (plain OpenTelemetry spans) or `langfuse-sdk` (for applications that run that SDK).
Nothing here imports a library. No method of a backend or an observation raises, waits or does I/O on the caller's time,
except `flush` and `shutdown`, which end within their deadline.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, Protocol

from obsgen_runtime.context import Context

if TYPE_CHECKING:  # every generated collector imports this module, and few need these
    from obsgen_runtime.prices import Cost
    from obsgen_runtime.usage import Usage

Kind = Literal[
    "span", "generation", "agent", "tool", "chain", "retriever", "evaluator", "guardrail", "embedding", "event"
]
Level = Literal["DEBUG", "DEFAULT", "WARNING", "ERROR"]
ScoreKind = Literal["NUMERIC", "BOOLEAN", "CATEGORICAL"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PromptLink:
    """The managed prompt that a generation used; a fallback has no version and is not linked."""

    name: str
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """
    What is known of an observation; None says nothing, and leaves what was said before.

    Attributes:
        input: Prompt, messages, arguments: content, masked unless a setting opens it.
        output: Completion or result: content, too.
        metadata: Keys and values that are no content; never labels of a metric.
        model: Model that was asked, or that answered.
        model_parameters: Such as temperature.
        usage: Tokens; only generations and embeddings have them.
        cost: What it cost; an unknown cost is not sent.
        prompt: Managed prompt that was used.
        first_token_ns: When the first token came, nanoseconds since the epoch.
        level: How bad it is; ERROR sets the span's status, too.
        message: Why, in a line, without content.
        attributes: Further span attributes, sent as they are by OpenTelemetry's names.
    """

    input: object | None = None
    output: object | None = None
    metadata: Mapping[str, object] | None = None
    model: str | None = None
    model_parameters: Mapping[str, object] | None = None
    usage: Usage | None = None
    cost: Cost | None = None
    prompt: PromptLink | None = None
    first_token_ns: int | None = None
    level: Level | None = None
    message: str | None = None
    attributes: Mapping[str, str | bool | int | float | Sequence[str]] | None = None


NOTHING = Facts()


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """
    A judgement about a trace, or one observation of it.

    Attributes:
        name: What is judged, such as `quality`.
        value: A number, a yes or no, or the name of a category.
        trace_id: 32 hexadecimal digits.
        span_id: 16 hexadecimal digits; None judges the whole trace.
        kind: How *value* is meant.
        comment: Content; masked unless a setting opens it.
        project: Tenant whose keys it is sent with.
        score_id: The same id twice replaces the first score.
    """

    name: str
    value: float | bool | str
    trace_id: str
    span_id: str | None = None
    kind: ScoreKind = "NUMERIC"
    comment: str | None = None
    project: str | None = None
    score_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoteParent:
    """A span of another process or of the application's own tracing: the place where ours goes on."""

    trace_id: str
    span_id: str
    sampled: bool = True


class Observation(Protocol):
    """One thing that goes on until `end`; its ids stay readable afterwards."""

    @property
    def trace_id(self) -> str:
        """32 hexadecimal digits; empty where nothing is traced."""

    @property
    def span_id(self) -> str:
        """16 hexadecimal digits; empty where nothing is traced."""

    @property
    def is_sampled(self) -> bool:
        """Whether it will be sent, unless it is lost on the way."""

    def update(self, facts: Facts) -> None:
        """Add facts; later ones replace earlier ones of the same name, metadata is merged."""

    def event(self, name: str, metadata: Mapping[str, object] | None = None) -> None:
        """Note that something happened now, within this observation."""

    def end(self, error: BaseException | None = None, at_ns: int | None = None) -> None:
        """End it, once; with the error or cancellation that ended it, and the time if that was earlier than now."""


class Backend(Protocol):
    """Keeps observations."""

    @property
    def name(self) -> str:
        """`noop`, `otlp` or `langfuse-sdk`."""

    @property
    def is_live(self) -> bool:
        """Whether what is recorded now can still arrive."""

    def start(
        self,
        name: str,
        kind: Kind,
        context: Context,
        *,
        parent: Observation | RemoteParent | None = None,
        facts: Facts = NOTHING,
        at_ns: int | None = None,
    ) -> Observation:
        """
        Start an observation, as the child of *parent* or as the root of a new trace.

        The fields of *context* are written on it, since servers do not inherit them from the trace.
        """

    def score(self, score: Score) -> None:
        """Send a judgement, later."""

    def flush(self, deadline_seconds: float = 2.0) -> bool:
        """Send what waits; returns whether all of it was sent or dropped within the deadline. Never takes longer."""

    def shutdown(self, deadline_seconds: float = 2.0) -> bool:
        """Flush and stop; what comes later is counted as dropped. Never takes longer than the deadline."""


class _Untraced:
    """An observation that nobody keeps."""

    __slots__ = ()
    trace_id = ""
    span_id = ""
    is_sampled = False

    def update(self, facts: Facts) -> None:
        """Forget them."""

    def event(self, name: str, metadata: Mapping[str, object] | None = None) -> None:
        """Forget it."""

    def end(self, error: BaseException | None = None, at_ns: int | None = None) -> None:
        """Nothing was started."""


UNTRACED: Observation = _Untraced()


@dataclass(frozen=True, slots=True)
class NoBackend:
    """
    Keeps nothing, at next to no cost.

    Attributes:
        reason: Why there is none, for status and doctor.
    """

    reason: str = "tracing was not configured"
    name: str = field(default="noop", init=False)
    is_live: bool = field(default=False, init=False)

    def start(self, name: str, kind: Kind, context: Context, **details: Any) -> Observation:  # noqa: ARG002
        """Return the observation that nobody keeps."""
        return UNTRACED

    def score(self, score: Score) -> None:
        """Forget it."""

    def flush(self, deadline_seconds: float = 2.0) -> bool:  # noqa: ARG002
        """Nothing waits."""
        return True

    def shutdown(self, deadline_seconds: float = 2.0) -> bool:  # noqa: ARG002
        """Nothing runs."""
        return True
