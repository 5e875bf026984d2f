"""One module a shape of file: each yields `Found` entries in the order of the file, in flat memory."""
