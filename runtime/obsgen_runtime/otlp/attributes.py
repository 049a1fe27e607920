"""What was recorded as span attributes: Langfuse's keys and OpenTelemetry's, in one table. Runs in the export thread."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache

from obsgen_runtime.context import Context
from obsgen_runtime.faults import count_fault
from obsgen_runtime.masking import MASKED
from obsgen_runtime.observations import Kind
from obsgen_runtime.otlp.records import LONGEST_NAME, Attribute, Record, Rules, input_field, output_field
from obsgen_runtime.otlp.values import json_text, key_text
from obsgen_runtime.prices import Priced
from obsgen_runtime.usage import Usage

MOST_METADATA = 100
_SENT_AS_THEY_ARE = frozenset({str, bool, float, tuple})
_INT64 = 2**63
_LONGEST_IDENTITY = 200  # Langfuse drops longer users, sessions and tags
_OPERATIONS: Mapping[Kind, str] = {
    "generation": "chat",
    "embedding": "embeddings",
    "agent": "invoke_agent",
    "tool": "execute_tool",
}


def span_attributes(record: Record, rules: Rules, *, with_content: bool = True) -> dict[str, Attribute]:
    """
    Return the attributes of one span.

    Args:
        record: What is known.
        rules: How text is made fit to be sent.
        with_content: Leave out input and output if false: for spans that others export, too.
    """
    found: dict[str, Attribute] = {}
    for part in _PARTS:
        try:
            found.update(part(record, rules))
        except Exception as error:  # noqa: BLE001  (a fact of an unexpected type must not cost the others)
            count_fault("attributes", type(error).__name__)
    if with_content:
        if record.input is not None:
            found["langfuse.observation.input"] = rules.field(input_field(record.kind), record.input)
        if record.output is not None:
            found["langfuse.observation.output"] = rules.field(output_field(record.kind), record.output)
    return {key: value if type(value) in _SENT_AS_THEY_ARE else _fitting(value) for key, value in found.items()}


def _fitting(value: object) -> Attribute:
    """Return what OTLP can hold: OpenTelemetry's encoder logs the value of what it cannot write."""
    if type(value) is int and -_INT64 <= value < _INT64:
        return value
    return key_text(value)


def _own(record: Record, rules: Rules) -> dict[str, Attribute]:
    return {
        rules.text(key_text(key), LONGEST_NAME): rules.value_or_list(value)
        for key, value in (record.attributes or {}).items()
    }


def _identities(record: Record, rules: Rules) -> dict[str, Attribute]:
    found = dict(_context(record.context, rules))
    known = record.context.workflow
    found["langfuse.trace.name"] = rules.text(key_text(record.trace_name if known is None else known), LONGEST_NAME)
    found["langfuse.observation.type"] = record.kind
    if record.is_root:
        found["langfuse.internal.is_app_root"] = True
    return found


def _operation(record: Record, rules: Rules) -> dict[str, Attribute]:
    found: dict[str, Attribute] = {}
    operation = _OPERATIONS.get(record.kind)
    if operation is not None and "gen_ai.operation.name" not in (record.attributes or {}):
        found["gen_ai.operation.name"] = operation
    if record.kind == "tool":
        found["gen_ai.tool.name"] = rules.text(key_text(record.name), LONGEST_NAME)
    return found


def _model(record: Record, rules: Rules) -> dict[str, Attribute]:
    found: dict[str, Attribute] = {}
    if record.model is not None:
        model = rules.text(key_text(record.model), LONGEST_NAME)
        found["gen_ai.request.model"] = found["langfuse.observation.model.name"] = model
    if record.model_parameters is not None:
        found["langfuse.observation.model.parameters"] = rules.text(json_text(record.model_parameters))
    return found


def _usage(record: Record, rules: Rules) -> dict[str, Attribute]:  # noqa: ARG001  (a part, as the others)
    if record.usage is None:
        return {}
    return {
        **inclusive_usage(record.usage),
        "langfuse.observation.usage_details": json.dumps(exclusive_usage(record.usage)),
    }


def _cost(record: Record, rules: Rules) -> dict[str, Attribute]:  # noqa: ARG001
    if not isinstance(record.cost, Priced):
        return {}
    return {
        "langfuse.observation.cost_details": json.dumps(_costs(record.cost), allow_nan=False),
        "gen_ai.usage.cost": float(record.cost.usd),
    }


def _prompt(record: Record, rules: Rules) -> dict[str, Attribute]:
    if record.prompt is None or record.kind != "generation":
        return {}
    return {
        "langfuse.observation.prompt.name": rules.text(key_text(record.prompt.name), LONGEST_NAME),
        "langfuse.observation.prompt.version": int(record.prompt.version),
    }


def _first_token(record: Record, rules: Rules) -> dict[str, Attribute]:  # noqa: ARG001
    if record.first_token_ns is None:
        return {}
    # A clock that was set back meanwhile must not make it come before the question.
    at = max(int(record.first_token_ns), record.start_ns)
    return {
        "langfuse.observation.completion_start_time": _iso(at),
        "gen_ai.response.time_to_first_chunk": (at - record.start_ns) / 1e9,
    }


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
        found["langfuse.observation.level"] = rules.text(key_text(record.level), LONGEST_NAME)
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
    except Exception:  # noqa: BLE001  (tags in a list, a callback that has no hash, values that cannot be compared)
        return _context_attributes.__wrapped__(context, rules)


def _identity(text: object, rules: Rules) -> str:
    if text is None:
        return ""
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
    told = {name: shown for name, text in facts.items() if (shown := _identity(text, rules))}
    for name, text in told.items():
        found[f"{name}.name"] = text
        found[f"langfuse.trace.metadata.{name}"] = text
    if "agent" in told:
        found["gen_ai.agent.name"] = told["agent"]
    if user := _identity(context.user, rules) or told.get("persona"):
        found["user.id"] = user
    if session := _identity(context.session, rules) or told.get("chatmode"):
        found["session.id"] = session
    # The server's metrics cannot be grouped by user or session, but by tags.
    tags = [_identity(tag, rules) for tag in context.tags] if isinstance(context.tags, list | tuple) else []
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


_PARTS = (
    _own, _identities, _operation, _model, _usage, _cost, _prompt, _first_token, _verdict, _metadata,
)  # fmt: skip


def _iso(nanoseconds: int) -> str:
    seconds, rest = divmod(nanoseconds, 1_000_000_000)
    at = datetime.fromtimestamp(seconds, UTC).replace(microsecond=rest // 1000)
    return at.isoformat(timespec="microseconds").replace("+00:00", "Z")
