"""Programs as users of the published interfaces wrote them; they have to run unchanged."""
