"""What is read from files: shapes, exact numbers, and the game."""
