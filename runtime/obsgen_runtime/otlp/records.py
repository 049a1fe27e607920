"""What is known of one observation, and how text and values are made fit to be sent."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from obsgen_runtime.context import Context
from obsgen_runtime.masking import MASKED, Content, ContentField, scrub
from obsgen_runtime.observations import Facts, Kind, PromptLink
from obsgen_runtime.otlp.values import json_text, plain, readable, weighed
from obsgen_runtime.prices import Cost
from obsgen_runtime.usage import Usage

Attribute = str | bool | int | float | tuple[str, ...]

LONGEST_NAME = 200
LONGEST_VALUE = 4096
MOST_EVENTS = 128


class Record:
    """
    What is known of one observation; filled on the caller's time, read in the export thread.

    Attributes:
        trace_name: Of the root it belongs to.
        start_ns: Nanoseconds since the epoch, as is `end_ns`.
        error_type: Class of the exception that ended it.
        events: Name, time and metadata of each.
        held_bytes: About how much memory the facts keep alive, replaced ones included.
    """

    # By hand, and with nothing made before it is needed: this is on the caller's time.
    __slots__ = (
        "attributes", "context", "cost", "end_ns", "error_type", "events", "first_token_ns", "held_bytes", "input", "is_root", "kind",
        "level", "message", "metadata", "model", "model_parameters", "name", "output", "prompt", "start_ns",
        "trace_name", "usage", "was_cancelled",
    )  # fmt: skip

    def __init__(self, name: str, kind: Kind, context: Context, trace_name: str, is_root: bool, start_ns: int) -> None:
        self.name = name
        self.kind = kind
        self.context = context
        self.trace_name = trace_name
        self.is_root = is_root
        self.start_ns = start_ns
        self.end_ns = 0
        self.input: object = None
        self.output: object = None
        self.metadata: dict[Any, object] | None = None
        self.attributes: dict[Any, object] | None = None
        self.model: str | None = None
        self.model_parameters: object = None
        self.usage: Usage | None = None
        self.cost: Cost | None = None
        self.prompt: PromptLink | None = None
        self.level: str | None = None
        self.message: str | None = None
        self.first_token_ns: int | None = None
        self.error_type: str | None = None
        self.was_cancelled = False
        self.events: list[tuple[str, int, object]] | None = None
        self.held_bytes = 0

    def keep(self, value: object) -> object:
        """Return what is kept of *value*, whose memory counts from now on."""
        kept, size = weighed(value)
        self.held_bytes += size
        return kept


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """
    How text is made fit to be sent.

    Attributes:
        content: What is open.
        secrets: Values that are replaced wherever they stand.
    """

    content: Content
    secrets: tuple[str, ...] = ()
    environment: str | None = None
    release: str | None = None

    def text(self, text: str, longest: int = LONGEST_VALUE) -> str:
        """Return *text* without secrets, not longer than *longest* characters and a note of what is cut off."""
        # Cut only after the search: half a secret is not recognised.
        if len(text) > longest + 8192:
            text, unseen = text[: longest + 8192], len(text) - longest - 8192
        else:
            unseen = 0
        clean = scrub(readable(text), emails=self.content.emails, known=self.secrets)
        cut = len(clean) - longest + unseen
        return f"{clean[:longest]}[cut: {cut} more characters]" if len(clean) > longest else clean

    def field(self, field: ContentField, value: object) -> str:
        """Return content as text, as far as it is open."""
        if not self.content.is_open(field):
            return MASKED
        return self.text(self.content.apply_mask(field, json_text(value)), self.content.longest_text)

    def value(self, value: object) -> Attribute:
        """Return a value of metadata: numbers and text as they are, anything else as JSON."""
        made = plain(value)
        if isinstance(made, bool | int | float):
            return made
        return self.text(made if isinstance(made, str) else json.dumps(made, ensure_ascii=False))

    def value_or_list(self, value: object) -> Attribute:
        """Return the value of an attribute, in which lists of text stay lists."""
        if issubclass(type(value), list | tuple):
            made = plain(value)
            parts = made if isinstance(made, list) else [made]
            return tuple(self.text(part if isinstance(part, str) else json.dumps(part)) for part in parts)
        return self.value(value)


def input_field(kind: Kind) -> ContentField:
    """Return which setting opens the input of an observation."""
    return "tool_arguments" if kind == "tool" else "prompts"


def output_field(kind: Kind) -> ContentField:
    """Return which setting opens the output of an observation."""
    return "tool_results" if kind == "tool" else "completions"


def add_facts(record: Record, facts: Facts, content: Content) -> None:
    """Merge *facts* into *record*: copies what may change later, keeps nothing that is masked. On the caller's time."""
    if facts.input is not None:
        record.input = record.keep(facts.input) if content.is_open(input_field(record.kind)) else MASKED
    if facts.output is not None:
        record.output = record.keep(facts.output) if content.is_open(output_field(record.kind)) else MASKED
    if facts.metadata is not None:
        record.metadata = _merged(record, record.metadata, facts.metadata)
    if facts.attributes is not None:
        record.attributes = _merged(record, record.attributes, facts.attributes)
    if facts.model is not None:
        record.model = facts.model
    if facts.model_parameters is not None:
        record.model_parameters = record.keep(facts.model_parameters)
    if facts.usage is not None:
        record.usage = facts.usage
    if facts.cost is not None:
        record.cost = facts.cost
    if facts.prompt is not None:
        record.prompt = facts.prompt
    if facts.level is not None:
        record.level = facts.level
    if facts.message is not None:
        record.message = facts.message
        record.held_bytes += len(facts.message) if type(facts.message) is str else 0
    if facts.first_token_ns is not None:
        record.first_token_ns = facts.first_token_ns


def _merged(record: Record, known: dict[Any, object] | None, new: Mapping[str, object]) -> dict[Any, object]:
    try:
        copied = record.keep(dict(new) if type(new) is not dict and isinstance(new, Mapping) else new)
    except Exception:  # noqa: BLE001  (of a class that cannot even be asked; the export thread tells its name)
        copied = {"metadata": new}
    if not isinstance(copied, dict):
        copied = {"metadata": copied}
    return copied if known is None else {**known, **copied}
