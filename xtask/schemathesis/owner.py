"""Somebody who has signed up, with an organization full of things that carry a word of their own.

The one thing a newcomer would get wrong: what to make is not listed here but read from the document, so that a
resource which is added later is seeded and attacked without a change of this file.
"""

import os
import re

import requests

PASSWORD = "securepassword123"
EACH = 3


class Owner:
    """The owner of a fresh organization. The canary is in every name, and nobody else ever sends it."""

    def __init__(self, base_url, name):
        self.base_url, self.token = base_url, None
        self.canary = f"Canary{os.urandom(8).hex()}"
        self.email = f"{name}-{self.canary}@example.com".lower()
        names = {"name": f"{self.canary} {name}", "organization_name": f"{self.canary} Works"}
        answer = self.call("POST", "/auth/signup", {"email": self.email, "password": PASSWORD, **names})
        self.token = answer["access_token"]
        self.user, self.organization = answer["user"]["id"], answer["organization"]["id"]
        self.slug = answer["organization"]["slug"]
        self.made = self.make_everything()

    def send(self, method, path, body=None):
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        return requests.request(method, self.base_url + path, json=body, headers=headers, timeout=30)

    def call(self, method, path, body=None):
        answer = self.send(method, path, body)
        if not answer.ok:
            raise SystemExit(f"{method} {path}: {answer.status_code} {answer.text}")
        return answer.json()

    def another_session(self):
        return self.call("POST", "/auth/login", {"email": self.email, "password": PASSWORD})

    def make_everything(self):
        """Fills every collection that can be filled with a name alone; answers ids by path parameter."""
        made = {"user": [self.user]}
        paths = self.call("GET", "/openapi.json")["paths"]
        for collection, parameter in sorted(collections(paths)):
            address = collection.replace("{organization}", "current")
            if "post" in paths.get(collection, {}):
                for number in range(EACH):
                    self.send("POST", address, {"name": f"{self.canary} {parameter} {number}"})
            listed = self.send("GET", address)
            if listed.ok:
                rows = listed.json()["data"]
                made.setdefault(parameter, []).extend(row["id"] for row in rows if "id" in row)
                if parameter == "project":
                    made.setdefault("X-Project", []).extend(row["slug"] for row in rows)
        return made

    def names(self):
        """Every name of this organization's things, by parameter; the slug as it is now, or was at the end."""
        current = self.send("GET", "/api/v1/organizations/current")
        if current.ok:
            self.slug = current.json()["slug"]
        return {"organization": [self.organization, self.slug], **self.made}

    def everything(self):
        """What the owner sees: it must be the same after somebody else's attack (AZ-3)."""
        paths = self.call("GET", "/openapi.json")["paths"]
        lists = {collection.replace("{organization}", "current") for collection, _ in collections(paths)}
        seen = {path: self.send("GET", path).text for path in sorted(lists)}
        for path in ["/api/v1/organizations/current", "/auth/me"]:
            seen[path] = self.send("GET", path).text
        return {path: re.sub(r'"request_id":"[^"]*"', "", text) for path, text in seen.items()}


def collections(paths):
    """Every `…/things/{thing}` of the document as (`…/things`, `thing`), but for organizations themselves."""
    for path in paths:
        found = re.fullmatch(r"(/.*)/\{(\w+)\}", path)
        # Things inside of a thing need that thing's id: they are made through the examples.
        if found and found[2] != "organization" and "{" not in found[1].replace("{organization}", ""):
            yield found[1], found[2]
