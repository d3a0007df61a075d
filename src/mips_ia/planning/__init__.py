"""What is left to do: the fewest changes that reach full credit, and the days by which they are made."""
