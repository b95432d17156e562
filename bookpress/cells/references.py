"""Sphinx's references to numbers, without a doctree read from disk for each (Sphinx 7.4)."""

from __future__ import annotations

from typing import Any

from docutils import nodes
from sphinx.domains.std import StandardDomain
from sphinx.environment import BuildEnvironment


class _Glance:
    """The environment for someone who only looks at doctrees: each is read from disk once."""

    def __init__(self, env: BuildEnvironment) -> None:
        self._env, self._doctrees = env, {}

    def __getattr__(self, name: str) -> Any:
        return getattr(self._env, name)

    def get_doctree(self, docname: str) -> nodes.document:
        if docname not in self._doctrees:
            self._doctrees[docname] = self._env.get_doctree(docname)
        return self._doctrees[docname]


class QuickReferences(StandardDomain):
    """Sphinx's own domain, which would read the whole doctree of the target anew for every `numref`."""

    _glance: _Glance | None = None

    def resolve_xref(self, env: BuildEnvironment, fromdocname: str, builder: Any, typ: str, *rest: Any) -> Any:
        if typ == "numref":
            env = self._glance = self._glance or _Glance(env)
        return super().resolve_xref(env, fromdocname, builder, typ, *rest)
