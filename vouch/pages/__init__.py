"""The report's own side of Sphinx: pages, nodes and rules that no other book needs.

Here only, `vouch` knows Sphinx and `bookpress`; methods, figures and data know neither.
"""
