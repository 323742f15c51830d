"""Prints a JSON line for each Python package that is really installed, and one for Python itself."""

import json
import platform
import sys
from importlib.metadata import distributions

peer = sys.argv[1]
print(json.dumps({"peer": peer, "package": "python", "version": platform.python_version()}))
for name, version in sorted((found.metadata["Name"], found.version) for found in distributions()):
    print(json.dumps({"peer": peer, "package": name, "version": version}))
