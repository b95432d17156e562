"""`python -m bookpress.build`."""

from __future__ import annotations

import gc
import sys

from bookpress.build.command import main

if __name__ == "__main__":
    gc.disable()  # a build ends in a minute; what it would collect is some hundred megabytes, and takes a tenth of it
    code = main()
    gc.freeze()  # else Python goes through the whole book in memory once more before it ends, which takes a second
    sys.exit(code)
