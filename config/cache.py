"""The cache, which may be away at any time without anybody being kept out."""

from django_redis.cache import RedisCache


class ForgivingCache(RedisCache):
    """Errors of the connection are passed over (``IGNORE_EXCEPTIONS`` in the settings)."""

    def add(self, *args, **kwargs) -> bool:
        """True where the key is new, and where nobody can say.

        The sign-in page takes a lock in this way before it counts requests; without an answer it
        would shut everybody out for as long as the cache is away. Wrong passwords are counted in
        the database all the same.
        """
        added = super().add(*args, **kwargs)
        return added is None or added
