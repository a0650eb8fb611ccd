"""What follows from these numbers? Pure functions: arrays in, one frozen result out.

An engine knows no party, no file and no claim. Tables have the shape
``(n_outcomes, n_parties)``, in that order, everywhere.
"""
