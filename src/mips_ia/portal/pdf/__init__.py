"""Pages to keep on paper: what a year says in words, set as PDF. It knows no request and no row."""
