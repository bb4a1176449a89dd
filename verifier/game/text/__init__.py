"""What stands in a file before it is a game: TOML, the lines of its keys, slips."""
