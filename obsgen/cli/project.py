"""The settings of the project that a command is called in."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from obsgen.cli.printing import here

if TYPE_CHECKING:
    from obsgen.config import Config


def config_of(context: click.Context, *, catalog: bool = True) -> Config:
    """Return the settings; where a *catalog* is needed it has to be there."""
    from obsgen import config  # noqa: PLC0415

    specs, out = context.obj
    settings = config.read(config.find_root(Path.cwd()))
    if specs is not None:
        settings = replace(settings, specs=Path.cwd() / specs)
    if out is not None:
        settings = replace(settings, out=Path.cwd() / out)
    config.refuse_overlap(settings)
    if catalog and not settings.specs.exists():
        raise config.ConfigError(
            f"there is no catalog at `{here(settings.specs)}`; name another folder with `--specs DIR`, or start one with `obsgen init`"
        )
    return settings
