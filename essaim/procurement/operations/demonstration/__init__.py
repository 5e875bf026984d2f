"""A demonstration of procurement: everything in it is invented, through the same operations as real life."""
