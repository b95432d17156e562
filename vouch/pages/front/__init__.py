"""What a reader of this book sees at first glance.

Here: the card for those who share its address, and the mark of how sure each chapter is. Not here: the landing page,
which is the chapter `summary` on `bookpress.front`.
"""
