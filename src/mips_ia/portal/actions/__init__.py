"""Everything that changes something: one transaction and one line of the log each."""
