"""Everything that foreign files are checked for: the checks of the catalog, and what only such files can get wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from obsgen.checks import CHECKS
from obsgen.diagnostics import Diagnostic
from obsgen.foreign.drifted import drifted
from obsgen.foreign.exporters import exporters
from obsgen.foreign.jobs import scraped, unscraped
from obsgen.foreign.model import Foreign
from obsgen.foreign.subject import ForeignSubject, told
from obsgen.foreign.tested import tested
from obsgen.settings import UNSET, Settings
from obsgen.spec.model import Catalog


def judge(
    catalog: Catalog,
    files: Iterable[Foreign],
    exists: Callable[[str, str], bool] = lambda _path, _pattern: False,
    settings: Settings = UNSET,
) -> tuple[Diagnostic, ...]:
    """
    Return the findings in *files*, in no order; what is wrong with the catalog itself is not repeated.

    Args:
        catalog: What is true.
        files: Everything that is looked at together.
        exists: Whether a pattern that stands in the file of that path matches a file beside those.
        settings: What the server is like, and what the project agreed on.
    """
    everything = tuple(files)
    subject = ForeignSubject(catalog, everything, settings=told(settings, everything))
    paths = {file.path for file in subject.files}
    found = [problem for file in subject.files for problem in file.problems]
    found += (finding for check in CHECKS for finding in check.run(subject) if finding.primary.span.path in paths)
    found += (*scraped(subject, exists), *unscraped(subject), *exporters(subject), *drifted(subject))
    return (*found, *tested(subject.files, exists))
