"""What the look through the published asks of surveys: is the key in use one of the workers'?"""

CHAINS: list = []
CHECKS = ["feedback.surveys.keys.foreign_key"]
