"""`python -m symlstm`."""

from __future__ import annotations

import sys

from symlstm.cli import main

if __name__ == "__main__":
    sys.exit(main())
