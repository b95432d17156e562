"""The figures of the book: one function per figure, a frame in and a :class:`~vouch.figures.chart.Chart` out."""
