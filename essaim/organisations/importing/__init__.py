"""How an import compares a file with the directory; the acts themselves are in `operations.importing`."""
