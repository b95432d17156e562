"""Machinery that makes a fast, printable, citable, offline book of any Jupyter Book 1.x or plain Sphinx project.

Each part is a Sphinx extension with settings of its own, and works without the others. Nothing of one particular report
lives here: no table, no page, no class name of its own; what a report adds comes in by settings and hooks.
"""
