"""How long incidents took, how many there were, and what customers lost: medians and spread, never a mean of few."""
