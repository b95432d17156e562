"""The report's own Sphinx side: what only this book has on its pages.

Here: the ledger of claims, the explorer, findings, the data dictionary, the index of actors, editions and changes. Not
here: what any book could use (`bookpress`), and every computation (`vouch.methods`).
"""
