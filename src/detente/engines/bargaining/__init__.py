"""Bargaining in time with outside options that move: who gains by waiting, and until when."""
