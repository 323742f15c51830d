-- A coach for teams: managers and members talk to agents, which check and extract what is said. The names are those that an
-- object-relational mapper makes: CamelCase, always quoted; it also makes the ids and "updatedAt" itself.
-- Load it as the login that is to own it:  psql "$DATABASE_URL" -v ON_ERROR_STOP=1 -1 -f schema.sql

create type "UserRole" as enum ('ADMIN', 'MANAGER', 'TEAM_MEMBER');
create type "MessageRole" as enum ('user', 'assistant', 'system');
create type "GuardrailSeverity" as enum ('low', 'medium', 'high', 'blocked');
create type "JourneyStatus" as enum ('ONBOARDING', 'ASSESSMENT', 'DEBRIEF', 'ACTIVE', 'DORMANT');

create table "User" (
    "id" text not null,
    "clerkId" text not null,
    "email" text not null,
    "name" text,
    "imageUrl" text,
    "role" "UserRole" not null default 'TEAM_MEMBER',
    "journeyStatus" "JourneyStatus" not null default 'ONBOARDING',
    "completedSteps" text[] default array[]::text[],
    "teamId" text,
    "lastActivity" timestamp(3),
    "createdAt" timestamp(3) not null default current_timestamp,
    "updatedAt" timestamp(3) not null,
    constraint "User_pkey" primary key ("id")
);

create table "Team" (
    "id" text not null,
    "name" text not null,
    "managerId" text not null,
    "department" text,
    "size" integer not null default 1,
    "purpose" text,
    "settings" jsonb not null default '{}',
    "createdAt" timestamp(3) not null default current_timestamp,
    "updatedAt" timestamp(3) not null,
    constraint "Team_pkey" primary key ("id")
);

-- No foreign key: "managerId" and "teamId" are texts, and "teamId" is '' where the manager had no team yet.
create table "Conversation" (
    "id" text not null,
    "teamId" text,
    "managerId" text not null,
    "currentAgent" text not null,
    "title" text,
    "contextData" jsonb not null default '{}',
    "metadata" jsonb,
    "isArchived" boolean not null default false,
    "createdAt" timestamp(3) not null default current_timestamp,
    "updatedAt" timestamp(3) not null,
    constraint "Conversation_pkey" primary key ("id")
);

create table "Message" (
    "id" text not null,
    "conversationId" text not null,
    "role" "MessageRole" not null,
    "content" text not null,
    "agentName" text,
    "metadata" jsonb,
    "tokens" integer,
    "timestamp" timestamp(3) not null default current_timestamp,
    constraint "Message_pkey" primary key ("id")
);

create table "AgentEvent" (
    "id" text not null,
    "conversationId" text not null,
    "agentName" text not null,
    "eventType" text not null,
    "content" jsonb not null,
    "durationMs" integer,
    "timestamp" timestamp(3) not null default current_timestamp,
    constraint "AgentEvent_pkey" primary key ("id")
);

create table "GuardrailCheck" (
    "id" text not null,
    "conversationId" text not null,
    "agentName" text not null,
    "guardrailType" text not null,
    "severity" "GuardrailSeverity" not null default 'low',
    "passed" boolean not null,
    "input" text not null,
    "reasoning" text,
    "timestamp" timestamp(3) not null default current_timestamp,
    constraint "GuardrailCheck_pkey" primary key ("id")
);

create table "VariableExtraction" (
    "id" text not null,
    "conversationId" text not null,
    "agentName" text not null,
    "fieldName" text not null,
    "extractedValue" text,
    "confidence" double precision,
    "successful" boolean not null default false,
    "attemptNumber" integer not null default 1,
    "timestamp" timestamp(3) not null default current_timestamp,
    constraint "VariableExtraction_pkey" primary key ("id")
);

create table "Agent" (
    "id" text not null,
    "name" text not null,
    "description" text,
    "isActive" boolean not null default true,
    "createdAt" timestamp(3) not null default current_timestamp,
    "updatedAt" timestamp(3) not null,
    constraint "Agent_pkey" primary key ("id")
);

create table "FlowConfiguration" (
    "id" text not null,
    "agentId" text not null,
    "name" text not null,
    "version" integer not null default 1,
    "states" jsonb not null,
    "transitions" jsonb not null,
    "isActive" boolean not null default false,
    "createdAt" timestamp(3) not null default current_timestamp,
    "updatedAt" timestamp(3) not null,
    constraint "FlowConfiguration_pkey" primary key ("id")
);

create table "AgentConfiguration" (
    "id" text not null,
    "agentName" text not null,
    "version" integer not null default 1,
    "prompts" jsonb not null,
    "guardrailConfig" jsonb not null default '{}',
    "extractionRules" jsonb not null default '{}',
    "temperature" real not null default 0.7,
    "active" boolean not null default true,
    "createdAt" timestamp(3) not null default current_timestamp,
    "createdBy" text not null default 'system',
    constraint "AgentConfiguration_pkey" primary key ("id")
);

-- Belongs to a conversation, and points at a flow that everybody uses.
create table "FlowCheckpoint" (
    "id" text not null,
    "conversationId" text not null,
    "flowConfigId" text not null,
    "currentState" text not null,
    "stateData" jsonb not null default '{}',
    "isCompleted" boolean not null default false,
    "createdAt" timestamp(3) not null default current_timestamp,
    "updatedAt" timestamp(3) not null,
    constraint "FlowCheckpoint_pkey" primary key ("id")
);

create table "Document" (
    "id" text not null,
    "title" text not null,
    "category" text not null,
    "source" text,
    "content" text not null,
    "summary" text,
    "createdAt" timestamp(3) not null default current_timestamp,
    "updatedAt" timestamp(3) not null,
    constraint "Document_pkey" primary key ("id")
);

create table "DocumentChunk" (
    "id" text not null,
    "documentId" text not null,
    "chunkIndex" integer not null,
    "content" text not null,
    "embedding" float4[],
    "metadata" jsonb,
    constraint "DocumentChunk_pkey" primary key ("id")
);

create table "QuestionnaireItem" (
    "id" text not null,
    "documentId" text not null,
    "position" integer not null,
    "question" text not null,
    "scale" text not null default 'agree-7',
    "isReversed" boolean not null default false,
    constraint "QuestionnaireItem_pkey" primary key ("id")
);

create unique index "User_clerkId_key" on "User" ("clerkId");
create unique index "User_email_key" on "User" ("email");
create index "User_teamId_idx" on "User" ("teamId");
create index "Team_managerId_idx" on "Team" ("managerId");
create index "Conversation_teamId_idx" on "Conversation" ("teamId");
create index "Conversation_managerId_updatedAt_idx" on "Conversation" ("managerId", "updatedAt" desc);
create index "Message_conversationId_timestamp_idx" on "Message" ("conversationId", "timestamp");
create index "AgentEvent_conversationId_idx" on "AgentEvent" ("conversationId");
create index "GuardrailCheck_conversationId_idx" on "GuardrailCheck" ("conversationId");
create index "VariableExtraction_conversationId_fieldName_idx" on "VariableExtraction" ("conversationId", "fieldName");
create unique index "Agent_name_key" on "Agent" ("name");
create unique index "FlowConfiguration_agentId_name_version_key" on "FlowConfiguration" ("agentId", "name", "version");
create unique index "AgentConfiguration_agentName_version_key" on "AgentConfiguration" ("agentName", "version");
create index "FlowCheckpoint_conversationId_idx" on "FlowCheckpoint" ("conversationId");
create unique index "DocumentChunk_documentId_chunkIndex_key" on "DocumentChunk" ("documentId", "chunkIndex");
create index "QuestionnaireItem_documentId_idx" on "QuestionnaireItem" ("documentId");

-- A member has a team, and a team has a manager, who is a member: a cycle.
alter table "User" add constraint "User_teamId_fkey"
    foreign key ("teamId") references "Team" ("id") on delete set null on update cascade;
alter table "Team" add constraint "Team_managerId_fkey"
    foreign key ("managerId") references "User" ("id") on delete restrict on update cascade;
alter table "Message" add constraint "Message_conversationId_fkey"
    foreign key ("conversationId") references "Conversation" ("id") on delete cascade on update cascade;
alter table "AgentEvent" add constraint "AgentEvent_conversationId_fkey"
    foreign key ("conversationId") references "Conversation" ("id") on delete cascade on update cascade;
alter table "GuardrailCheck" add constraint "GuardrailCheck_conversationId_fkey"
    foreign key ("conversationId") references "Conversation" ("id") on delete cascade on update cascade;
alter table "VariableExtraction" add constraint "VariableExtraction_conversationId_fkey"
    foreign key ("conversationId") references "Conversation" ("id") on delete cascade on update cascade;
alter table "FlowCheckpoint" add constraint "FlowCheckpoint_conversationId_fkey"
    foreign key ("conversationId") references "Conversation" ("id") on delete cascade on update cascade;
alter table "FlowCheckpoint" add constraint "FlowCheckpoint_flowConfigId_fkey"
    foreign key ("flowConfigId") references "FlowConfiguration" ("id") on delete restrict on update cascade;
alter table "FlowConfiguration" add constraint "FlowConfiguration_agentId_fkey"
    foreign key ("agentId") references "Agent" ("id") on delete restrict on update cascade;
alter table "DocumentChunk" add constraint "DocumentChunk_documentId_fkey"
    foreign key ("documentId") references "Document" ("id") on delete cascade on update cascade;
alter table "QuestionnaireItem" add constraint "QuestionnaireItem_documentId_fkey"
    foreign key ("documentId") references "Document" ("id") on delete cascade on update cascade;
