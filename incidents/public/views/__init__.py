"""The public addresses, by what they show."""
