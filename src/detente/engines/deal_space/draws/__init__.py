"""The same packages under thousands of draws of what they are worth."""
