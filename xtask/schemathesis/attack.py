"""Attacks a running server with schemathesis, as each of two organizations' owners in turn.

The one thing a newcomer would get wrong: an operation that is never answered with a success has not been
tested at all, so that fails too, unless it is excused by name below.

    attack.py BASE_URL FOLDER [--long]
"""

import json
import os
import pathlib
import subprocess
import sys
import time

from owner import PASSWORD, Owner

HERE = pathlib.Path(__file__).parent
CHECKS = [
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_schema_conformance",
    "response_headers_conformance",
    "negative_data_rejection",
    "missing_required_header",
    "unsupported_method",
    "allow_header_conformance",
    "ignored_auth",
    "use_after_free",
    "nothing_of_the_other_organization",
]
# These end what a pass stands on, the organization or the session, so each has a pass of its own, in this order.
ENDING = ["organization_delete", "account_logout"]
# Operations that cannot be answered with a success here, each with the reason. The fewer the better.
EXCUSED = {
    "member_leave": "each organization has one member, who is its last owner",
    "member_remove": "each organization has one member, who is its last owner",
    "member_transfer": "there is nobody to hand the ownership to",
    "organization_restore": "the organization is deleted in a pass of its own",
    "client_restore": "what was deleted before is not known to a request",
    "project_restore": "what was deleted before is not known to a request",
    "project_member_add": "whoever could be added is in every project already",
}


def run_pass(folder, name, attacker, victim, options, operations):
    """One run of schemathesis as the attacker, with the victim's names offered wherever names are asked for."""
    scratch = folder / name
    scratch.mkdir()
    before = victim.everything()
    target = {
        "own": attacker.names(),
        "foreign": victim.names(),
        "own_canary": attacker.canary,
        "foreign_canary": victim.canary,
        "login": {"email": attacker.email, "password": PASSWORD},
        "refresh_token": attacker.another_session()["refresh_token"],
        "counts": str(scratch / "counts.json"),
    }
    (scratch / "target.json").write_text(json.dumps(target))
    command = [
        str(pathlib.Path(sys.executable).parent / "schemathesis"),
        "run",
        attacker.base_url + "/openapi.json",
        "--header",
        f"Authorization: Bearer {attacker.token}",
        "--checks",
        ",".join(CHECKS),
        "--no-color",
        "--request-timeout",
        "35",
        *options,
        *operations,
    ]
    environment = {
        **os.environ,
        "SCHEMATHESIS_HOOKS": "hooks",
        "PYTHONPATH": str(HERE),
        "TENANTRY_ATTACK": str(scratch / "target.json"),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    started = time.monotonic()
    log = scratch / "schemathesis.log"
    with log.open("w") as output:
        ran = subprocess.run(
            command, cwd=scratch, env=environment, stdout=output, stderr=output, check=False
        )
    took = time.monotonic() - started
    faults = judge(scratch, ran.returncode, before, victim.everything())
    counts = json.loads((scratch / "counts.json").read_text())
    total = sum(sum(of.values()) for of in counts["statuses"].values())
    said = f"{name}: {total} requests to {len(counts['statuses'])} operations in {took:.0f} s, "
    said += f"own word seen {counts['own']} times, the other's {counts['foreign']} times"
    print(said, flush=True)
    if ran.returncode != 0:
        print(log.read_text())
    for fault in faults:
        print(f"{name}: {fault}")
    return counts["statuses"], not faults


def judge(scratch, code, before, after):
    """What is wrong with a pass that has ended."""
    faults = [] if code == 0 else [f"schemathesis ended with {code}"]
    counts = json.loads((scratch / "counts.json").read_text())
    for operation, statuses in sorted(counts["statuses"].items()):
        if operation not in EXCUSED and not any(status[0] == "2" for status in statuses):
            faults.append(f"{operation} was never answered with a success: {statuses}")
    if counts["foreign"]:
        faults.append("an answer held a word of the other organization")
    faults += [f"the other organization's {path} is not what it was" for path in before if before[path] != after[path]]
    return faults


def main():
    base_url, folder = sys.argv[1], pathlib.Path(sys.argv[2])
    is_long = "--long" in sys.argv[3:]
    options = ["--max-examples", "300" if is_long else "25"]
    # Without --long the same requests each time: what fails in a check must fail again at the desk.
    options += ["--generation-database", "none"] if is_long else ["--generation-deterministic"]
    passes = [("all", [word for name in ENDING for word in ("--exclude-operation-id", name)])]
    passes += [(name, ["--include-operation-id", name]) for name in ENDING]
    reached, is_good = set(), True
    for identity in ["acme", "globex"]:
        attacker, victim = Owner(base_url, identity), Owner(base_url, "victim")
        own_word_seen = 0
        for name, operations in passes:
            statuses, passed = run_pass(folder, f"{identity}-{name}", attacker, victim, options, operations)
            counts = json.loads((folder / f"{identity}-{name}" / "counts.json").read_text())
            reached |= set(statuses)
            own_word_seen += counts["own"]
            is_good &= passed
        if own_word_seen == 0:
            print(f"{identity}: not even the own word was ever seen: the check for the other's proves nothing")
            is_good = False
    missed = documented(victim) - reached
    if missed:
        print(f"never asked: {sorted(missed)}")
    return 0 if is_good and not missed else 1


def documented(owner):
    """Every operation id of the document."""
    paths = owner.call("GET", "/openapi.json")["paths"]
    operations = (operation for path in paths.values() for operation in path.values())
    return {operation["operationId"] for operation in operations if "operationId" in operation}


if __name__ == "__main__":
    sys.exit(main())
