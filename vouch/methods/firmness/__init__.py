"""How firm the book is: headline numbers under every admissible choice, rival readings, forecasts, changed findings.

Here: what compares results of other methods, sources or editions.
Not here: the methods themselves; every variant is computed by the one of its chapter.
"""
