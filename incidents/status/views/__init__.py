"""The pages of the status package; one file per noun."""
