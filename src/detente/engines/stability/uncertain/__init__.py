"""What holds when preferences are strong or mild, or not known for certain."""
