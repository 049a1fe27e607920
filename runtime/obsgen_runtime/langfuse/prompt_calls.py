"""Managed prompts, as an application asks for them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, TypedDict, Unpack, overload

from obsgen_runtime.langfuse.prompts import ChatMessage, ChatPrompt, Prompts, TextPrompt


class Which(TypedDict, total=False):
    """What both kinds of prompts are asked for by; see `PromptCalls.get_prompt`."""

    label: str | None
    version: int | None
    cache_ttl_seconds: float


class PromptCalls:
    """The part of the integration that reads prompts; who builds it sets `_prompts`."""

    _prompts: Prompts

    @overload
    def get_prompt(
        self,
        name: str,
        *,
        type: Literal["chat"],
        fallback: Sequence[ChatMessage] | None = None,
        **which: Unpack[Which],
    ) -> ChatPrompt: ...

    @overload
    def get_prompt(
        self, name: str, *, type: Literal["text"] = "text", fallback: str | None = None, **which: Unpack[Which]
    ) -> TextPrompt: ...

    def get_prompt(
        self,
        name: str,
        *,
        type: Literal["text", "chat"] = "text",
        label: str | None = None,
        version: int | None = None,
        fallback: str | Sequence[ChatMessage] | None = None,
        cache_ttl_seconds: float = 60.0,
    ) -> TextPrompt | ChatPrompt:
        """
        Return a managed prompt: from memory, the server, the disk, or else the fallback.

        Args:
            name: Its name in Langfuse.
            type: What it has to be.
            label: Such as `production`, which is the default unless there is a *version*.
            version: Exactly this one.
            fallback: What to use if the prompt cannot be had: no keys, no server, no such prompt.
            cache_ttl_seconds: Age up to which it comes from memory; later it still does, while it is fetched anew in
                the background.

        Raises:
            LangfuseUnavailable: If nothing has it; never with a *fallback*.
            ValueError: If both *label* and *version* are given.
        """
        return self._prompts.get(
            name, kind=type, label=label, version=version, fallback=fallback, cache_ttl_seconds=cache_ttl_seconds
        )

    @overload
    async def get_prompt_async(
        self,
        name: str,
        *,
        type: Literal["chat"],
        fallback: Sequence[ChatMessage] | None = None,
        **which: Unpack[Which],
    ) -> ChatPrompt: ...

    @overload
    async def get_prompt_async(
        self, name: str, *, type: Literal["text"] = "text", fallback: str | None = None, **which: Unpack[Which]
    ) -> TextPrompt: ...

    async def get_prompt_async(
        self,
        name: str,
        *,
        type: Literal["text", "chat"] = "text",
        label: str | None = None,
        version: int | None = None,
        fallback: str | Sequence[ChatMessage] | None = None,
        cache_ttl_seconds: float = 60.0,
    ) -> TextPrompt | ChatPrompt:
        """Return what `get_prompt` does; a wait for the server or the disk is a thread's, so the loop goes on."""
        return await self._prompts.get_async(
            name, kind=type, label=label, version=version, fallback=fallback, cache_ttl_seconds=cache_ttl_seconds
        )
