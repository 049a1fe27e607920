"""`obsgen explain`."""

from __future__ import annotations

import itertools
import shutil
import sys
from typing import TYPE_CHECKING

import click

from obsgen.cli.group import CLEAN, EXIT_CODES
from obsgen.cli.printing import has_colours, is_terminal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence


@click.command("explain", epilog=EXIT_CODES, short_help="Print the page of a finding, or a list of them.")
@click.argument("code", required=False)
def command(code: str | None) -> int:
    """
    Print the page of a finding, such as `query/unknown-label-value`.

    Of a group, such as `query`, list the findings with a line on each; without CODE, list all of them.
    """
    from obsgen import pages  # noqa: PLC0415

    groups = {name: tuple(codes) for name, codes in itertools.groupby(pages.codes(), _group)}
    name = "" if code is None else code.rstrip("/")
    if not name or name in groups:
        chosen = [groups[name]] if name else groups.values()
        click.echo("\n\n".join("\n".join(_lines(codes)) for codes in chosen), color=True)
        return CLEAN
    page = pages.page(name)
    if page is None:
        raise _unknown(name, pages.codes(), groups)
    click.echo(page.rstrip("\n"))
    return CLEAN


def _group(code: str) -> str:
    return code.partition("/")[0]


def _lines(codes: Sequence[str]) -> Iterator[str]:
    """Yield a line for each of *codes*: the code, and what it is, cut where a terminal ends."""
    from obsgen import pages  # noqa: PLC0415

    width = max(map(len, codes))
    room = shutil.get_terminal_size().columns - width - 2 if is_terminal(sys.stdout) else sys.maxsize
    for code in codes:
        said = pages.summary(code)
        if len(said) > room > 0:
            said = f"{said[: room - 1].rstrip()}\N{HORIZONTAL ELLIPSIS}"
        yield f"{click.style(code, bold=True) if has_colours() else code}{' ' * (width - len(code))}  {said}"


def _unknown(name: str, codes: Sequence[str], groups: Iterable[str]) -> Exception:
    from obsgen.words import nearest  # noqa: PLC0415

    # Who leaves out the group may mean several.
    guesses = [code for code in codes if code.endswith(f"/{name}")]
    if not guesses and (guess := nearest(name, (*codes, *groups))):
        guesses = [guess]
    meant = " or ".join(map(repr, guesses))
    return click.UsageError(
        f"there is no finding {name!r}; " + (f"did you mean {meant}?" if meant else "`obsgen explain` lists them")
    )
