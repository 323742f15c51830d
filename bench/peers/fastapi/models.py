"""What the routes answer. The return types of the routes name these models, so pydantic's compiled core writes the JSON."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel


class Document(BaseModel):
    id: UUID
    title: str
    body: str
    created_at: datetime


class Member(BaseModel):
    user_id: UUID
    email: str
    name: str
    role: str


class Me(BaseModel):
    user_id: UUID
    organization_id: UUID
    email: str
    name: str
    role: str


class PermissionQuestion(BaseModel):
    permission: str


class PermissionAnswer(BaseModel):
    allowed: bool
