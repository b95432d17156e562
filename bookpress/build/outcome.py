"""How a build ends: exit codes, and a message of one line."""

from __future__ import annotations

import contextlib
import errno
import shutil
from pathlib import Path

BUILT, FAULTY_BOOK, FAULTY_INPUT, UNFIT, LOCKED, INTERRUPTED, TERMINATED = 0, 1, 2, 3, 4, 130, 143
_LEAST_FREE = 2**18
"""Bytes: with fewer, a failed build is put down to the disk; a single page is longer."""


class BuildError(Exception):
    """Ends the build with a one-line message and an exit code."""

    def __init__(self, message: str, code: int) -> None:
        super().__init__(message)
        self.code = code

    def __reduce__(self) -> tuple[type[BuildError], tuple[str, int]]:
        """Let it be handed on by another process."""
        return type(self), (str(self), self.code)


def explained(error: OSError) -> str:
    """What the system says, in words."""
    where = error.filename or "the build folder"
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return "no space is left on the disk; the published book is unchanged"
    if error.errno in (errno.EACCES, errno.EROFS, errno.EPERM):
        return f"{where} cannot be written or read ({error.strerror}); the checkout must be writable"
    return f"{where}: {error.strerror or error}"


def disk_is_full(error: BaseException | None, root: Path) -> bool:
    """Whether that is what is behind an error: libraries wrap the system's own in theirs, and some drop it."""
    while error:
        if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
            return True
        error = error.__cause__ or error.__context__
    with contextlib.suppress(OSError):
        return shutil.disk_usage(root / "_build").free < _LEAST_FREE
    return False
