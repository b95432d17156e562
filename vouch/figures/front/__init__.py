"""The picture of the book, for the first page, the cover and the card for sharing.

Here: the townships without a vote, with words and without. Not here: the map of the chapter on who could vote
(`vouch.figures.voters`), whose tiles these are.
"""
