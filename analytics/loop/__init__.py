"""The loop: evaluate → find → propose → decide → draft → verify. The only place that writes into the apps below."""
