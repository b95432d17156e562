"""`python -m bookpress.build`."""

from __future__ import annotations

import sys

from bookpress.build.command import main

if __name__ == "__main__":
    sys.exit(main())
