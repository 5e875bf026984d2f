"""What a published table must hide, and the proof that it hides it."""
