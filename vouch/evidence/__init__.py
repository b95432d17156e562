"""Room of the evidence: what is known, loaded and checked.

Here: tables, articles, sources, the ledger of claims, the case's facts, and every check that precedes a build.
Not here: what is worked out from them (`vouch.methods`), and commands that write them (`vouch.upkeep`).
"""
