"""Tables of utilities: how near a column lies to the hull of others."""
