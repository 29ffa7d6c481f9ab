"""The portal's settings with the addresses of the survey benchmark."""

from config.settings import *  # noqa: F403

ROOT_URLCONF = "tests.bench.survey_site"
