"""Search shared by the rooms: a change log in the database, an embedded index derived from it."""
