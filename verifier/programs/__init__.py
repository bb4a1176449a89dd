"""The linear programs behind the numbers, stated for other people's solvers."""
