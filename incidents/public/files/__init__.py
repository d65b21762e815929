"""What customers read, as files: written after each change, served without Django."""

from incidents.public.files.following import Follower, followed_by
from incidents.public.files.keeping import followers, keep_public_files, oldest_waiting
from incidents.public.files.writing import NotWritten, build, rehearse, write_new_day, write_pending

__all__ = [
    "Follower",
    "NotWritten",
    "build",
    "followed_by",
    "followers",
    "keep_public_files",
    "oldest_waiting",
    "rehearse",
    "write_new_day",
    "write_pending",
]
