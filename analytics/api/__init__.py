"""The API's results, its routes and its page of documentation."""
