"""Messages of the project's own, good and broken, and the script that makes them."""
