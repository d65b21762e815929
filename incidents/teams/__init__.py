"""The list of teams: what they are called, who leads them, and what becomes of one that is no more."""
