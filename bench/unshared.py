"""Starts the server with a store that shares no text: what each span carries is kept whole, compressed.

Only for measuring what keeping every message once is worth.
"""

import sys

from threadline_server.cli import main
from threadline_server.store.content import payload

if not hasattr(payload, "SHARED_LENGTH"):
    sys.exit("unshared: payload no longer says from which length on texts are shared")
payload.SHARED_LENGTH = sys.maxsize

if __name__ == "__main__":
    main()
