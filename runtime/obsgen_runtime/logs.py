"""
The context on log records, so that logs, traces and metrics join: by trace, and by persona, workflow and session.

Nothing here runs unless the application puts the filter on a handler. There is no factory of records that would do so for
all of them: `logging` raises for `extra={"session": ...}` if a factory has set a `session` before.
"""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Collection
from typing import Any

from obsgen_runtime.context import Context, current
from obsgen_runtime.faults import count_fault
from obsgen_runtime.tracing import current_parent

LOG_FIELDS = ("workflow", "stage", "persona", "chatmode", "agent", "session", "project")
"""What of the context is put on records unless somebody says otherwise: all but the person and the tags."""

LONGEST_VALUE = 200
_KNOWN = frozenset({*LOG_FIELDS, "user"})
_PLAIN = re.compile(r"[^\s\"=\\]+\Z")
_EMPTY_IDS = ("", "")


class ContextFilter(logging.Filter):
    """
    Puts fields of the context on every record that passes: `trace_id`, `span_id`, and those of *fields* by their names.

    What is not known is the empty text, and what a record has already stays. `logfmt_context` has all that is known as
    `name=value` in one text. It lets every record pass and never raises. Belongs on handlers: a logger's filter does not
    see the records of the loggers below it. A handler that hands records to another thread needs it on itself, not on
    the handlers over there.

    Args:
        fields: Of the context; `user`, the person who asked, has to be asked for.

    Raises:
        ValueError: If the context has no such field.
    """

    def __init__(self, fields: Collection[str] = LOG_FIELDS) -> None:
        super().__init__()
        unknown = sorted(set(fields) - _KNOWN)
        if unknown:
            raise ValueError(f"the context has no {', '.join(unknown)}: choose from {', '.join(sorted(_KNOWN))}")
        self._fields = tuple(fields)
        self._known: tuple[Context | None, dict[str, str], str] = (None, {}, "")

    def filter(self, record: logging.LogRecord) -> bool:
        """Put the fields on *record*; returns True."""
        try:
            self._add(record.__dict__)
        except Exception as error:  # noqa: BLE001  (a line of the log must not fail for what stands beside it)
            count_fault("logs", type(error).__name__)
        return True

    def _add(self, on_record: dict[str, Any]) -> None:
        context = current()
        known, fields, text = self._known
        if context is not known:
            fields = {name: _one_line(getattr(context, name)) for name in self._fields}
            text = _logfmt(fields)
            self._known = (context, fields, text)
        for name, value in fields.items():
            on_record.setdefault(name, value)
        trace_id, span_id = _ids()
        on_record.setdefault("trace_id", trace_id)
        on_record.setdefault("span_id", span_id)
        if trace_id:
            text = f"{text}{' ' if text else ''}trace_id={trace_id} span_id={span_id}"
        on_record.setdefault("logfmt_context", text)


def _one_line(value: object) -> str:
    """Return text without line breaks and control characters, which would forge lines of a log, and not too long."""
    if value is None:
        return ""
    text = str.__str__(value) if isinstance(value, str) else f"[{type(value).__name__}]"
    text = text[:LONGEST_VALUE]
    return text if text.isprintable() else "".join(part if part.isprintable() else " " for part in text)


def _logfmt(fields: dict[str, str]) -> str:
    return " ".join(f"{name}={_quoted(value)}" for name, value in fields.items() if value)


def _quoted(value: str) -> str:
    if _PLAIN.match(value):
        return value
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _ids() -> tuple[str, str]:
    """Return the ids of the current observation, else of the application's own span if it traces."""
    found = current_parent()
    if found is not None:
        return (found.trace_id, found.span_id) if found.trace_id else _EMPTY_IDS
    api = sys.modules.get("opentelemetry.trace")  # loaded by whoever traces; never by us
    if api is None:
        return _EMPTY_IDS
    above = api.get_current_span().get_span_context()
    return (f"{above.trace_id:032x}", f"{above.span_id:016x}") if above.is_valid else _EMPTY_IDS
