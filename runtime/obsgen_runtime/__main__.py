"""`python -m obsgen_runtime` is `obsgen-runtime`."""

import sys

from obsgen_runtime.cli import main

if __name__ == "__main__":
    sys.exit(main())
