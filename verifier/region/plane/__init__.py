"""For which pairs of values of two parameters a guarantee holds: polygons, sides and corners."""
