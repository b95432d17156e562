"""Methods on the alliances: who came, what was promised, traded, armed and voted, and the web of ties with its tests.

Here: one module for each question of the chapters on Belarus, Russia and ties.
Not here: who observed or judged the election (`vouch.methods.election`).
"""
