"""Figures of the two chapters that look wider than the vote and its two best-known friends.

Here: what it meant for people, and the partners beside Belarus and Russia. Not here: what every figure shares
(`vouch.figures.chart`, `vouch.figures.style`).
"""
