"""Room of the figures: one function for each, a frame in and a :class:`~vouch.figures.chart.Chart` out.

Here: what is drawn, with its title, its alternative text and its source line; and the house style.
Not here: working out what is drawn (`vouch.methods`), and showing it on a page.
"""
