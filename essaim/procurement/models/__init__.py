"""Tables of procurement, one file a part."""

# needs

# contracts

# schemes

# clauses

# meetings
