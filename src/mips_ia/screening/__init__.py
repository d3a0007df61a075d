"""What a file is and what it says, looked at before it is kept: its kind, and whatever may name a patient."""
