"""What was recorded as span attributes: Langfuse's keys and OpenTelemetry's, in one table. Runs in the export thread."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from obsgen_runtime.context import Context
from obsgen_runtime.masking import MASKED, Content, ContentField, scrub
from obsgen_runtime.observations import Facts, Kind, PromptLink
from obsgen_runtime.otlp.values import json_text, key_text, plain, readable, snapshot
from obsgen_runtime.prices import Cost, Priced
from obsgen_runtime.usage import Usage

Attribute = str | bool | int | float | tuple[str, ...]

LONGEST_NAME = 200
LONGEST_VALUE = 4096
MOST_METADATA = 100
MOST_EVENTS = 128
_LONGEST_IDENTITY = 200  # Langfuse drops longer users, sessions and tags
_OPERATIONS: Mapping[Kind, str] = {
    "generation": "chat",
    "embedding": "embeddings",
    "agent": "invoke_agent",
    "tool": "execute_tool",
}


class Record:
    """
    What is known of one observation; filled on the caller's time, read in the export thread.

    Attributes:
        trace_name: Of the root it belongs to.
        start_ns: Nanoseconds since the epoch, as is `end_ns`.
        error_type: Class of the exception that ended it.
        events: Name, time and metadata of each.
    """

    # By hand, and with nothing made before it is needed: this is on the caller's time.
    __slots__ = (
        "attributes", "context", "cost", "end_ns", "error_type", "events", "first_token_ns", "input", "is_root", "kind",
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
        if isinstance(value, bool):
            return value
        if isinstance(value, int | float):
            number = plain(value)
            return number if isinstance(number, int | float) else str(number)
        made = plain(value)
        return self.text(made if isinstance(made, str) else json.dumps(made, ensure_ascii=False))

    def value_or_list(self, value: object) -> Attribute:
        """Return the value of an attribute, in which lists of text stay lists."""
        if isinstance(value, list | tuple):
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
        record.input = snapshot(facts.input) if content.is_open(input_field(record.kind)) else MASKED
    if facts.output is not None:
        record.output = snapshot(facts.output) if content.is_open(output_field(record.kind)) else MASKED
    if facts.metadata:
        record.metadata = _merged(record.metadata, facts.metadata)
    if facts.attributes:
        record.attributes = _merged(record.attributes, facts.attributes)
    if facts.model is not None:
        record.model = facts.model
    if facts.model_parameters is not None:
        record.model_parameters = snapshot(facts.model_parameters)
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
    if facts.first_token_ns is not None:
        record.first_token_ns = facts.first_token_ns


def _merged(known: dict[Any, object] | None, new: Mapping[str, object]) -> dict[Any, object]:
    copied = snapshot(new if type(new) is dict else dict(new))
    if not isinstance(copied, dict):
        copied = {"metadata": copied}
    return copied if known is None else {**known, **copied}


def span_attributes(record: Record, rules: Rules, *, with_content: bool = True) -> dict[str, Attribute]:
    """
    Return the attributes of one span.

    Args:
        record: What is known.
        rules: How text is made fit to be sent.
        with_content: Leave out input and output if false: for spans that others export, too.
    """
    found: dict[str, Attribute] = {}
    for key, value in (record.attributes or {}).items():
        found[rules.text(key_text(key), LONGEST_NAME)] = rules.value_or_list(value)
    found.update(_context(record.context, rules))
    found["langfuse.trace.name"] = rules.text(key_text(record.context.workflow or record.trace_name), LONGEST_NAME)
    found["langfuse.observation.type"] = record.kind
    if record.is_root:
        found["langfuse.internal.is_app_root"] = True
    found.update(_operation(record, rules))
    found.update(_call(record, rules))
    if with_content and record.input is not None:
        found["langfuse.observation.input"] = rules.field(input_field(record.kind), record.input)
    if with_content and record.output is not None:
        found["langfuse.observation.output"] = rules.field(output_field(record.kind), record.output)
    found.update(_verdict(record, rules))
    found.update(_metadata(record, rules))
    return found


def _operation(record: Record, rules: Rules) -> dict[str, Attribute]:
    found: dict[str, Attribute] = {}
    operation = _OPERATIONS.get(record.kind)
    if operation is not None and "gen_ai.operation.name" not in (record.attributes or {}):
        found["gen_ai.operation.name"] = operation
    if record.kind == "tool":
        found["gen_ai.tool.name"] = rules.text(record.name, LONGEST_NAME)
    return found


def _call(record: Record, rules: Rules) -> dict[str, Attribute]:
    found: dict[str, Attribute] = {}
    if record.model is not None:
        model = rules.text(key_text(record.model), LONGEST_NAME)
        found["gen_ai.request.model"] = found["langfuse.observation.model.name"] = model
    if record.model_parameters is not None:
        found["langfuse.observation.model.parameters"] = rules.text(json_text(record.model_parameters))
    if record.usage is not None:
        found.update(inclusive_usage(record.usage))
        found["langfuse.observation.usage_details"] = json.dumps(exclusive_usage(record.usage))
    if isinstance(record.cost, Priced):
        found["gen_ai.usage.cost"] = float(record.cost.usd)
        found["langfuse.observation.cost_details"] = json.dumps(_costs(record.cost))
    if record.prompt is not None and record.kind == "generation":
        found["langfuse.observation.prompt.name"] = rules.text(record.prompt.name, LONGEST_NAME)
        found["langfuse.observation.prompt.version"] = int(record.prompt.version)
    if record.first_token_ns is not None:
        # A clock that was set back meanwhile must not make it come before the question.
        at = max(record.first_token_ns, record.start_ns)
        found["langfuse.observation.completion_start_time"] = _iso(at)
        found["gen_ai.response.time_to_first_chunk"] = (at - record.start_ns) / 1e9
    return found


def inclusive_usage(usage: Usage) -> dict[str, Attribute]:
    """Return tokens as OpenTelemetry counts them: the input includes what caches had, the output the reasoning."""
    found: dict[str, Attribute] = {
        "gen_ai.usage.input_tokens": usage.input_tokens,
        "gen_ai.usage.output_tokens": usage.output_tokens,
    }
    if usage.cache_read_tokens:
        found["gen_ai.usage.cache_read.input_tokens"] = usage.cache_read_tokens
    if usage.cache_write_tokens:
        found["gen_ai.usage.cache_creation.input_tokens"] = usage.cache_write_tokens
    if usage.reasoning_tokens:
        found["gen_ai.usage.reasoning.output_tokens"] = usage.reasoning_tokens
    return found


def exclusive_usage(usage: Usage) -> dict[str, int]:
    """Return tokens as Langfuse adds them up: each in one bucket only."""
    parts = {
        "input": usage.fresh_tokens,
        "input_cached_tokens": usage.cache_read_tokens,
        "input_cache_creation": usage.cache_write_tokens,
        "output": usage.output_tokens - usage.reasoning_tokens,
        "output_reasoning_tokens": usage.reasoning_tokens,
    }
    kept = {name: count for name, count in parts.items() if count or name in ("input", "output")}
    return {**kept, "total": usage.total_tokens}


def _costs(cost: Priced) -> dict[str, float]:
    parts = {
        "input": cost.input_usd,
        "input_cached_tokens": cost.cache_read_usd,
        "input_cache_creation": cost.cache_write_usd,
        "output": cost.output_usd,
    }
    # Without a total the server takes the cost for unknown as soon as there is another part.
    return {**{name: usd for name, usd in parts.items() if usd}, "total": cost.usd}


def _verdict(record: Record, rules: Rules) -> dict[str, Attribute]:
    found: dict[str, Attribute] = {}
    if record.level is not None:
        found["langfuse.observation.level"] = record.level
    if record.message is not None:
        found["langfuse.observation.status_message"] = rules.text(key_text(record.message))
    if record.was_cancelled:
        found["obsgen.cancelled"] = True
    elif record.error_type is not None:
        found["error.type"] = rules.text(record.error_type, LONGEST_NAME)
    return found


def _metadata(record: Record, rules: Rules) -> dict[str, Attribute]:
    allowed = rules.content.metadata_keys
    found: dict[str, Attribute] = {}
    for key, value in list((record.metadata or {}).items())[:MOST_METADATA]:
        name = key_text(key)
        if value is not None:
            shown = rules.value(value) if allowed is None or name in allowed else MASKED
            found[f"langfuse.observation.metadata.{rules.text(name, LONGEST_NAME)}"] = shown
    return found


def _context(context: Context, rules: Rules) -> dict[str, Attribute]:
    try:
        return _context_attributes(context, rules)
    except TypeError:  # tags in a list, a callback that has no hash
        return _context_attributes.__wrapped__(context, rules)


def _identity(text: object, rules: Rules) -> str:
    return rules.text(key_text(text), _LONGEST_IDENTITY)[:_LONGEST_IDENTITY]


@lru_cache(maxsize=1024)
def _context_attributes(context: Context, rules: Rules) -> dict[str, Attribute]:
    found: dict[str, Attribute] = {}
    facts = {
        "workflow": context.workflow,
        "stage": context.stage,
        "persona": context.persona,
        "chatmode": context.chatmode,
        "agent": context.agent,
        "project": context.project,
    }
    told = {name: _identity(text, rules) for name, text in facts.items() if text}
    for name, text in told.items():
        found[f"{name}.name"] = text
        found[f"langfuse.trace.metadata.{name}"] = text
    if context.agent:
        found["gen_ai.agent.name"] = told["agent"]
    if context.user or context.persona:
        found["user.id"] = _identity(context.user, rules) if context.user else told["persona"]
    session = context.session or context.chatmode
    if session:
        found["session.id"] = _identity(session, rules)
    # The server's metrics cannot be grouped by user or session, but by tags.
    tags = [_identity(tag, rules) for tag in context.tags]
    tags += [
        f"{name}:{told[name]}"[:_LONGEST_IDENTITY] for name in ("workflow", "stage", "persona", "agent") if name in told
    ]
    if tags:
        found["langfuse.trace.tags"] = tuple(dict.fromkeys(tags))
    if rules.environment:
        found["langfuse.environment"] = found["deployment.environment.name"] = rules.environment
    if rules.release:
        found["langfuse.release"] = rules.release
    return found


def _iso(nanoseconds: int) -> str:
    seconds, rest = divmod(nanoseconds, 1_000_000_000)
    at = datetime.fromtimestamp(seconds, UTC).replace(microsecond=rest // 1000)
    return at.isoformat(timespec="microseconds").replace("+00:00", "Z")
