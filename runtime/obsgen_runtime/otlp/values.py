"""
Values of the application as attributes and JSON: whatever they are, bounded, without raising, in two steps.

`snapshot` runs on the caller's time: it copies containers, which the application may go on changing, and nothing else.
`plain` and `json_text` run in the export thread.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import fields, is_dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from pathlib import PurePath
from typing import Any
from uuid import UUID

Plain = None | str | bool | int | float | list["Plain"] | dict[str, "Plain"]

_COPIED_CONTAINERS = 200
_COPIED_ITEMS = 2000
_DEEPEST = 12
_MOST_VALUES = 20_000
_ATOMS = frozenset({str, int, float, bool, bytes, type(None)})
_CONTAINERS = frozenset({dict, list, tuple})
_INT64 = 2**63
_LONG = 4096  # letters may take four bytes each, which matters in long texts only
_LOOKED_AT = 16
_OF_THE_UNKNOWN = 256


def snapshot(value: object) -> object:
    """
    Return *value* such that changing its lists, dictionaries and sets later does not show, within bounds.

    Text is kept by reference. Beyond the bounds, and inside other objects, it is the object itself. Never raises.
    """
    return weighed(value)[0]


def weighed(value: Any) -> tuple[object, int]:
    """
    Return the `snapshot` of *value*, and about how many bytes it keeps alive.

    Text counts in full, of what is beyond the bounds some entries stand for all, and what is inside other objects is not
    looked at. Copying visits the parts anyway, so that their sizes cost next to nothing.
    """
    kind = type(value)
    if kind is str or kind is bytes:
        return value, len(value) if len(value) < _LONG else value.__sizeof__()
    if kind in _ATOMS:
        return value, 0
    left = [_COPIED_CONTAINERS, 0, 0]
    try:
        return _copy(value, left), left[1]
    except Exception:  # noqa: BLE001  (changed by another thread meanwhile, or of the application's own making)
        return f"[unreadable {type(value).__name__}]", _OF_THE_UNKNOWN


def _copy(value: Any, left: list[int]) -> Any:
    """Copy; *left* has the containers that still are, the bytes found, and what one stands for that no longer is."""
    kind = type(value)
    if left[0] <= 0 and kind in _CONTAINERS:
        left[2] = left[2] or left[1] // _COPIED_CONTAINERS + _OF_THE_UNKNOWN
        left[1] += left[2]
        return value
    if kind is dict:
        return _copy_of_dict(value, left)
    if kind is list or kind is tuple:
        return _copy_of_list(value, left)
    left[1] += _OF_THE_UNKNOWN
    if kind is set or kind is bytearray:
        left[1] += value.__sizeof__()
        return value.copy()
    return value


def _copy_of_dict(value: dict[Any, Any], left: list[int]) -> dict[Any, Any]:
    copied = value.copy()
    if len(copied) > _COPIED_ITEMS:
        left[1] += _sampled(copied)
        return copied
    left[0] -= 1
    size = 64 * len(copied)
    for key, part in copied.items():
        kind = type(part)
        if kind is str or kind is bytes:
            length = len(part)
            size += length if length < _LONG else part.__sizeof__()
        elif kind not in _ATOMS:
            copied[key] = _copy(part, left)  # a key that is there already, so that the order stays
    left[1] += size
    return copied


def _copy_of_list(value: Sequence[Any], left: list[int]) -> Sequence[Any]:
    if len(value) > _COPIED_ITEMS:
        left[1] += _sampled(value)
        return value[:]
    left[0] -= 1
    copied = []
    size = 64
    for part in value:
        kind = type(part)
        if kind is str or kind is bytes:
            length = len(part)
            size += 64 + (length if length < _LONG else part.__sizeof__())
            copied.append(part)
        else:
            copied.append(part if kind in _ATOMS else _copy(part, left))
    left[1] += size
    return copied


def _sampled(value: Any, depth: int = 3) -> int:
    """Return about how many bytes are in *value*, by some entries of it."""
    kind = type(value)
    if kind is str or kind is bytes:
        return int(value.__sizeof__())
    if depth == 0 or kind not in _CONTAINERS or not value:
        return _OF_THE_UNKNOWN
    parts = list(value.values()) if kind is dict else value
    some = parts[:: max(1, len(parts) // _LOOKED_AT)]
    return 64 * len(parts) + sum(_sampled(part, depth - 1) for part in some) * len(parts) // len(some)


def readable(text: str) -> str:
    """Return *text* such that it can be encoded: lone surrogates, which files and terminals leave, are spelled out."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-8", "backslashreplace").decode()
    return text


def plain(value: object) -> Plain:
    """
    Return *value* as data that JSON can hold: bounded, without cycles.

    Times become ISO 8601, enumerations their values, numbers that JSON lacks become text, models what `model_dump` says;
    of what is unknown only the type's name is kept, since its `repr` may tell secrets. Never raises.
    """
    return _plain(value, _Budget())


class _Budget:
    __slots__ = ("open", "values_left")

    def __init__(self) -> None:
        self.values_left = _MOST_VALUES
        self.open: set[int] = set()


def _plain(value: object, budget: _Budget, depth: int = 0) -> Plain:
    budget.values_left -= 1
    if budget.values_left < 0:
        return "[cut]"
    try:
        return _convert(value, budget, depth)
    except Exception:  # noqa: BLE001  (properties and iterators of the application's own making)
        return f"[unreadable {readable(type(value).__name__)}]"


def _convert(value: Any, budget: _Budget, depth: int) -> Plain:
    if value is None or value is True or value is False:
        return value
    if isinstance(value, Enum):
        return _plain(value.value, budget, depth + 1) if depth < _DEEPEST else "[too deep]"
    if isinstance(value, str):
        return readable(str.__str__(value))
    if isinstance(value, int):
        number = int.__index__(value)
        return number if -_INT64 <= number < _INT64 else f"[integer of {number.bit_length()} bits]"
    if isinstance(value, float):
        return float.__float__(value) if math.isfinite(value) else float.__repr__(value)
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, Decimal | UUID | PurePath):
        return readable(str(value))
    if isinstance(value, bytes | bytearray | memoryview):
        return f"[{len(value)} bytes]"
    if depth >= _DEEPEST:
        return "[too deep]"
    if id(value) in budget.open:
        return "[cycle]"
    budget.open.add(id(value))
    try:
        return _composite(value, budget, depth + 1)
    finally:
        budget.open.discard(id(value))


def _composite(value: Any, budget: _Budget, depth: int) -> Plain:
    if isinstance(value, Mapping):
        found: dict[str, Plain] = {}
        for key, part in value.items():
            found[key_text(key)] = _plain(part, budget, depth)
            if budget.values_left < 0:
                break
        return found
    if isinstance(value, Sequence | AbstractSet):
        items: list[Plain] = []
        for part in value:
            items.append(_plain(part, budget, depth))
            if budget.values_left < 0:
                break
        return items
    if isinstance(value, type):
        return readable(value.__name__)
    if is_dataclass(value):
        return {item.name: _plain(getattr(value, item.name), budget, depth) for item in fields(value)}
    dump = getattr(value, "model_dump", None)
    if callable(dump):
        return _plain(dump(), budget, depth)
    return f"[{readable(type(value).__name__)}]"


def key_text(key: object) -> str:
    """Return a key of a mapping as text. Never raises, whatever its class makes of being asked."""
    # By type, since `isinstance` asks the object for its class, too.
    kind = type(key)
    if issubclass(kind, str):
        return readable(str.__str__(key))
    if key is None or issubclass(kind, bool | int | float):
        return str(_plain(key, _Budget()))
    return f"[{readable(type(key).__name__)}]"


def json_text(value: object) -> str:
    """Return text as it is, and anything else as JSON. Never raises."""
    if issubclass(type(value), str):
        return readable(str.__str__(value))
    return json.dumps(plain(value), ensure_ascii=False)
