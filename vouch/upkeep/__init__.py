"""Room of the upkeep: commands that write data.

Here: rebuilding tables from their publishers' files, and taking in a further article.
Not here: checking what stands in the tables (`vouch.evidence.checks`). Nothing imports from this room.
"""
