"""Who may, in procurement, one file a part."""
