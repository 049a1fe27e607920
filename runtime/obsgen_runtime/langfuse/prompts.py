"""
Managed prompts: from memory while they are fresh, else from the server, the disk or the caller's fallback.

The request path waits for the server at most once and briefly; what is stale is used, and fetched anew in the background.
"""

from __future__ import annotations

import asyncio
import os
import re
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from threading import Event, RLock, Thread
from typing import Any, Literal

from obsgen_runtime.families import hold_over_forks
from obsgen_runtime.faults import count_fault, shielded
from obsgen_runtime.langfuse.api import Api, LangfuseUnavailable, segment
from obsgen_runtime.langfuse.prompt_files import PromptFiles
from obsgen_runtime.observations import PromptLink

ChatMessage = Mapping[str, Any]

SECONDS_BETWEEN_TRIES = 15.0
"""After a failed fetch nobody waits for the same prompt until then."""

KEPT_AT_MOST = 500

_VARIABLE = re.compile(r"\{\{([^{}]*)\}\}")
_lock = hold_over_forks(RLock())  # one for all, held for moments only


@dataclass(frozen=True, slots=True, kw_only=True)
class _Prompt:
    """
    What both sorts of prompt have.

    Attributes:
        name: In Langfuse.
        version: In Langfuse; None for a fallback.
        labels: That point at this version.
        config: What the prompt's author stored beside it, such as a model.
        is_fallback: Whether it is the caller's own, because Langfuse's could not be had.
    """

    name: str
    version: int | None = None
    labels: tuple[str, ...] = ()
    config: Mapping[str, Any] = field(default_factory=dict)
    is_fallback: bool = False

    @property
    def link(self) -> PromptLink | None:
        """What a generation is linked to; None for a fallback."""
        return None if self.version is None else PromptLink(name=self.name, version=self.version)


@dataclass(frozen=True, slots=True, kw_only=True)
class TextPrompt(_Prompt):
    """A text with variables in double braces: `Write {{language}} code.`"""

    prompt: str

    @property
    def variables(self) -> tuple[str, ...]:
        """Names of the variables, in the order of their first use."""
        return _names((self.prompt,))

    def compile(self, **variables: object) -> str:
        """Return the text with *variables* put in; those that are missing stay as they are, and are counted and logged."""
        _report_missing(self.name, self.variables, variables)
        return _fill(self.prompt, variables)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatPrompt(_Prompt):
    """Messages with variables in their contents, and placeholders for further messages."""

    prompt: tuple[ChatMessage, ...]

    @property
    def variables(self) -> tuple[str, ...]:
        """Names of variables and placeholders, in the order of their first use."""
        texts = (
            f"{{{{{message['name']}}}}}" if _is_placeholder(message) else str(message.get("content", ""))
            for message in self.prompt
        )
        return _names(texts)

    def compile(self, **variables: object) -> list[dict[str, Any]]:
        """
        Return the messages with *variables* put in.

        A placeholder takes a list of messages. What is missing stays as it is, and is counted and logged.
        """
        _report_missing(self.name, self.variables, variables)
        found: list[dict[str, Any]] = []
        for message in self.prompt:
            if _is_placeholder(message):
                given = variables.get(message["name"])
                found += [dict(part) for part in given] if isinstance(given, list | tuple) else [dict(message)]
            else:
                plain = {key: value for key, value in message.items() if key != "type"}
                found.append({**plain, "content": _fill(str(message.get("content", "")), variables)})
        return found


Prompt = TextPrompt | ChatPrompt
_Key = tuple[str, str]


@dataclass(slots=True)
class _Entry:
    """What is known of one prompt."""

    prompt: Prompt | None = None
    fetched_at: float | None = None
    failed_at: float | None = None
    failure: LangfuseUnavailable | None = None
    flight: Event | None = None
    flight_pid: int = 0
    slow_flight: Event | None = None
    was_on_disk: bool | None = None


class Prompts:
    """
    The prompts of one project.

    Args:
        api: None without keys: then there are fallbacks only, and what was kept on disk is not looked at.
        folder: Where the last known ones are kept; nowhere if None.
        fetch_seconds: Longest wait on the caller's time.
        clock: Seconds that never go back.
    """

    def __init__(
        self,
        api: Api | None,
        *,
        folder: Path | None = None,
        fetch_seconds: float = 1.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._api = api
        self._files = None if folder is None or api is None else PromptFiles(folder, api.project)
        self._fetch_seconds = fetch_seconds
        self._clock = clock
        self._entries: dict[_Key, _Entry] = {}

    def get(
        self,
        name: str,
        *,
        kind: Literal["text", "chat"] = "text",
        label: str | None = None,
        version: int | None = None,
        fallback: str | Sequence[ChatMessage] | None = None,
        cache_ttl_seconds: float = 60.0,
    ) -> Prompt:
        """
        Return a `TextPrompt` or a `ChatPrompt`, as *kind* says.

        Raises:
            LangfuseUnavailable: If nothing has it; never with a *fallback*.
            ValueError: If both *label* and *version* are given.
        """
        key = _key(name, label, version)
        failure: LangfuseUnavailable | None
        try:
            found, failure = self._find(key, cache_ttl_seconds)
        except Exception as error:
            if fallback is None:
                raise
            count_fault("prompts", type(error).__name__)
            found, failure = None, None
        if found is not None and isinstance(found, TextPrompt) == (kind == "text"):
            return found
        if found is not None:
            failure = LangfuseUnavailable("rejected", f"prompt {name!r} is not of type {kind}")
        if fallback is not None:
            if failure is not None and failure.reason != "not_configured":
                count_fault("prompts", f"a fallback was used: {failure.reason}")
            return _own(name, kind, fallback)
        raise failure or LangfuseUnavailable("timeout", f"prompt {name!r} did not come in time")

    async def get_async(
        self,
        name: str,
        *,
        kind: Literal["text", "chat"] = "text",
        label: str | None = None,
        version: int | None = None,
        fallback: str | Sequence[ChatMessage] | None = None,
        cache_ttl_seconds: float = 60.0,
    ) -> Prompt:
        """Return what `get` does; what has to be waited for is, in a thread. Raises what it raises."""
        get = partial(
            self.get,
            name,
            kind=kind,
            label=label,
            version=version,
            fallback=fallback,
            cache_ttl_seconds=cache_ttl_seconds,
        )
        entry = self._entries.get(_key(name, label, version))
        is_at_hand = self._api is None or (entry is not None and entry.prompt is not None)
        return get() if is_at_hand else await asyncio.to_thread(get)

    def _find(self, key: _Key, ttl_seconds: float) -> tuple[Prompt | None, LangfuseUnavailable | None]:
        if self._api is None:
            return None, LangfuseUnavailable("not_configured", f"Langfuse is off: prompt {key[0]!r} cannot be had")
        entry = self._entry(key)
        if entry.fetched_at is not None and self._clock() - entry.fetched_at < ttl_seconds:
            return entry.prompt, None
        flight = self._take_off(key, entry)
        if entry.prompt is not None:
            return entry.prompt, None
        # Whoever came first has waited in vain; the others are spared that until the flight is over.
        if flight is not None and flight is not entry.slow_flight and not flight.wait(self._fetch_seconds):
            entry.slow_flight = flight
        if entry.prompt is None and self._files is not None:
            self._read_disk(key, entry)
        if entry.prompt is not None:
            return entry.prompt, None
        words = f"prompt {key[0]!r} did not come within {self._fetch_seconds:g} s"
        return None, entry.failure or LangfuseUnavailable("timeout", words)

    def _entry(self, key: _Key) -> _Entry:
        with _lock:
            entry = self._entries.pop(key, None) or _Entry()
            self._entries[key] = entry  # the latest used are last
            if len(self._entries) > KEPT_AT_MOST:
                del self._entries[next(iter(self._entries))]
            return entry

    def _take_off(self, key: _Key, entry: _Entry) -> Event | None:
        """Fetch in the background unless that goes on, or failed just now; returns what says that it is over."""
        with _lock:
            if entry.flight is not None and entry.flight_pid == os.getpid():
                return entry.flight
            if entry.failed_at is not None and self._clock() - entry.failed_at < SECONDS_BETWEEN_TRIES:
                return None
            flight = entry.flight = Event()
            entry.flight_pid = os.getpid()
        try:
            Thread(target=self._fly, args=(key, entry, flight), name="obsgen-prompt", daemon=True).start()
        except RuntimeError:  # no thread to be had, or the interpreter is on its way out
            self._land(entry, flight, failure=LangfuseUnavailable("connection", "there is no thread to fetch it with"))
            return None
        return flight

    def _fly(self, key: _Key, entry: _Entry, flight: Event) -> None:
        failure: LangfuseUnavailable | None = LangfuseUnavailable("connection", "the fetch broke")
        prompt: Prompt | None = None
        answer: object = None
        with shielded("prompts"):
            try:
                answer = self._ask(key)
                prompt, failure = _read(key[0], answer), None
            except LangfuseUnavailable as error:
                failure = error
        self._land(entry, flight, prompt, failure)
        if prompt is not None and self._files is not None:
            self._files.keep(key, answer)

    def _ask(self, key: _Key) -> object:
        assert self._api is not None  # noqa: S101  (nothing is fetched without)
        what, _, which = key[1].partition("=")
        return self._api.get(f"/v2/prompts/{segment(key[0])}", {what: which})

    def _land(
        self,
        entry: _Entry,
        flight: Event,
        prompt: Prompt | None = None,
        failure: LangfuseUnavailable | None = None,
    ) -> None:
        with _lock:
            now = self._clock()
            entry.flight = None
            if prompt is not None:
                entry.prompt, entry.fetched_at = prompt, now
                entry.failed_at = entry.failure = None
            else:
                entry.failed_at, entry.failure = now, failure
        flight.set()

    def _read_disk(self, key: _Key, entry: _Entry) -> None:
        assert self._files is not None  # noqa: S101  (the caller looked)
        if entry.was_on_disk is False:
            return
        answer = self._files.load(key)
        kept: Prompt | None = None
        if answer is not None:
            try:
                kept = _read(key[0], answer)
            except LangfuseUnavailable:
                count_fault("prompts", "a kept prompt makes no sense")
        with _lock:
            entry.was_on_disk = kept is not None
            if entry.prompt is None:
                entry.prompt = kept


def _key(name: str, label: str | None, version: int | None) -> _Key:
    if label is not None and version is not None:
        raise ValueError("a prompt is named by label or version, not by both")
    return name, f"label={label or 'production'}" if version is None else f"version={version}"


def _read(name: str, answer: object) -> Prompt:
    if not isinstance(answer, dict) or answer.get("name") != name or type(answer.get("version")) is not int:
        raise LangfuseUnavailable("encoding", f"the answer is not prompt {name!r}")
    labels, config, body = answer.get("labels"), answer.get("config"), answer.get("prompt")
    common: dict[str, Any] = {
        "name": name,
        "version": answer["version"],
        "labels": tuple(str(label) for label in labels) if isinstance(labels, list) else (),
        "config": config if isinstance(config, dict) else {},
    }
    if isinstance(body, str):
        return TextPrompt(prompt=body, **common)
    if isinstance(body, list) and all(_is_message(part) for part in body):
        return ChatPrompt(prompt=tuple(body), **common)
    raise LangfuseUnavailable("encoding", f"the answer holds no text or messages for prompt {name!r}")


def _is_message(part: object) -> bool:
    return isinstance(part, dict) and (isinstance(part.get("content"), str) or isinstance(part.get("name"), str))


def _is_placeholder(message: ChatMessage) -> bool:
    return message.get("type") == "placeholder" and isinstance(message.get("name"), str)


def _own(name: str, kind: Literal["text", "chat"], fallback: str | Sequence[ChatMessage]) -> Prompt:
    if kind == "chat":
        messages = [{"role": "user", "content": fallback}] if isinstance(fallback, str) else fallback
        return ChatPrompt(name=name, is_fallback=True, prompt=tuple(messages))
    text = fallback if isinstance(fallback, str) else "\n".join(str(part.get("content", "")) for part in fallback)
    return TextPrompt(name=name, is_fallback=True, prompt=text)


def _names(texts: Any) -> tuple[str, ...]:
    found = (name.strip() for text in texts for name in _VARIABLE.findall(text))
    return tuple(dict.fromkeys(name for name in found if name))


def _fill(text: str, variables: Mapping[str, object]) -> str:
    def value(found: re.Match[str]) -> str:
        name = found[1].strip()
        if name not in variables:
            return found[0]
        given = variables[name]
        return "" if given is None else str(given)

    return _VARIABLE.sub(value, text)


def _report_missing(name: str, wanted: tuple[str, ...], given: Mapping[str, object]) -> None:
    missing = [variable for variable in wanted if variable not in given]
    if missing:
        count_fault("prompts", f"variables of prompt {name!r} are missing: {', '.join(missing[:10])}")
