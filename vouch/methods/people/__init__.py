"""Methods on what the coup and the election meant for people.

Here: how fast counts of one claimant grew between two of their days, and what an amnesty freed.
Not here: who could vote (`vouch.methods.election`); ties between states (`vouch.methods.alliances`).
"""
