"""Who vouches for the vote? The methods, figures and findings behind the book."""
