"""Sphinx events by which the parts speak to each other and to the book; a part does without whoever is not there."""

from __future__ import annotations

EXECUTED = "notebooks-executed"
"""All chapters have run. Handlers get the application and the executed notebook of each chapter by document."""
PART_SHOWN = "part-shown"
"""A figure or table is being shown. Handlers get the application, its kind (`figure`, `table`) and its name, and return
a node to stand beside the links to data and code, or nothing."""
FRONT_SHOWN = "front-shown"
"""The page that leads to the first is being written. Handlers get the application and return markup for its head."""
