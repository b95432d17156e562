"""HTML that authors and packages put into pages, as Typst.

Here: fragments with their paragraphs, lists, figures and tables; single tags in a line of text. Not here: what nodes of
docutils become. Whatever HTML says in words is printed; what only a browser plays is told and left.
"""
