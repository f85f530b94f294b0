"""The token server the course is about: log in, refresh, log out, and one page to protect."""

from server.app import create_app
from server.clock import ManualClock, SystemClock
from server.embedded import EmbeddedServer
from server.ids import CountedIds, random_id
from server.keys import Keys
from server.store import MemoryStore, SQLiteStore
from server.tokens import TokenIssuer
from server.users import Users

__all__ = [
    "CountedIds",
    "EmbeddedServer",
    "Keys",
    "ManualClock",
    "MemoryStore",
    "SQLiteStore",
    "SystemClock",
    "TokenIssuer",
    "Users",
    "create_app",
    "random_id",
]
