"""Room of the upkeep: commands for whoever keeps the project.

Here: rebuilding tables from their publishers' files, and taking in a further article.
Not here: checking what stands in the tables (`vouch.evidence.checks`). Nothing imports from this room.
"""
