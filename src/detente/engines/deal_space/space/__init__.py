"""What can be: whole points, links, rules of acceptance, and the packages as a diagram."""
