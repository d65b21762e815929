"""What the program costs, side by side with what it could cost at best: `make bench`, see README.md."""
