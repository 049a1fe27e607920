"""JSON as text: sorted keys, two spaces, UTF-8, one newline at the end."""

from __future__ import annotations

import json
import re

from obsgen.emit.plain import plain

# Legal in a JSON string, but they break lines, hide or reorder text where people read it: in a terminal, in a diff,
# in a review. Outside of strings none of them can occur, so that they may be replaced in the whole text.
_UNSEEN = re.compile("[\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufeff]")


def json_text(data: object) -> str:
    r"""
    Return *data* as JSON, ending in a newline.

    Letters of any script stay as they are; control characters, line separators, the byte order mark and characters
    that change the reading direction are written as `\uXXXX`.

    Args:
        data: Mappings with text as keys, sequences, text, numbers, booleans and None.

    Raises:
        ValueError: If a text holds a lone surrogate, a key is not text, or a number is infinite or not a number.
        TypeError: If something else is found.
    """
    text = json.dumps(plain(data), sort_keys=True, indent=2, ensure_ascii=False, allow_nan=False)
    return _UNSEEN.sub(lambda match: f"\\u{ord(match[0]):04x}", text) + "\n"
