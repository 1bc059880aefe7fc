"""How a data key is wrapped, and how the result is laid out in an encrypted data key."""
