"""The four routes the suite measures. None of them names the organization in its SQL: row security does that."""

from fastapi import APIRouter, HTTPException, Request

from claims import Claims, CurrentClaims
from models import Document, Me, Member, PermissionAnswer, PermissionQuestion
from tenant_transaction import tenant_transaction

router = APIRouter()

PERMISSIONS = {
    "owner": frozenset({"documents.read", "documents.write", "members.manage", "organization.delete"}),
    "admin": frozenset({"documents.read", "documents.write", "members.manage"}),
    "member": frozenset({"documents.read", "documents.write"}),
}

NEWEST_DOCUMENTS = "select id, title, body, created_at from peer.documents order by created_at desc, id desc limit 20"
FIRST_MEMBERS = """
    select member.user_id, person.email, person.name, member.role
    from peer.members member join peer.users person on person.id = member.user_id
    order by member.user_id limit 100
"""
ONE_MEMBER = """
    select member.user_id, member.organization_id, person.email, person.name, member.role
    from peer.members member join peer.users person on person.id = member.user_id
    where member.user_id = $1
"""
ROLE = "select role from peer.members where user_id = $1"


@router.get("/documents")
async def documents(request: Request, claims: CurrentClaims) -> list[Document]:
    return await rows(request, claims, NEWEST_DOCUMENTS)


@router.get("/members")
async def members(request: Request, claims: CurrentClaims) -> list[Member]:
    return await rows(request, claims, FIRST_MEMBERS)


@router.get("/me")
async def me(request: Request, claims: CurrentClaims) -> Me:
    found = await rows(request, claims, ONE_MEMBER, claims.user)
    if not found:
        raise HTTPException(status_code=403, detail="Not a member of this organization")
    return found[0]


@router.post("/permissions")
async def permissions(request: Request, claims: CurrentClaims, question: PermissionQuestion) -> PermissionAnswer:
    async with tenant_transaction(request.app.state.pool, claims.organization) as connection:
        role = await connection.fetchval(ROLE, claims.user)
    return PermissionAnswer(allowed=question.permission in PERMISSIONS.get(role, frozenset()))


async def rows(request: Request, claims: Claims, statement: str, *values: object) -> list[dict]:
    async with tenant_transaction(request.app.state.pool, claims.organization) as connection:
        return [dict(row) for row in await connection.fetch(statement, *values)]
