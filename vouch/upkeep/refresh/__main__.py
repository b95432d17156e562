"""`python -m vouch.upkeep.refresh`, see the package."""

import sys

from vouch.upkeep.refresh.command import main

sys.exit(main())
