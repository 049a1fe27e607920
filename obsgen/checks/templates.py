"""Templates of notifications and legends: which labels and values they print, where that is certain."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from obsgen.promql.tree import Word

_ACTION = re.compile(r"\{\{-?(?P<said>(?:\"(?:\\.|[^\"\\\n])*\"|`[^`]*`|[^\"`}]|\}(?!\}))*?)-?\}\}", re.DOTALL)
_STRING = re.compile(r"\"(?:\\.|[^\"\\\n])*\"|`[^`]*`")
_COMMENT = re.compile(r"\s*/\*")
_KEYWORD = re.compile(r"\s*(if|else|range|with|define|block|template|end|break|continue)\b")
#: Words behind which a value is tested or chosen, not printed as it is.
_CHOOSES = re.compile(r"\b(and|or|not|eq|ne|lt|le|gt|ge|len|query|match|reReplaceAll|args|tmpl|safeHtml)\b")
_RENAMED = re.compile(r"\$labels\s*(?:,\s*\$\w+\s*)?:?=(?!=)")
_ASSIGNED = re.compile(r"\$\w*\s*(?:,\s*\$\w+\s*)?:?=(?!=)")
_LABEL = re.compile(r"(?:\$labels|\$\.Labels|(?P<dot>(?<![\w.$)])\.Labels))\.(?P<name>[A-Za-z_]\w*)")
_INDEXED = re.compile(r"\bindex\s+(?:\$labels|\$\.Labels)\s+\"(?P<name>[A-Za-z_]\w*)\"")
_VALUE = re.compile(r"\$value\b|\$\.Value\b|(?P<dot>(?<![\w.$)])\.Value)\b")
_AMOUNT = r"(?:\$value|\$?\.Value)"
_HUMANIZED = re.compile(
    rf"\s*(?:{_AMOUNT}\s*\|\s*(?P<piped>humanize\w*)\b|(?P<called>humanize\w*)\s+{_AMOUNT}\s*(?:\||\Z))"
)
_LEGEND = re.compile(r"\{\{\s*(?P<name>[A-Za-z_]\w*)\s*\}\}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """
    What stands between two pairs of braces.

    Attributes:
        text: It, with the content of strings blanked out.
        raw: It, as written.
        start: Where it begins in the template, behind the braces.
        keyword: `if`, `range`, `end` and the like; empty for what prints something.
        dotted: Whether `.` is the alert's data here: not inside of `range`, `with` and the like.
    """

    text: str
    raw: str
    start: int
    keyword: str
    dotted: bool


def actions(text: str) -> Iterator[Action]:
    """Yield every action of a template of Prometheus, comments left out."""
    depth: list[str] = []
    for match in _ACTION.finditer(text):
        raw = match["said"]
        if _COMMENT.match(raw):
            continue
        found = _KEYWORD.match(raw)
        keyword = found[1] if found else ""
        if keyword == "end" and depth:
            depth.pop()
        yield Action(
            text=_STRING.sub(lambda one: " " * len(one[0]), raw),
            raw=raw,
            start=match.start("said"),
            keyword=keyword,
            dotted=not set(depth) - {"if"},
        )
        if keyword in ("if", "range", "with", "define", "block"):
            depth.append(keyword)


def printed_labels(text: str) -> tuple[Word, ...]:
    """
    Return each label of the alert's result that the template *text* prints, with its place.

    Labels that some condition of the template asks for first are left out, and all of them where it changes what
    `$labels` stands for.
    """
    found = tuple(actions(text))
    if any(_RENAMED.search(action.text) for action in found):
        return ()
    asked = {word.text for action in found if _tests(action) for word in _labels(action)}
    return tuple(word for action in found if not _tests(action) for word in _labels(action) if word.text not in asked)


def _tests(action: Action) -> bool:
    return bool(action.keyword or _CHOOSES.search(action.text) or _ASSIGNED.search(action.text))


def _labels(action: Action) -> Iterator[Word]:
    for match in _LABEL.finditer(action.text):
        if match["dot"] is None or action.dotted:
            yield _word(action, match, "name")
    for match in _INDEXED.finditer(action.raw):
        yield _word(action, match, "name")


def printed_values(text: str) -> tuple[Word, ...]:
    """Return each place where the template *text* prints the value of the result."""
    return tuple(
        _word(action, match, 0)
        for action in actions(text)
        if not _tests(action)
        for match in _VALUE.finditer(action.text)
        if match["dot"] is None or action.dotted
    )


def humanized(text: str) -> tuple[Word, ...]:
    """Return each function `humanize...` that the template *text* applies to the value of the result as it is."""
    found = []
    for action in actions(text):
        match = None if action.keyword else _HUMANIZED.match(action.text)
        if match is not None and (action.dotted or "$value" in match[0]):
            found.append(_word(action, match, "piped" if match["piped"] else "called"))
    return tuple(found)


def _word(action: Action, match: re.Match[str], group: str | int) -> Word:
    return Word(match[group], action.start + match.start(group), action.start + match.end(group))


def legend_labels(text: str) -> tuple[tuple[str, int, int], ...]:
    """
    Return each label that a legend of Grafana prints: its name, and where the name begins and ends in *text*.

    What stands in braces and is no label name, such as `{{ $value }}`, is left out.
    """
    return tuple((match["name"], match.start("name"), match.end("name")) for match in _LEGEND.finditer(text))
