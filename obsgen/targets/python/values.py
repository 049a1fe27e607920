"""What a module says about label values: a type for each closed set, a constant for each datum."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from obsgen.spec.model import Derived, Metric, MetricLabel, Service
from obsgen.targets.python import literals
from obsgen.targets.python.layout import skip
from obsgen.targets.python.names import Names, camel, constant

_Set = tuple[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Alias:
    """
    The type of a closed label.

    Attributes:
        name: CamelCase.
        values: Literals in the order of the catalog.
    """

    name: str
    values: tuple[str, ...]

    @property
    def skip(self) -> str:
        """What stands behind the statement where its layout would depend on the line length."""
        shown = f"Literal[{self.values[0]}]" if len(self.values) == 1 else "Literal["
        return skip(f"{self.name}: TypeAlias = {shown}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Constant:
    """
    Numbers by label value.

    Attributes:
        name: In capitals.
        alias: Name of the type of the values.
        numbers: Literals of values and numbers.
    """

    name: str
    alias: str
    numbers: tuple[tuple[str, str], ...]

    @property
    def skip(self) -> str:
        """What stands behind the statement where its layout would depend on the line length."""
        return skip(f"{self.name}: Final[Mapping[{self.alias}, float]] = MappingProxyType(")


class Values:
    """The types and constants of one service, and which of them a label of a metric takes."""

    def __init__(self, service: Service, names: Names) -> None:
        self._service = service
        self._aliases = {one: names.take(*_spellings(one[0], label)) for one, label in sorted(_sets(service).items())}
        self._constants = {
            (kind, datum): names.take(constant(kind, datum), f"{constant(kind, datum)}_DATA")
            for kind in self._kinds_with_data
            for datum in sorted({datum for data in service.labels[kind].data.values() for datum in data})
        }

    @property
    def names(self) -> tuple[str, ...]:
        """Names of all types and constants."""
        return (*self._aliases.values(), *self._constants.values())

    @property
    def aliases(self) -> Iterator[Alias]:
        """Every type, those of one label together."""
        for (_, values), name in self._aliases.items():
            yield Alias(name=name, values=tuple(literals.text(value) for value in values))

    @property
    def constants(self) -> Iterator[Constant]:
        """Every constant, by label and then by datum."""
        for (kind, datum), name in self._constants.items():
            label = self._service.labels[kind]
            values = label.values or ()
            yield Constant(
                name=name,
                alias=self._aliases[kind, values],
                numbers=tuple(
                    (literals.text(value), literals.number(label.data[value][datum]))
                    for value in values
                    if datum in label.data.get(value, {})
                ),
            )

    def type_of(self, label: MetricLabel) -> str:
        """Return the type of the argument for *label*."""
        return "str" if label.values is None else self._aliases[label.kind, label.values]

    def constant_of(self, metric: Metric, derived: Derived) -> str:
        """Return the name of the constant that *derived* of *metric* reads."""
        holder = next(label for label in metric.labels if label.name == derived.label)
        return self._constants[holder.kind, derived.datum]

    @property
    def _kinds_with_data(self) -> list[str]:
        kinds = {label.kind for metric in self._service.metrics for label in metric.labels if not label.derived}
        return sorted(kind for kind in kinds if any(self._service.labels[kind].data.values()))


def _sets(service: Service) -> dict[_Set, str]:
    """Return each set of values that needs a type -> the label whose name it gets."""
    found: dict[_Set, str] = {}
    for metric in service.metrics:
        for label in metric.labels:
            if label.derived or label.values is None:
                continue
            kind = service.labels[label.kind]
            whole = label.values == kind.values
            found.setdefault((label.kind, label.values), label.kind if whole else label.name)
            if any(kind.data.values()):
                found.setdefault((label.kind, kind.values or ()), label.kind)
    return found


def _spellings(kind: str, label: str) -> tuple[str, str]:
    plain = camel(label, "Label")
    return plain, f"{plain}Label" if kind == label else f"{plain}Of{camel(kind, 'Label')}"
