"""Room of the upkeep: commands for whoever keeps the project.

Here: making the environment and the laboratory, rebuilding tables, taking in an article, drawing the house.
Not here: checking what stands in the tables (`vouch.evidence.checks`). Nothing imports from this room.
"""
