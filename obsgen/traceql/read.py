"""
The attributes that a TraceQL query names, with and without a scope.

Tempo's grammar is much larger. What is unknown here is stepped over, so that nothing is said about it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from obsgen.promql.tree import Word

SCOPES = ("resource", "span", "event", "link", "instrumentation")
#: What every span has; these have no scope before them.
INTRINSICS = frozenset(
    {
        "childCount", "duration", "kind", "name", "nestedSetLeft", "nestedSetParent", "nestedSetRight", "parent", "rootName",
        "rootServiceName", "status", "statusMessage", "traceDuration",
    }
)  # fmt: skip
_LONGEST = 20_000

_TOKEN = re.compile(
    r"""
    (?P<string>"(?:\\.|[^"\\])*"|`[^`]*`)
  | (?P<variable>\$\{[^}]*\}|\$\w+|\[\[\w+(?::\w+)?\]\])
  | (?P<word>(?!-)[^\s{}()=~!<>&|^,"`$\[\]]+(?:"(?:\\.|[^"\\])*"[^\s{}()=~!<>&|^,"`$\[\]]*)*)
  | (?P<compare>=~|!~|!=|>=|<=|=|<|>)
  | (?P<sign>[{}()|,])
  | (?P<other>.)
    """,
    re.VERBOSE | re.DOTALL,
)
_SCOPED = re.compile(rf"(?:parent\.)?({'|'.join(SCOPES)})?\.([A-Za-z_][A-Za-z0-9_.-]*)\Z")
_BARE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_-]*)*\Z")
_OPEN = frozenset('"`$[]')
_STATICS = frozenset(
    {
        "true", "false", "nil", "ok", "error", "unset", "unspecified", "internal", "server", "client", "producer", "consumer",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Attribute:
    """
    An attribute in a query.

    Attributes:
        scope: `resource`, `span` and so on; empty for `.name`, which is looked for in spans and resources.
        name: Its name without the scope.
        word: As written, with the scope.
        equals: The text that it is compared with by `=`; None for anything else.
    """

    scope: str
    name: str
    word: Word
    equals: str | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """
    What is certain about a query.

    Attributes:
        attributes: Every attribute that can be read.
        unscoped: Names of attributes that stand without a scope and without a dot, which Tempo refuses.
    """

    attributes: tuple[Attribute, ...] = ()
    unscoped: tuple[Word, ...] = ()


def read(text: str) -> Reading:
    """Return what is certain about the TraceQL *text*; never raises."""
    if len(text) > _LONGEST:
        return Reading()
    found = [match for match in _TOKEN.finditer(text) if not match[0].isspace()]
    attributes: list[Attribute] = []
    unscoped: list[Word] = []
    braces = brackets = 0
    for index, match in enumerate(found):
        if match.lastgroup == "sign":
            braces += (match[0] == "{") - (match[0] == "}")
            brackets += (match[0] == "(") - (match[0] == ")")
        if match.lastgroup != "word" or _touches(found, index):
            continue
        word = Word(match[0], match.start(), match.end())
        if (scoped := _SCOPED.match(word.text)) is not None:
            attributes.append(Attribute(scoped[1] or "", scoped[2], word, _equals(found, index)))
        elif _is_unscoped(word.text, found, index, in_braces=braces > 0, in_brackets=brackets > 0):
            unscoped.append(word)
    return Reading(tuple(attributes), tuple(unscoped))


def _touches(found: list[re.Match[str]], index: int) -> bool:
    """Return whether a variable or an open quote stands beside a word without a blank, so that nobody knows the word."""
    word = found[index]
    beside = [
        one for one in found[max(0, index - 1) : index + 2] if one.end() == word.start() or one.start() == word.end()
    ]
    return any(one.lastgroup == "variable" or one[0] in _OPEN for one in beside)


def _is_unscoped(word: str, found: list[re.Match[str]], index: int, *, in_braces: bool, in_brackets: bool) -> bool:
    behind = found[index + 1] if index + 1 < len(found) else None
    if not _BARE.match(word) or word in INTRINSICS or word in _STATICS or word.startswith("parent."):
        return False
    if "." in word:
        return in_braces or in_brackets
    return in_braces and behind is not None and behind.lastgroup == "compare"


def _equals(found: list[re.Match[str]], index: int) -> str | None:
    if index + 2 >= len(found) or found[index + 1][0] != "=" or found[index + 2].lastgroup != "string":
        return None
    return found[index + 2][0][1:-1]
