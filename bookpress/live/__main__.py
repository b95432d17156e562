"""`python -m bookpress.live [--chapter NAME] [--port N]`."""

from __future__ import annotations

import sys

from bookpress.live.command import main

if __name__ == "__main__":
    sys.exit(main())
