"""Which single package is best? Asked of a mixed-integer solver, checked in whole numbers."""
