"""Machinery that makes a fast, printable, citable, offline book of any Jupyter Book 1.x.

Here: Sphinx extensions that each work alone, and the command that builds, checks and packs. Not here: anything that one
book is about.
"""
