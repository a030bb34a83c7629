"""What is asked of us: standards, editions, clauses and our own words for them (ISO 9001, 4.2)."""
