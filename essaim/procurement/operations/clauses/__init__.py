"""Acts of social clauses: set up, people, hours, contacts."""
