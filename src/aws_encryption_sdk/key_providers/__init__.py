"""Master key providers: where data keys came from in versions 1 to 4. New programs use keyrings."""
