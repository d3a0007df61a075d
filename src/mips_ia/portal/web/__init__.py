"""Pages: each view says by which rule it opens, and hands a template what is already words and numbers."""
