"""Where a book keeps its things, for commands that run without Sphinx: from its `_config.yml` and `pyproject.toml`."""

from __future__ import annotations

import copy
import tomllib
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

CONFIG = "_config.yml"
TOC = "_toc.yml"
SOURCES = (".md", ".ipynb", ".rst")
"""Endings of pages that Jupyter Book reads."""
CACHE = Path("_build", ".jupyter_cache")
"""Executed chapters, in the place where `jupyter-book build` keeps them."""


class _Loader(yaml.SafeLoader):
    """As YAML 1.2 demands it, a name stands in a mapping once: of two values, one would be lost without a word."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        lines: dict[str, int] = {}
        for key, _value in node.value:
            if isinstance(key, yaml.ScalarNode) and key.tag != "tag:yaml.org,2002:merge":
                if key.value in lines:
                    said = f"{key.value!r} stands on line {lines[key.value]} already"
                    raise yaml.constructor.ConstructorError(None, None, said, key.start_mark)
                lines[key.value] = key.start_mark.line + 1
        found: dict[Any, Any] = super().construct_mapping(node, deep)
        return found


def parsed(text: str, name: str) -> Any:
    """What a YAML file of this name holds. Raises ValueError, with the line, for what is not YAML."""
    try:
        return copy.deepcopy(_content(text))
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise ValueError(f"{name}:{line}: not YAML: {error.problem or error.context}") from None
    except (yaml.YAMLError, ValueError) as error:  # the second of a day that no month has
        raise ValueError(f"{name}: not YAML: {' '.join(str(error).split())}") from None


@lru_cache(maxsize=8)
def _content(text: str) -> Any:
    """Read once though each part of a build asks for it, and by Python's reader, as Jupyter Book does: libyaml, which
    is quicker, takes what this one refuses."""
    return yaml.load(text, _Loader)


def read(path: Path) -> Any:
    """:func:`parsed` of a file."""
    try:
        text = path.read_text("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ValueError(f"{path.name}: not YAML: {error}") from None
    return parsed(text, path.name)


def check(root: Path) -> None:
    """Raise ValueError, with file and line, for a configuration that is not YAML or a table of contents that is not."""
    for name in (CONFIG, TOC):
        if (root / name).is_file():
            read(root / name)


def settings(root: Path) -> dict[str, Any]:
    """Sphinx's settings as the book's `_config.yml` has them (`sphinx: config:`); empty where it has none."""
    path = root / CONFIG
    content = (yaml.safe_load(path.read_text("utf-8")) if path.is_file() else None) or {}
    options: dict[str, Any] = (content.get("sphinx") or {}).get("config") or {}
    return options


def extensions(root: Path) -> set[str]:
    """The Sphinx extensions that `_config.yml` names."""
    content = read(root / CONFIG) if (root / CONFIG).is_file() else None
    sphinx = content.get("sphinx") if isinstance(content, dict) else None
    if not isinstance(sphinx, dict):
        return set()
    config = sphinx.get("config")
    lists = [sphinx.get("extra_extensions"), sphinx.get("local_extensions")]
    lists += [config.get("extensions")] if isinstance(config, dict) else []
    return {str(name) for listed in lists if isinstance(listed, (list, dict)) for name in listed}


def sources(root: Path) -> dict[str, Path]:
    """The pages that the table of contents names, in its order: document -> file.

    Raises ValueError for a page that is not there, and for contents that cannot be read.
    """
    from sphinx.util.matching import patfilter
    from sphinx_external_toc.parsing import MalformedError, parse_toc_yaml

    try:
        contents = parse_toc_yaml(root / TOC)
    except MalformedError as error:
        raise ValueError(f"{TOC}: {error}") from None
    found: dict[str, Path] = {}
    for docname in contents:
        files = [root / f"{docname}{ending}" for ending in SOURCES]
        file = next((path for path in files if path.is_file()), None)
        if file is None:
            raise ValueError(f"{TOC}: there is no page {docname!r}")
        found[docname] = file
    if patterns := sorted(contents.globs()):
        for file in sorted(path for ending in SOURCES for path in root.rglob(f"*{ending}")):
            docname = file.relative_to(root).with_suffix("").as_posix()
            if not docname.startswith(("_", ".")) and any(patfilter([docname], pattern) for pattern in patterns):
                found.setdefault(docname, file)
    return found


def bibliographies(root: Path) -> list[Path]:
    """The BibTeX files of the book."""
    content = yaml.safe_load((root / CONFIG).read_text("utf-8")) or {}
    return [root / name for name in content.get("bibtex_bibfiles") or []]


def commands(root: Path) -> dict[str, Any]:
    """What the book sets for commands: `[tool.bookpress]` of its `pyproject.toml`; empty where it has none."""
    path = root / "pyproject.toml"
    content = tomllib.loads(path.read_text("utf-8")) if path.is_file() else {}
    options: dict[str, Any] = content.get("tool", {}).get("bookpress", {})
    return options


def watched(root: Path) -> list[str]:
    """Folders, relative to root, of the book's own Sphinx extensions."""
    return sorted(commands(root).get("watch", []))


def page(path: Path) -> str:
    """A finished page, whose lines Sphinx ends as it does everywhere: `read_text` looks for other ends and takes thrice
    as long, which counts where all pages are read."""
    return path.read_bytes().decode()


def replace(path: Path, text: str) -> None:
    """Write a file aside and put it in place in one step: nobody ever reads half of it."""
    aside = path.with_name(f".{path.name}.aside")
    try:
        aside.write_text(text, "utf-8")
        aside.replace(path)
    finally:
        aside.unlink(missing_ok=True)
