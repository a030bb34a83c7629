"""Says whether the web server of this container is well: python -m tools.healthy [port]."""

import os
import sys

from tools.port import is_healthy

if __name__ == "__main__":
    sys.exit(not is_healthy(int(sys.argv[1]) if sys.argv[1:] else 8000, dict(os.environ)))
