"""Every check of articles, tables and ledger, in one place: asked by `make check-data` and before every build."""

from __future__ import annotations

from pathlib import Path

from vouch import claims, data, editions, paths, seeds, signposts


def check() -> None:
    """Raises ValueError (DataError, SeedError) with everything that is wrong."""
    data.check_all()
    seeds.check_all()
    claims.check()
    editions.check()
    signposts.check()


def inputs() -> list[Path]:
    """The files that :func:`check` looks at and looks with."""
    modules = (claims, data, editions, paths, seeds, signposts)
    files = [paths.BIBLIOGRAPHY, *(Path(module.__file__) for module in modules)]
    for folder in (paths.DATA, paths.SEEDS):
        files += sorted(path for path in folder.rglob("*") if path.is_file())
    return files
