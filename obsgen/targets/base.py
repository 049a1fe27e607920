"""What a target is: a named pure function from a catalog to files."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from obsgen.settings import UNSET, Server

if TYPE_CHECKING:
    from obsgen.diagnostics import Diagnostic
    from obsgen.spec.catalog import Catalog


@dataclass(frozen=True, slots=True, kw_only=True)
class Artifact:
    """
    One file to write.

    Attributes:
        path: Below the output folder with `/` as separator, or below the project root if *in_project*.
        text: The whole content, ending in a newline; written as UTF-8.
        in_project: True for the few files whose place the settings give, such as a service's collectors.
    """

    path: str
    text: str
    in_project: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """
    What the settings tell the targets.

    Attributes:
        python_packages: Service name -> folder below the project root that receives its collectors.
        docs_url: Address that the generated documentation is served from; empty for links relative to it.
        server: What is set about the Prometheus that scrapes and evaluates.
    """

    python_packages: Mapping[str, str] = field(default_factory=dict)
    docs_url: str = ""
    server: Server = UNSET.server


def _nothing(catalog: Catalog, options: Options) -> Iterator[Diagnostic]:
    """Return no finding, for targets that can express every catalog."""
    del catalog, options
    return iter(())


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """
    One kind of output.

    Attributes:
        name: Folder below the output folder and name of its page, `docs/targets/<name>.md`.
        render: Pure: the same catalog and options give the same artifacts in the same order.
        limits: What this target cannot express of a catalog, as diagnostics; found before anything is rendered.
    """

    name: str
    render: Callable[[Catalog, Options], Iterator[Artifact]]
    limits: Callable[[Catalog, Options], Iterator[Diagnostic]] = _nothing
