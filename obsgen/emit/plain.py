"""What the JSON and the YAML writer accept: mappings, sequences, text, numbers, booleans and None."""

from __future__ import annotations

from collections.abc import Mapping, Sequence


def plain(data: object) -> object:
    """
    Return a copy of *data* made of dict, list, str, int, float, bool and None only.

    Subclasses, such as enumerations of text, become the type they derive from, so that no writer meets a surprise.

    Raises:
        ValueError: If a text holds a lone surrogate, which no UTF-8 file can hold, or a key is not text.
        TypeError: If something else is found, such as bytes or a date.
    """
    match data:
        case None | bool():
            return data
        case str():
            return _text(data)
        case int():
            return int(data)
        case float():
            return float(data)
        case Mapping():
            return {_key(key): plain(value) for key, value in data.items()}
        case bytes() | bytearray():
            raise TypeError("bytes cannot be written; decode them first")
        case Sequence():
            return [plain(item) for item in data]
        case _:
            raise TypeError(f"cannot write a {type(data).__name__}")


def _key(key: object) -> str:
    if not isinstance(key, str):
        raise ValueError(f"the key {key!r} is not text")  # noqa: TRY004 -- one kind of error for bad content
    return _text(key)


def _text(text: str) -> str:
    text = str.__str__(text)
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise ValueError(f"{text[:60]!r} holds a lone surrogate and cannot be written as UTF-8") from error
    return text
