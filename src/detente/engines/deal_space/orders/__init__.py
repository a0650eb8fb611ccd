"""What is efficient when only orders are known?"""
