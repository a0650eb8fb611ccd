"""The classical concepts on every state of an action space, without listing a single move."""
