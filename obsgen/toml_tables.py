"""Tables of settings: takes out what is known, in the type that is meant, and complains about what is left."""

from __future__ import annotations

import math
import re
import warnings
from typing import Any

from obsgen.words import listed, nearest

FILE = "pyproject.toml"

_SECONDS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86_400.0, "w": 604_800.0, "y": 31_536_000.0}
# Not compiled here: most projects set none of what needs them, and every command reads the settings.
_DURATION = r"(?:[0-9]{1,9}(?:ms|[smhdwy]))+"
_PART = r"([0-9]+)(ms|[smhdwy])"
_VERSION = r"[0-9]{1,4}(?:\.[0-9]{1,4}){1,2}"
_LABEL = r"[A-Za-z_][A-Za-z0-9_]*"
# What Python can do and RE2, the regular expressions of Prometheus, cannot.
_NOT_RE2 = r"\(\?(?:<?[=!]|P=|\(|>|#)|(?<!\\)(?:\\\\)*\\[1-9]|(?<!\\)[*+?}]\+"


class ConfigError(Exception):
    """Settings that cannot be used; the message says which and what to write instead."""


class Table:
    """One table of the settings; each method takes one setting out of it, and raises `ConfigError` if it cannot be meant."""

    def __init__(self, table: Any, where: str) -> None:
        if not isinstance(table, dict):
            raise ConfigError(f"{where} of {FILE} has to be a table")
        self.left = dict(table)
        self.where = where
        self.known: list[str] = []

    def take(self, name: str, default: Any) -> Any:
        """Return the setting *name* as it stands, or *default*."""
        self.known.append(name)
        return self.left.pop(name, default)

    def refuse(self, name: str, wanted: str) -> ConfigError:
        """Return the complaint that *name* is not *wanted*."""
        return ConfigError(f"`{name}` in {self.where} of {FILE} has to be {wanted}")

    def text(self, name: str, default: str) -> str:
        """Return a text that is not empty."""
        value = self.take(name, default)
        if not isinstance(value, str) or not value or "\0" in value:
            raise self.refuse(name, "a text")
        return value

    def optional_text(self, name: str) -> str:
        """Return a text, empty where there is none."""
        return self.text(name, "") if name in self.left else str(self.take(name, ""))

    def table(self, name: str) -> dict[str, Any]:
        """Return a table, empty where there is none."""
        value = self.take(name, {})
        if not isinstance(value, dict):
            raise self.refuse(name, "a table")
        return value

    def choice(self, name: str, default: str, choices: list[str]) -> str:
        """Return one of *choices*."""
        value = self.take(name, default)
        if value not in choices:
            raise self.refuse(name, f"one of {listed(choices)}")
        return str(value)

    def names(self, name: str, choices: tuple[str, ...]) -> tuple[str, ...]:
        """Return some of *choices*, sorted; all of them where nothing is said."""
        value = self.take(name, list(choices))
        if not isinstance(value, list) or not all(one in choices for one in value):
            raise self.refuse(name, f"a list out of {listed(choices)}")
        return tuple(sorted(set(value)))

    def url(self, name: str) -> str:
        """Return an address, empty where there is none."""
        value = self.take(name, "")
        if not isinstance(value, str) or (value and not re.fullmatch(r"https?://[^\s\"'<>{}\\`]+", value)):
            raise self.refuse(name, "an address that begins with https://")
        return value

    def flag(self, name: str) -> bool:
        """Return true or false, which it is where nothing is said."""
        value = self.take(name, False)
        if not isinstance(value, bool):
            raise self.refuse(name, "true or false")
        return value

    def count(self, name: str, default: int) -> int:
        """Return a whole number above 0."""
        value = self.take(name, default)
        if isinstance(value, bool) or not isinstance(value, int) or value < 1:
            raise self.refuse(name, "a whole number above 0")
        return value

    def seconds(self, name: str) -> float | None:
        """Return the length in seconds of a duration such as `1h30m`; None where there is none."""
        value = self.take(name, None)
        if value is None:
            return None
        if isinstance(value, str) and re.fullmatch(_DURATION, value):
            seconds = math.fsum(int(count) * _SECONDS[unit] for count, unit in re.findall(_PART, value))
            if seconds > 0:
                return seconds
        raise self.refuse(name, "a duration above 0, such as `30s` or `15d`")

    def version(self, name: str) -> tuple[int, ...] | None:
        """Return the numbers of a version such as `2.42`; None where there is none."""
        value = self.take(name, None)
        if value is None:
            return None
        if not isinstance(value, str) or not re.fullmatch(_VERSION, value):
            raise self.refuse(name, 'a version in quotes, such as `"2.42"`')
        return tuple(map(int, value.split(".")))

    def label_values(self, name: str) -> dict[str, str] | None:
        """Return label -> value; None where nothing is said."""
        if name not in self.left:
            self.known.append(name)
            return None
        table = self.table(name)
        for label, value in table.items():
            self._label(name, label)
            if not isinstance(value, str):
                raise self.refuse(f"{name}.{label}", "a text")
        return dict(sorted(table.items()))

    def pattern(self, name: str) -> str:
        """Return a regular expression, empty where there is none."""
        value = self.take(name, "")
        return self._pattern(name, value) if value != "" else ""

    def required(self, name: str) -> dict[str, str]:
        """Return name -> pattern of its text; a bare list of names stands for any text that is not empty."""
        value = self.take(name, {})
        table = dict.fromkeys(value, ".+") if _is_texts(value) else value
        if not isinstance(table, dict):
            raise self.refuse(name, "a list of names, or a table of name = pattern")
        for label, pattern in table.items():
            self._label(name, label)
            self._pattern(f"{name}.{label}", pattern)
        return dict(sorted(table.items()))

    def forbidden(self, name: str) -> dict[str, str]:
        """Return pattern of names -> pattern of texts; a bare list of patterns stands for any text."""
        value = self.take(name, {})
        table = dict.fromkeys(value, ".*") if _is_texts(value) else value
        if not isinstance(table, dict):
            raise self.refuse(name, "a list of patterns, or a table of pattern = pattern")
        for names, texts in table.items():
            self._pattern(name, names)
            self._pattern(f"{name}.{names}", texts)
        return dict(sorted(table.items()))

    def labels_of(self, name: str) -> dict[str, tuple[str, ...]]:
        """Return pattern of series -> labels."""
        found = {}
        for pattern, labels in sorted(self.table(name).items()):
            self._pattern(name, pattern)
            if not _is_texts(labels) or not labels:
                raise self.refuse(f"{name}.{pattern}", "a list of labels")
            for label in labels:
                self._label(f"{name}.{pattern}", label)
            found[pattern] = tuple(dict.fromkeys(labels))
        return found

    def _label(self, name: str, label: str) -> None:
        if not re.fullmatch(_LABEL, label):
            raise ConfigError(f"`{label}` under `{name}` in {self.where} of {FILE} is no name of a label")

    def _pattern(self, name: str, pattern: Any) -> str:
        if not isinstance(pattern, str):
            raise self.refuse(name, "a regular expression in quotes")
        try:
            with warnings.catch_warnings():
                # Sets inside of sets, which Python reads in a way that it is about to change.
                warnings.simplefilter("error")
                re.compile(pattern)
            problem = "it uses what RE2, the regular expressions of Prometheus, do not have"
            good = not re.search(_NOT_RE2, pattern)
        except (re.error, OverflowError, RecursionError, Warning) as wrong:
            problem, good = str(wrong), False
        if not good:
            raise self.refuse(name, f"a regular expression, which `{pattern}` is not: {problem}")
        return pattern

    def done(self) -> None:
        """Refuse what nobody asked for."""
        for name in self.left:
            guess = nearest(name, self.known)
            hint = f"did you mean `{guess}`?" if guess else f"known: {listed(self.known)}"
            raise ConfigError(f"unknown setting `{name}` in {self.where} of {FILE}; {hint}")


def _is_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) for one in value)
