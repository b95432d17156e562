"""What a kernel is given of the machine, so that a chapter's outputs rest on the book alone.

One list, :data:`LET_IN`, and what a book adds to it (setting ``run_environment``). Nothing else of the user's reaches a
chapter: not the settings of matplotlib, IPython and Jupyter in the home folder, not the locale, the time zone or
``PYTHON...`` variables, not another kernel of the same name.
"""

from __future__ import annotations

import os
import site
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from jupyter_client.kernelspec import NATIVE_KERNEL_NAME, KernelSpec, KernelSpecManager

LET_IN = (
    *("PATH", "TMPDIR", "TEMP", "TMP"),  # where programs and libraries are, where there is room
    *("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "SYSTEMROOT", "COMSPEC", "PATHEXT", "CONDA_PREFIX"),
    *("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"),  # how many threads a machine can bear
)
"""Environment variables of the build that every kernel gets: what it needs to run at all."""
_MEASURING = ("COVERAGE_", "COV_CORE_", "BOOKPRESS_")
"""Beginnings of variables that measure or steer the run and are seen by no cell."""
HOME = "home"
"""Of a folder in the cache of executed chapters: the home of every kernel, with no setting of anybody's."""


def environment(root: Path, home: Path, more: Sequence[str] = ()) -> dict[str, str]:
    """The environment of every kernel.

    root: the book's folder, importable in the kernel. home: folder that takes the place of the user's; it is made.
    more: names of further variables to let in, where they are set.
    """
    home.mkdir(parents=True, exist_ok=True)
    given = {
        name: value
        for name, value in os.environ.items()
        if name.upper() in LET_IN or name in more or name.startswith(_MEASURING)
    }
    fixed = {
        "HOME": str(home),
        "USERPROFILE": str(home),
        "LC_ALL": "en_US.UTF-8" if sys.platform == "darwin" else "C.UTF-8",
        "TZ": "UTC",
        "PYTHONPATH": str(root),
        "PYTHONHASHSEED": "0",
        "PYTHONUTF8": "1",
        "PYTHONNOUSERSITE": "1",
    }
    if site.ENABLE_USER_SITE:  # the build's own libraries may be there
        del fixed["PYTHONNOUSERSITE"]
        fixed["PYTHONUSERBASE"] = site.getuserbase()
    return fixed | given


class Kernels(KernelSpecManager):
    """Where kernels are looked for: `python3` is the Python that builds the book, whatever else is called so."""

    def get_kernel_spec(self, kernel_name: str) -> Any:
        if kernel_name != NATIVE_KERNEL_NAME:
            return super().get_kernel_spec(kernel_name)
        from ipykernel.kernelspec import RESOURCES, get_kernel_dict

        described = get_kernel_dict()
        described["argv"][0] = sys.executable
        return KernelSpec(resource_dir=RESOURCES, **described)
