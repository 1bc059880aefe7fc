"""CMMs and materials of the Material Providers Library, as those of this package."""
