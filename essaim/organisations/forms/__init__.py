"""What people type in the directory, one module a part."""
