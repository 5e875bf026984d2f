"""Reads across the directory's rows."""
