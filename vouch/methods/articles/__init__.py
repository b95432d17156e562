"""Methods on the two articles: whom they name, and how their claims fared.

Here: what is worked out from the text and the ledger.
Not here: reading and checking them (`vouch.evidence`).
"""
