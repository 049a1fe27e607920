"""The catalog that comes with obsgen, read once for all tests of a process: nothing in it can be changed."""

from functools import cache

from obsgen.load import Loaded, load
from obsgen.spec.model import Catalog
from tests.tools import CHECKOUT


@cache
def loaded() -> Loaded:
    """Return the catalog, its sources and what is found in it, places relative to the checkout."""
    return load(CHECKOUT / "specs", base=CHECKOUT)


def shipped() -> Catalog:
    """Return the catalog, which has no error."""
    found = loaded()
    assert not found.has_errors, found.diagnostics
    return found.catalog
