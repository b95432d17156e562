"""Figures of the part on the alliances.

Here: Belarus and Russia by themselves (`bilateral`), beside the other partners (`partners`), and all that ties
them to Myanmar in the order of time (`ties`). Not here: what every figure shares (`vouch.figures.chart`, `.style`).
"""
