"""``make rehearse``: every command of the image and of the compose file, executed for real.

Where a container engine answers, it builds and starts the composition itself. Where there is none,
a bare Debian stands for the base image: the instructions of the Dockerfile run in it one by one,
then every service starts with the environment the compose file gives it, in a network of its own
that nothing leaves. The servers of other images (PostgreSQL, Valkey, nginx) are those of the wheels
and of Debian.

It needs root, debootstrap and the network; it is no part of ``make test``, which checks the reading
of both files only.
"""
