"""Files of rows: read, checked against what is there, and written out again in the same layout."""
