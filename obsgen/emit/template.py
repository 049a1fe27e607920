"""Text from templates, for Python and Markdown only: the one place that sets Jinja up."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jinja2 import Environment


def fill(package: str, name: str, values: Mapping[str, object]) -> str:
    """
    Return the template *name* of the folder `templates` in *package*, filled with *values*.

    Nothing is escaped: whoever fills a template brings literals of its language.

    Raises:
        jinja2.TemplateError: If the template is absent, wrong, or asks for a value that is not there.
    """
    return environment(package).get_template(name).render(values)


@functools.cache
def environment(package: str) -> Environment:
    """Return the environment whose templates lie in the folder `templates` of *package*."""
    import jinja2  # noqa: PLC0415 -- 40 to 70 ms that commands without rendering need not spend

    return jinja2.Environment(
        loader=jinja2.PackageLoader(package),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,  # noqa: S701 -- the output is Python and Markdown, where HTML entities would be noise
    )
