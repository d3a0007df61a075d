"""Real files in and out: each format has a module of its own that reads, writes, or both."""
