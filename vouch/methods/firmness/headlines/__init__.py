"""The headline numbers and their variants, a module for each chapter.

Here: which variants of a number are admissible.
Not here: how a number is computed (its method), and how variants are compared (`vouch.methods.firmness.sensitivity`).
"""
