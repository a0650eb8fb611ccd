"""What several parties can do together that is better for each of them."""
