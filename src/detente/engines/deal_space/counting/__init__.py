"""How many packages meet a rule, exactly or between certified bounds?"""
