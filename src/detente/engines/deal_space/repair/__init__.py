"""What is nearest, what is lacking, and which demands conflict?"""
