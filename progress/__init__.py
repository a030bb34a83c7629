"""How far we have come and what waits: home, position, pace and distance (ISO 9001, 9.1)."""
