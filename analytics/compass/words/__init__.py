"""What the pages of this room say: one module for each part of them."""
