"""What she can learn by honest talk: substitutes, and the straightforward conversation."""
