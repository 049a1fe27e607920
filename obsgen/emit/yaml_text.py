"""
YAML as text that YAML 1.1 and YAML 1.2 readers understand alike.

Prometheus and Grafana read YAML in Go, Python tools mostly with PyYAML; they disagree about `on`, `010`, `12:30`,
`1e3` and more. Whatever any of them would not take for text is quoted.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from obsgen.emit.plain import plain

if TYPE_CHECKING:
    import yaml

# Written without quotes, these are null, a boolean, a number or a merge key to some reader.
_WORDS = frozenset({"", "~", "null", "y", "n", "yes", "no", "on", "off", "true", "false", "inf", "nan", "=", "<<"})
_NUMBER = re.compile(
    r"""
      [-+]? 0x[0-9a-f_]*                                            # hexadecimal
    | [-+]? 0[ob][0-9_]*                                            # octal of YAML 1.2, binary
    | [-+]? [0-9][0-9_,]* (:[0-9_]+)* (\.[0-9_]*)? (e[-+]?[0-9_]*)?  # decimal, octal of YAML 1.1, sexagesimal
    | [-+]? \.[0-9_]+ (e[-+]?[0-9_]*)?
    | [-+]? \.(inf|nan)
    | [0-9]{4}-[0-9]{1,2}-[0-9]{1,2} ([tT ].*)?                     # timestamp
    """,
    re.VERBOSE | re.IGNORECASE | re.DOTALL,
)
# YAML 1.1 breaks lines at NEL, LS and PS, YAML 1.2 does not: only the escapes of double quotes mean one thing to both.
_ESCAPED = re.compile(
    "[^\n\x20-\x7e\xa0-\u2027\u202f-\u2065\u206a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010fffd]"
)
# libyaml writes the same bytes as PyYAML's own emitter, and ten times faster, as long as nothing has to be escaped.
_COMMON = re.compile("[\n\x20-\x7e\xa0-\u2027\u202f-\u2065\u206a-\ud7ff\ue000-\ufefe\uff00-\ufffd]*")
_SHORT = 100
_WIDEST = 2**31 - 1
_ANY_BREAK = re.compile("\r\n|[\n\r\x0b\x0c\x85\u2028\u2029]")


def yaml_text(data: object, banner: str = "") -> str:
    """
    Return *data* as a YAML document in block style, ending in a newline.

    Keys keep the order of the caller; nothing is folded, aliased or tagged. Text of several lines becomes a literal
    block (`|`) where that is exact for every reader, and a double quoted string with escapes otherwise.

    Args:
        data: Mappings with text as keys, sequences, text, numbers, booleans and None.
        banner: Comment above the document, one `#` line for each of its lines; empty for none.

    Raises:
        ValueError: If a text holds a lone surrogate, a key is not text, or the banner holds a control character.
        TypeError: If something else is found.
    """
    import yaml  # noqa: PLC0415 -- a run that writes no YAML does not pay for it

    document = plain(data)
    body = yaml.dump(
        document,
        Dumper=_dumper(fast=_is_common(document)),
        default_flow_style=False,
        sort_keys=False,
        allow_unicode=True,
        width=_WIDEST,
    )
    return _comment(banner) + body


def _comment(banner: str) -> str:
    lines = _ANY_BREAK.split(banner) if banner else []
    for line in lines:
        if _ESCAPED.search(line):
            raise ValueError(f"the banner line {line!r} holds a character that a comment cannot hold")
    return "".join(f"# {line}".rstrip() + "\n" for line in lines)


def _style(text: str) -> str | None:
    """Return the quoting of *text*: None for plain where the grammar allows it, or one of `'`, `"`, `|`."""
    if _ESCAPED.search(text):
        return '"'
    if "\n" in text:
        # A block that starts with white space needs an indentation number, and one that ends in empty lines the `+`
        # sign; readers have had bugs in both.
        return '"' if text[0] in " \n" or text.endswith("\n\n") else "|"
    if text.casefold() in _WORDS or _NUMBER.fullmatch(text):
        return "'"
    return None


def _is_common(data: object) -> bool:
    """Return whether *data* holds nothing that the two emitters write differently; keys are short, and not empty."""
    if isinstance(data, str):
        return _COMMON.fullmatch(data) is not None
    if isinstance(data, dict):
        keys = all(0 < len(key) <= _SHORT and "\n" not in key and _is_common(key) for key in data)
        return keys and all(map(_is_common, data.values()))
    return not isinstance(data, list) or all(map(_is_common, data))


@cache
def _dumper(*, fast: bool) -> type[yaml.SafeDumper]:
    import yaml  # noqa: PLC0415

    base = yaml.CSafeDumper if fast and yaml.__with_libyaml__ else yaml.SafeDumper

    class Dumper(base):  # type: ignore[misc,valid-type]  # one of two classes with the same representers
        """A safe dumper without aliases."""

        def ignore_aliases(self, data: object) -> bool:  # noqa: ARG002
            return True

        def represent_text(self, text: str) -> yaml.ScalarNode:
            node: yaml.ScalarNode = self.represent_scalar("tag:yaml.org,2002:str", text, style=_style(text))
            return node

    Dumper.add_representer(str, Dumper.represent_text)
    return Dumper
