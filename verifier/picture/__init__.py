"""Pictures of what is found: exact data first, then SVG that can stand in a page."""
