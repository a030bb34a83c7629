"""Who we are and who may do what: people, units, appointments, duties (ISO 9001, 5.3)."""
