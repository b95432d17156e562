"""Room of the methods: one module for each question, frames in, frames out.

Here: what is worked out, by subject: the election, the alliances, the articles, and how firm the numbers are.
Not here: reading files (`vouch.evidence`), drawing (`vouch.figures`), or knowing of chapters and pages.
"""
