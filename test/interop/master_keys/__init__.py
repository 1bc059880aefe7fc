"""Master key providers on both sides."""
