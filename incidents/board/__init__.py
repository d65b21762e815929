"""Did we do what we promised? The list of all promises, what it adds up to, and changes of many at once."""
