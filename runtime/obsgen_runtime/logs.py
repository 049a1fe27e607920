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
from json import dumps
from typing import Any

from obsgen_runtime.context import Context, current
from obsgen_runtime.faults import count_fault
from obsgen_runtime.tracing import current_parent

LOG_FIELDS = ("workflow", "stage", "persona", "chatmode", "agent", "session", "project")
"""What of the context is put on records unless somebody says otherwise: all but the person and the tags."""

LONGEST_VALUE = 200
_KNOWN = frozenset({*LOG_FIELDS, "user"})
_PLAIN = re.compile(r"[^\s\"=\\]+\Z")
_IDS = ("trace_id", "span_id")
_EMPTY_IDS = ("", "")


class ContextFilter(logging.Filter):
    """
    Puts fields of the context on every record that passes: `trace_id`, `span_id`, and those of *fields* by their names.

    What is not known is the empty text, and what a record has already stays. `logfmt_context` has all of these that the
    record then has, as `name=value` in one text. It lets every record pass and never raises. Belongs on handlers: a
    logger's filter does not see the records of the loggers below it. A handler that hands records to another thread
    needs it on itself, not on the handlers over there.

    Args:
        fields: Of the context; `user`, the person who asked, has to be asked for.
        with_message: Also put `logfmt_message` on records: the message on one line, in quotes where logfmt needs them.

    Raises:
        ValueError: If the context has no such field, or *fields* is one text.
    """

    def __init__(self, fields: Collection[str] = LOG_FIELDS, *, with_message: bool = False) -> None:
        super().__init__()
        if isinstance(fields, str):
            raise ValueError(f"fields is one text, not several names: write {(fields,)!r}")  # noqa: TRY004
        _check(set(fields))
        self._fields = tuple(fields)
        self._with_message = with_message
        self._known: tuple[Context | None, dict[str, str], str] = (None, {}, "")

    def filter(self, record: logging.LogRecord) -> bool:
        """Put the fields on *record*; returns True."""
        try:
            self._add(record.__dict__)
        except Exception as error:  # noqa: BLE001  (a line of the log must not fail for what stands beside it)
            count_fault("logs", type(error).__name__)
            for name in (*self._fields, *_IDS, "logfmt_context"):
                record.__dict__.setdefault(name, "")
        if self._with_message:
            record.__dict__["logfmt_message"] = _message(record)
        return True

    def _add(self, on_record: dict[str, Any]) -> None:
        context = current()
        known, fields, text = self._known
        if context is not known:
            fields = {name: _one_line(getattr(context, name)) for name in self._fields}
            text = _logfmt(fields)
            self._known = (context, fields, text)
        has_own = False
        for name, value in fields.items():
            if on_record.setdefault(name, value) is not value:
                has_own = True
        trace_id, span_id = _ids()
        if on_record.setdefault("trace_id", trace_id) is not trace_id:
            has_own = True
        if on_record.setdefault("span_id", span_id) is not span_id:
            has_own = True
        if has_own:
            text = _logfmt({name: _own_text(on_record[name]) for name in (*self._fields, *_IDS)})
        elif trace_id:
            text = f"{text}{' ' if text else ''}trace_id={trace_id} span_id={span_id}"
        on_record["logfmt_context"] = text


def _check(names: set[str]) -> None:
    unknown = sorted(names - _KNOWN)
    if unknown:
        always = "; trace_id and span_id are on every record, unasked" if names.intersection(_IDS) else ""
        raise ValueError(f"the context has no {', '.join(unknown)}: choose from {', '.join(sorted(_KNOWN))}{always}")


def _own_text(value: object) -> str:
    """Return what somebody else put on a record, as `%(name)s` shows it if that is plain text or a number."""
    return str(value) if type(value) in {int, float, bool} else _one_line(value)


def _message(record: logging.LogRecord) -> str:
    """Return the message as a value of logfmt; what is not printable is escaped, so that it cannot begin a line."""
    try:
        text = record.getMessage()
    except Exception:  # noqa: BLE001  (wrong arguments: the formatter fails for them next, and logging tells where)
        return '""'
    if text.isprintable():
        return _quoted(text)
    return f'"{"".join(_escaped(letter) for letter in text)}"'


def _escaped(letter: str) -> str:
    return letter if letter.isprintable() and letter not in '"\\' else dumps(letter)[1:-1]


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
