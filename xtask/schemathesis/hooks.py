"""What schemathesis does not know of itself: two organizations, and a word that must never cross from one to the other.

The one thing a newcomer would get wrong: the other organization's ids are sent on purpose, so their coming back in an
answer proves nothing; the canary is never sent, so a single one in an answer is a leak.
"""

import atexit
import collections
import json
import os
import pathlib
import threading

import schemathesis

TARGET = json.loads(pathlib.Path(os.environ["TENANTRY_ATTACK"]).read_text())
OWN, FOREIGN = TARGET["own"], TARGET["foreign"]
# A fresh address: in deterministic mode the generated ones are the same in every pass, and taken in the second.
NEW = f"new-{os.urandom(8).hex()}@example.com"
STATUSES = collections.defaultdict(collections.Counter)
SIGHTINGS = collections.Counter()
LOCK = threading.Lock()
PARAMETERS = {
    # The caller's own first: an operation must have been seen to work before its refusals mean much.
    **{name: OWN.get(name, []) + FOREIGN.get(name, []) for name in OWN.keys() | FOREIGN.keys()},
    "organization": ["current", *OWN["organization"], *FOREIGN["organization"]],
    # What a header or a filter names beside the path: the caller's own first, and then the other's.
    "X-Project-ID": [OWN["project"][0], FOREIGN["project"][0]],
    "X-Project": [OWN["X-Project"][0], FOREIGN["X-Project"][0]],
    "organization_id": [OWN["organization"][0], FOREIGN["organization"][0]],
    "client_id": [OWN["client"][0], FOREIGN["client"][0]],
    "X-Organization-ID": [OWN["organization"][0], FOREIGN["organization"][0]],
    "X-Organization": [OWN["organization"][1], *FOREIGN["organization"]],
}
BODIES = {
    "account_signup": {
        "email": NEW,
        "password": TARGET["login"]["password"],
        "name": "New",
        "organization_name": "New Works",
    },
    "account_login": TARGET["login"],
    "account_refresh": {"refresh_token": TARGET["refresh_token"]},
    "account_switch": {"organization_id": OWN["organization"][0]},
    "organization_update": {"description": "changed"},
    "organization_replace": {"description": "changed again"},
    # The one member there is stays what it is: the last owner.
    "member_update": {"role": "owner"},
    "member_replace": {"role": "owner"},
    "project_member_update": {"role": "manager"},
    "permission_check": {"permissions": ["project:create", "organization:delete"]},
}


@schemathesis.hook
def before_load_schema(context, document):
    """Offers the names of both organizations wherever one is asked for."""
    for path in document["paths"].values():
        for operation in path.values():
            if not isinstance(operation, dict) or "operationId" not in operation:
                continue
            for parameter in operation.get("parameters", []):
                values = PARAMETERS.get(parameter.get("name"), [])
                if values:
                    parameter["examples"] = {str(at): {"value": value} for at, value in enumerate(values)}
            body = BODIES.get(operation["operationId"])
            if body is not None:
                operation["requestBody"]["content"]["application/json"]["example"] = body


@schemathesis.hook
def after_call(context, case, response):
    """Counts what was answered."""
    operation = case.operation.definition.raw.get("operationId", case.operation.label)
    seen = said(response)
    with LOCK:
        STATUSES[operation][str(response.status_code)] += 1
        for word in ("own", "foreign"):
            SIGHTINGS[word] += TARGET[f"{word}_canary"].lower() in seen


@schemathesis.check
def nothing_of_the_other_organization(ctx, response, case):
    """No answer, in body or header, holds the word that only the other organization has (AZ-1)."""
    if TARGET["foreign_canary"].lower() in said(response):
        raise AssertionError("a word of the other organization is in the answer")


def said(response):
    return (response.text + str(response.headers)).lower()


@atexit.register
def write_counts():
    with LOCK:
        counts = {"statuses": STATUSES, "own": SIGHTINGS["own"], "foreign": SIGHTINGS["foreign"]}
        pathlib.Path(TARGET["counts"]).write_text(json.dumps(counts))
