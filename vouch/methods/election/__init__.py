"""Methods on the coup and the election: base rates, indices, coverage, bounds, standards, seats, observers.

Here: one module for each question of the chapters on coup, voters, standard, vouchers and of the summary.
Not here: ties between states (`vouch.methods.alliances`).
"""
