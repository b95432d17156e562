"""`python -m bookpress.build`."""

from __future__ import annotations

import gc
import sys

from bookpress.build.command import main

if __name__ == "__main__":
    code = main()
    gc.freeze()  # else Python goes through the whole book in memory once more before it ends, which takes a second
    sys.exit(code)
