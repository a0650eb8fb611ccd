"""Which packages does no other one beat? Found issue by issue, never listed."""
