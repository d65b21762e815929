"""What customers read, as files: written after each change, served without Django."""

from incidents.public.files.keeping import keep_public_files, oldest_waiting
from incidents.public.files.writing import NotWritten, build, write_new_day, write_pending

__all__ = ["NotWritten", "build", "keep_public_files", "oldest_waiting", "write_new_day", "write_pending"]
