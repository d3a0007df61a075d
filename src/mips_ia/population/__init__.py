"""Many practices at once: the same answers as one by one, measured by a database and judged by the core."""
