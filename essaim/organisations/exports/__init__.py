"""The directory as open data: what each column is, the rows, the files, the catalogue that describes them.

Personal data is left out by construction: a row holds the columns of `columns.COLUMNS`, read field by field from
organisations that are published; no contact, person or request is ever asked of the database (`tests/test_exports.py`).
"""
