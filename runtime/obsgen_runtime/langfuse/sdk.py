"""
The `langfuse` SDK as a backend, for applications that run it anyway. Needs the extra `langfuse`.

    backend = LangfuseSdkBackend(access=access)      # a client with a tracer provider of its own
    backend = LangfuseSdkBackend(client=my_client)   # the application's

Only what releases 4.7 to 5 have in common is used. Plain OpenTelemetry spans, the default, cost a fifth of the time.
"""

from __future__ import annotations

import asyncio
import importlib
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from datetime import UTC, datetime
from threading import Lock, Thread
from typing import Any, Final

from prometheus_client import CollectorRegistry

from obsgen_runtime.context import Context
from obsgen_runtime.faults import shielded
from obsgen_runtime.langfuse.access import Access
from obsgen_runtime.langfuse.sdk_facts import sdk_arguments
from obsgen_runtime.langfuse.sdk_shape import check_sdk
from obsgen_runtime.masking import Content, scrub
from obsgen_runtime.observations import NOTHING, UNTRACED, Facts, Kind, Observation, RemoteParent, Score
from obsgen_runtime.otlp.ledger import Ledger, Tally

_LONGEST = 200  # the SDK drops longer users, sessions and tags


class MissingLangfuse(ModuleNotFoundError):  # noqa: N818  (it says what is missing)
    """The SDK is not installed."""


class LangfuseSdkBackend:
    """
    Keeps observations through the SDK.

    No method raises into the application; what the SDK raises is counted as a fault of the hook `langfuse_sdk`.
    Everything made is counted, and what the SDK did with it where the client is our own.
    """

    name: Final = "langfuse-sdk"

    def __init__(
        self,
        *,
        client: Any = None,
        access: Access | None = None,
        content: Content | None = None,
        environment: str | None = None,
        release: str | None = None,
        timeout_seconds: int = 5,
        registry: CollectorRegistry | None = None,
    ) -> None:
        """
        Check the SDK, and take the application's client or make one.

        Args:
            client: A `langfuse.Langfuse`; its own settings hold, and the application shuts it down.
            access: Server and keys of a client to be made.
            content: Which content is handed to the SDK; none by default.
            environment: Such as `production`.
            release: Such as a version or a commit.
            timeout_seconds: How long one request may take.
            registry: Where the accounts are shown; the client's default registry if None.

        Raises:
            MissingLangfuse: Without the SDK.
            UnsupportedLangfuse: If its release lacks something.
            ValueError: If neither or both of *client* and *access* are given.
        """
        if (client is None) == (access is None):
            raise ValueError("give either a client of the langfuse SDK, or the access for a new one")
        self._sdk = _checked_sdk()
        self._content = content or Content()
        self._ledger = Ledger(registry)
        self._is_open = True
        self._lock = Lock()
        self._is_own = access is not None
        self._client = client
        self._abort: Callable[[], None] = _nothing
        if access is not None:
            # It stands on the SDK's libraries, which are there only now.
            from obsgen_runtime.langfuse.sdk_client import make_client  # noqa: PLC0415

            self._client, sender = make_client(
                self._sdk,
                access,
                self._ledger,
                emails=self._content.emails,
                environment=environment,
                release=release,
                timeout_seconds=timeout_seconds,
            )
            self._abort = sender.abort

    @property
    def is_live(self) -> bool:
        """Whether what is recorded now can still arrive."""
        return self._is_open

    def tally(self, signal: Any) -> Tally:
        """Return the accounts of `span` or `score`."""
        return self._ledger.tally(signal)

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
        Start an observation through the SDK.

        The SDK starts everything now: an earlier *at_ns* is kept where the client is our own, and is the metadata
        `started_at` otherwise.
        """
        if not self._is_open:
            return UNTRACED
        with shielded("langfuse_sdk"):
            if parent is None:
                self._count_identity(context)
            arguments = sdk_arguments(facts, kind, self._content)
            if at_ns is not None and not self._is_own:
                started = datetime.fromtimestamp(at_ns / 1e9, UTC).isoformat()
                arguments["metadata"] = {**(arguments.get("metadata") or {}), "started_at": started}
            with self._identity(name, context, parent), self._at(at_ns):
                made = self._make(name, kind, parent, arguments)
            return _SdkObservation(made, kind, self._content, self._ledger)
        return UNTRACED

    def score(self, score: Score) -> None:
        """Hand a score to the SDK, which sends it later."""
        self._ledger.made("score")
        if not self._is_open:
            self._ledger.dropped("score", "shutdown")
            return
        with shielded("langfuse_sdk"):
            comment = score.comment
            if comment is not None:
                if not self._content.is_open("score_comments"):
                    comment = "[masked]"
                elif not self._is_own:  # ours is scrubbed when it is sent
                    comment = scrub(comment)
            value = float(score.value) if score.kind != "CATEGORICAL" else str(score.value)
            self._client.create_score(
                name=score.name,
                value=value,
                trace_id=score.trace_id,
                observation_id=score.span_id,
                data_type=score.kind,
                comment=comment,
                score_id=score.score_id,
            )

    def flush(self, deadline_seconds: float = 2.0) -> bool:
        """Have the SDK send what waits, in a thread, since it knows no deadline; what it lost on the way is counted."""
        if not self._is_open:
            return True
        before = {signal: self._ledger.tally(signal).waiting for signal in ("span", "score")}
        sent = self._bounded(self._client.flush, deadline_seconds)
        if sent and self._is_own:
            self._settle(before, "queue_full")
        return sent

    def shutdown(self, deadline_seconds: float = 2.0) -> bool:
        """Flush and stop our client; the application's is flushed only. What has not been sent counts as dropped."""
        with self._lock:
            was_open, self._is_open = self._is_open, False
        if not was_open:
            return True
        done = self._bounded(self._client.shutdown if self._is_own else self._client.flush, deadline_seconds)
        if self._is_own:
            self._settle({"span": 2**62, "score": 2**62}, "unsent" if done else "shutdown")
            self._abort()  # the SDK's own exit would wait for it
        return done

    def _settle(self, at_least: Mapping[Any, int], reason: Any) -> None:
        # The SDK says nothing of what it drops: what waited before a complete flush, and still does, is lost.
        for signal, before in at_least.items():
            lost = min(before, self._ledger.tally(signal).waiting)
            if lost > 0:
                self._ledger.dropped(signal, reason, lost)

    def _bounded(self, call: Callable[[], object], deadline_seconds: float) -> bool:
        def run() -> None:
            with shielded("langfuse_sdk"):
                call()

        thread = Thread(target=run, name="obsgen-langfuse-flush", daemon=True)
        try:
            thread.start()
        except RuntimeError:  # the interpreter is on its way out
            return False
        thread.join(max(0.0, deadline_seconds))
        return not thread.is_alive()

    def _count_identity(self, context: Context) -> None:
        if not (context.user or context.persona or context.session or context.chatmode):
            self._ledger.without_identity()

    def _identity(
        self, name: str, context: Context, parent: Observation | RemoteParent | None
    ) -> AbstractContextManager[Any]:
        told = {
            "user_id": _short(context.user or context.persona),
            "session_id": _short(context.session or context.chatmode),
            "tags": _tags(context),
            "metadata": _metadata(context),
            "trace_name": _short(context.workflow or (name if parent is None else None)),
        }
        known = {key: value for key, value in told.items() if value}
        from obsgen_runtime.langfuse.sdk_client import beside_the_current_span  # noqa: PLC0415

        return beside_the_current_span(self._sdk.propagate_attributes(**known) if known else nullcontext())

    def _at(self, at_ns: int | None) -> AbstractContextManager[Any]:
        if at_ns is None or not self._is_own:
            return nullcontext()
        from obsgen_runtime.langfuse.sdk_client import started_at  # noqa: PLC0415

        return started_at(at_ns)

    def _make(self, name: str, kind: Kind, parent: Observation | RemoteParent | None, arguments: dict[str, Any]) -> Any:
        if isinstance(parent, _SdkObservation):
            above, place = parent.wrapped, {}
        else:
            above, place = self._client, _place(parent)
        if kind == "event":
            taken = ("input", "output", "metadata", "level", "status_message")
            return above.create_event(name=name, **{key: arguments[key] for key in taken if key in arguments}, **place)
        return above.start_observation(name=name, as_type=kind, **arguments, **place)


class _SdkObservation:
    """One observation of the SDK."""

    def __init__(self, wrapped: Any, kind: Kind, content: Content, ledger: Ledger) -> None:
        self.wrapped = wrapped
        self.trace_id: str = wrapped.trace_id
        self.span_id: str = wrapped.id
        self._kind = kind
        self._content = content
        self._ledger = ledger
        self._is_ended = kind == "event"
        if self._is_ended:  # the SDK ends events where it makes them
            ledger.made("span")

    @property
    def is_sampled(self) -> bool:
        """The SDK does not say; what is left out is counted when it is flushed."""
        return True

    def update(self, facts: Facts) -> None:
        """Add facts, unless it has ended."""
        if not self._is_ended:
            with shielded("langfuse_sdk"):
                self.wrapped.update(**sdk_arguments(facts, self._kind, self._content))

    def event(self, name: str, metadata: Mapping[str, object] | None = None) -> None:
        """Note that something happened now."""
        with shielded("langfuse_sdk"):
            arguments = sdk_arguments(Facts(metadata=metadata), "event", self._content)
            self.wrapped.create_event(name=name, metadata=arguments.get("metadata"))
            self._ledger.made("span")

    def end(self, error: BaseException | None = None, at_ns: int | None = None) -> None:
        """End it, once."""
        if self._is_ended:
            return
        self._is_ended = True
        self._ledger.made("span")
        with shielded("langfuse_sdk"):
            if error is not None:
                self.wrapped.update(**_ending(error))
            self.wrapped.end(end_time=at_ns)


def _ending(error: BaseException) -> dict[str, str]:
    kind = type(error).__name__
    if isinstance(error, asyncio.CancelledError | GeneratorExit):
        return {"level": "WARNING", "status_message": f"cancelled: {kind}"}
    return {"level": "ERROR", "status_message": kind}


def _place(parent: Observation | RemoteParent | None) -> dict[str, Any]:
    """Return where something without a parent of ours goes: below the caller's span, or the application's own."""
    if parent is None or not parent.trace_id:
        return {}
    return {"trace_context": {"trace_id": parent.trace_id, "parent_span_id": parent.span_id}}


def _nothing() -> None:
    """There is nothing of ours to break off."""


def _checked_sdk() -> Any:
    try:
        sdk = importlib.import_module("langfuse")
    except ModuleNotFoundError as error:
        raise MissingLangfuse(
            "the langfuse SDK needs the extra langfuse: pip install 'obsgen-runtime[langfuse]'", name=error.name
        ) from None
    check_sdk(sdk, getattr(sdk, "LangfuseSpan", type(None)))
    return sdk


def _short(text: str | None) -> str | None:
    return None if not text else str(text)[:_LONGEST]


def _tags(context: Context) -> list[str]:
    facts = {"workflow": context.workflow, "stage": context.stage, "persona": context.persona, "agent": context.agent}
    named = (f"{name}:{text}" for name, text in facts.items() if text)
    return [str(tag)[:_LONGEST] for tag in dict.fromkeys((*context.tags, *named))]


def _metadata(context: Context) -> dict[str, str]:
    facts = {
        "workflow": context.workflow,
        "stage": context.stage,
        "persona": context.persona,
        "chatmode": context.chatmode,
        "agent": context.agent,
        "project": context.project,
    }
    return {name: str(text)[:_LONGEST] for name, text in facts.items() if text}
