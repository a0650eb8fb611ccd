"""What the states are, who can move between them, and what each party would rather have."""
