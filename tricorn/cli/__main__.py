"""`python -m tricorn.cli`: the same as the command `tricorn`."""

import sys

from tricorn.cli import main

sys.exit(main())
