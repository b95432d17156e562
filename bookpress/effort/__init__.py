"""How a build spares effort: what was worked out before is taken over, and the rest is shared among the processors.

Here: values remembered by the text that they were made from, work of many like pieces, and finding the nodes of a
document. Not here: which chapters run
again (`bookpress.run`), and how Sphinx reads and writes pages (`bookpress.build`).
"""
