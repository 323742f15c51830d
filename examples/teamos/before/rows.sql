-- Rows for schema.sql, the same ones each time, about {{scale}} of them; half are messages. The number in braces is put in
-- before it is run; README.md shows how.

create temporary table phrase (number integer primary key, text text not null);
insert into phrase select row_number() over () - 1, text from (values
    ('What would you like your team to be better at in half a year?'),
    ('We ship on time, but nobody dares to say when a plan is wrong.'),
    ('That is a good place to begin. Who would notice first if it changed?'),
    ('Probably the support group. They hear everything a week before we do.'),
    ('Let me note that. Shall we look at how decisions are made?'),
    ('Mostly by whoever is in the room. It is quick, and it is a mess.'),
    ('On a scale from one to seven, how far do you agree: my team knows why it exists.'),
    ('Five. A year ago I would have said three.'),
    ('I would like to ask two more questions, then you have the summary.'),
    ('Go on. I have ten minutes before the next meeting.'),
    ('Thank you. Your report is ready; the strongest area is mutual support.'),
    ('Can you explain how that figure was calculated?'),
    ('It is the mean of eight answers, two of which are counted in reverse.'),
    ('We are eleven people now, three of them since spring.'),
    ('New members often see best what everybody else is used to. Have you asked them?'),
    ('Not systematically. That could be our next retrospective.'),
    ('I can prepare a short questionnaire for it. Would Thursday suit you?'),
    ('Thursday is fine, in the morning if possible.'),
    ('Done. I will remind you the day before.'),
    ('Let us come back to the goal from last time: fewer handovers.'),
    ('It went from nine to six, and the rest are outside of our reach.'),
    ('Is there something that you have decided not to do?'),
    ('We stopped the weekly status meeting. Nobody has missed it.'),
    ('I did not understand the last answer. Could you say it differently?')
) as list (text);
analyze phrase;

insert into "Agent" ("id", "name", "description", "isActive", "updatedAt")
select 'c' || left(md5('agent' || i), 24), name, 'Answers as ' || name, i < 9, timestamp '2025-01-20 09:00'
from unnest(array['OrchestratorAgent', 'OnboardingAgent', 'AssessmentAgent', 'DebriefAgent', 'AlignmentAgent',
    'LearningAgent', 'NudgeAgent', 'ProgressAgent', 'RecognitionAgent', 'ReportingAgent']) with ordinality as list (name, i);

insert into "FlowConfiguration" ("id", "agentId", "name", "version", "states", "transitions", "isActive", "updatedAt")
select 'c' || left(md5('flow' || name || version), 24), 'c' || left(md5('agent' || 1 + i), 24), name, version,
    '[{"name": "greeting"}, {"name": "context"}, {"name": "goal"}, {"name": "summary"}]',
    '[{"from": "greeting", "to": "context"}, {"from": "context", "to": "goal"}, {"from": "goal", "to": "summary"}]',
    version = 3, timestamp '2025-02-01 09:00'
from unnest(array['onboarding', 'assessment', 'debrief']) with ordinality as list (name, i), generate_series(1, 3) as version;

insert into "AgentConfiguration" ("id", "agentName", "version", "prompts", "guardrailConfig", "extractionRules",
    "temperature", "active", "createdBy")
select 'c' || left(md5('configuration' || "name" || version), 24), "name", version,
    jsonb_build_object('system', 'You are ' || "name" || '. Be brief, be kind, ask one question at a time.'),
    '{"maxLength": 2000, "blockTopics": ["medical", "legal"]}', '{"team_size": {"type": "number", "required": true}}',
    0.3 + version * 0.1, version = 2, case when version = 1 then 'system' else 'import' end
from "Agent", generate_series(1, 2) as version;

insert into "Document" ("id", "title", "category", "source", "content", "summary", "updatedAt")
select 'c' || left(md5('document' || i), 24), 'Handbook, part ' || i, (array['survey', 'practice', 'background'])[1 + i % 3],
    'handbook/' || i || '.md', string_agg(text, ' ' order by number), min(text), timestamp '2025-01-15 09:00'
from generate_series(1, 12) as i, phrase group by i;

insert into "DocumentChunk" ("id", "documentId", "chunkIndex", "content", "embedding", "metadata")
select 'c' || left(md5('part' || i || '-' || part), 24), 'c' || left(md5('document' || i), 24), part,
    text, array(select sin(i * 12.9898 + part * 4.1 + d * 78.233)::float4 from generate_series(1, 32) as d),
    jsonb_build_object('page', 1 + part / 2)
from generate_series(1, 12) as i, generate_series(0, 7) as part join phrase on number = part * 3
order by i, part;

insert into "QuestionnaireItem" ("id", "documentId", "position", "question", "isReversed")
select 'c' || left(md5('item' || i || '-' || n), 24), 'c' || left(md5('document' || i * 3), 24), n,
    'How far do you agree, no. ' || n || ': ' || text, n % 4 = 0
from generate_series(1, 4) as i, generate_series(1, 14) as n join phrase on number = n
order by i, n;

-- The first member of each team leads it. Teams are of different sizes, and one member in thirty is in none.
insert into "User" ("id", "clerkId", "email", "name", "role", "journeyStatus", "completedSteps", "lastActivity",
    "createdAt", "updatedAt")
select 'c' || left(md5('user' || i), 24), 'user_' || left(md5('login' || i), 27),
    lower(first.name) || '.' || lower(last.name) || i || '@example.com', first.name || ' ' || last.name,
    (case when i = 1 then 'ADMIN' when i <= 3 + {{scale}}::bigint / 400 then 'MANAGER' else 'TEAM_MEMBER' end)::"UserRole",
    (array['ONBOARDING', 'ASSESSMENT', 'DEBRIEF', 'ACTIVE', 'ACTIVE', 'DORMANT'])[1 + i % 6]::"JourneyStatus",
    case when i % 4 = 0 then array['greeting', 'context'] else array[]::text[] end,
    case when i % 5 <> 0 then timestamp '2025-06-30 18:00' - make_interval(hours => (i * 13 % 3000)::integer) end,
    timestamp '2025-01-10 08:00' + make_interval(hours => (i * 7 % 2000)::integer),
    timestamp '2025-06-30 18:00' - make_interval(hours => (i * 13 % 1000)::integer)
from generate_series(1, 10 + {{scale}}::bigint / 40) as i
join unnest(array['Mira', 'Jonte', 'Selka', 'Tavi', 'Oren', 'Liesa', 'Bramo', 'Nurit', 'Kasimo', 'Veda', 'Ilmar', 'Pella'])
    with ordinality as first (name, n) on first.n = 1 + i % 12
join unnest(array['Quillmere', 'Ashvane', 'Torrowick', 'Fennstrand', 'Hallowick', 'Marrengate', 'Ostervale', 'Pinhollow',
    'Rookendale', 'Silverby', 'Wyndmoor'])
    with ordinality as last (name, n) on last.n = 1 + i * 7 % 11
order by i;

insert into "Team" ("id", "name", "managerId", "department", "size", "purpose", "settings", "createdAt", "updatedAt")
select 'c' || left(md5('team' || i), 24),
    (array['Harbour', 'Foundry', 'Lantern', 'Compass', 'Orchard', 'Signal'])[1 + i % 6] || ' ' || i,
    'c' || left(md5('user' || i), 24), (array['Engineering', 'Sales', 'Support', 'Finance'])[1 + i % 4],
    3 + i * 5 % 12, phrase.text, jsonb_build_object('language', 'en', 'reminders', i % 2 = 0),
    timestamp '2025-01-12 08:00' + make_interval(hours => (i % 900)::integer), timestamp '2025-06-01 08:00'
from generate_series(1, 3 + {{scale}}::bigint / 400) as i join phrase on number = i * 5 % 24
order by i;

update "User" set "teamId" = 'c' || left(md5('team' || team), 24)
from (
    select 'c' || left(md5('user' || i), 24) as id,
        case when i <= teams then i else 1 + floor(teams * power(i * 2654435761 % 4294967296 / 4294967296::float8, 2))::bigint end as team,
        i > teams and i % 30 = 0 as is_in_none
    from (select 3 + {{scale}}::bigint / 400 as teams) as size, generate_series(1, 10 + {{scale}}::bigint / 40) as i
) as place
where "User"."id" = place.id and not is_in_none;

-- A conversation is its manager's. Of some the team was not known: '' in most of them, null in the oldest.
insert into "Conversation" ("id", "teamId", "managerId", "currentAgent", "title", "contextData", "metadata", "isArchived",
    "createdAt", "updatedAt")
select 'c' || left(md5('conversation' || i), 24),
    case when i % 11 = 0 then '' when i % 17 = 0 then null else 'c' || left(md5('team' || manager), 24) end,
    'c' || left(md5('user' || manager), 24), (array['OnboardingAgent', 'AssessmentAgent', 'DebriefAgent'])[1 + i % 3],
    case when i % 4 <> 0 then 'Conversation of week ' || 1 + i % 26 end,
    jsonb_build_object('team_size', 3 + i % 12, 'tenure', (i % 9) || ' years', 'challenge', 'handovers'),
    case when i % 5 = 0 then '{"channel": "voice"}'::jsonb end, i % 13 = 0,
    timestamp '2025-06-30 18:00' - make_interval(mins => (i * 37 % 250000)::integer),
    timestamp '2025-06-30 19:00' - make_interval(mins => (i * 37 % 250000)::integer)
from generate_series(1, 5 + {{scale}}::bigint / 20) as i,
lateral (
    select 1 + floor((3 + {{scale}}::bigint / 400) * power(i * 2246822519 % 4294967296 / 4294967296::float8, 2))::bigint as manager
) as led
order by i;

insert into "Message" ("id", "conversationId", "role", "content", "agentName", "metadata", "tokens", "timestamp")
select 'c' || left(md5('message' || i), 24), 'c' || left(md5('conversation' || conversation), 24),
    (array['assistant', 'user'])[1 + i % 2]::"MessageRole",
    phrase.text || case when i % 3 = 0 then ' ' || more.text else '' end,
    case when i % 2 = 0 then 'OnboardingAgent' end, case when i % 10 = 0 then '{"isEdited": true}'::jsonb end,
    length(phrase.text) / 4, timestamp '2025-06-30 18:00' - make_interval(secs => (i * 41 % 15000000)::integer)
from (
    select i, 1 + floor((5 + {{scale}}::bigint / 20) * power(i * 2654435761 % 4294967296 / 4294967296::float8, 1.5))::bigint as conversation
    from generate_series(1, {{scale}}::bigint / 2) as i
) as said
join phrase on phrase.number = i * 7 % 24 join phrase more on more.number = (i / 24 + i * 5) % 24
order by i;

insert into "AgentEvent" ("id", "conversationId", "agentName", "eventType", "content", "durationMs", "timestamp")
select 'c' || left(md5('event' || i), 24),
    'c' || left(md5('conversation' || 1 + i * 3266489917 % 4294967296 % (5 + {{scale}}::bigint / 20)), 24),
    (array['OnboardingAgent', 'AssessmentAgent', 'OrchestratorAgent'])[1 + i % 3],
    (array['tool_call', 'handoff', 'response', 'error'])[1 + (i * i % 10 / 3)::integer],
    jsonb_build_object('step', i % 12, 'tokens', 100 + i % 900), 80 + (i * 13 % 4000)::integer,
    timestamp '2025-06-30 18:00' - make_interval(secs => (i * 43 % 15000000)::integer)
from generate_series(1, {{scale}}::bigint / 5) as i order by i;

insert into "GuardrailCheck" ("id", "conversationId", "agentName", "guardrailType", "severity", "passed", "input",
    "reasoning", "timestamp")
select 'c' || left(md5('check' || i), 24),
    'c' || left(md5('conversation' || 1 + i * 668265263 % 4294967296 % (5 + {{scale}}::bigint / 20)), 24), 'OnboardingAgent',
    (array['length', 'relevance', 'tone'])[1 + i % 3], (array['low', 'low', 'medium', 'high'])[1 + i % 4]::"GuardrailSeverity",
    i % 14 <> 0, phrase.text, case when i % 14 = 0 then 'The answer left the topic.' end,
    timestamp '2025-06-30 18:00' - make_interval(secs => (i * 47 % 15000000)::integer)
from generate_series(1, {{scale}}::bigint / 12) as i join phrase on number = i % 24 order by i;

insert into "VariableExtraction" ("id", "conversationId", "agentName", "fieldName", "extractedValue", "confidence",
    "successful", "attemptNumber", "timestamp")
select 'c' || left(md5('extraction' || i), 24),
    'c' || left(md5('conversation' || 1 + i * 374761393 % 4294967296 % (5 + {{scale}}::bigint / 20)), 24), 'OnboardingAgent',
    (array['team_size', 'tenure', 'challenge', 'manager_name'])[1 + i % 4], case when i % 6 <> 0 then (3 + i % 9)::text end,
    0.5 + (i % 50) / 100.0, i % 6 <> 0, (1 + i % 3)::integer,
    timestamp '2025-06-30 18:00' - make_interval(secs => (i * 53 % 15000000)::integer)
from generate_series(1, {{scale}}::bigint / 12) as i order by i;

insert into "FlowCheckpoint" ("id", "conversationId", "flowConfigId", "currentState", "stateData", "isCompleted",
    "createdAt", "updatedAt")
select 'c' || left(md5('checkpoint' || i), 24),
    'c' || left(md5('conversation' || 1 + i * 2246822519 % 4294967296 % (5 + {{scale}}::bigint / 20)), 24),
    'c' || left(md5('flow' || (array['onboarding', 'assessment', 'debrief'])[1 + i % 3] || 1 + i / 3 % 3), 24),
    (array['greeting', 'context', 'goal', 'summary'])[1 + i % 4], jsonb_build_object('asked', i % 8), i % 4 = 3,
    timestamp '2025-06-30 17:00' - make_interval(mins => (i * 59 % 250000)::integer),
    timestamp '2025-06-30 18:00' - make_interval(mins => (i * 59 % 250000)::integer)
from generate_series(1, {{scale}}::bigint / 40) as i order by i;

drop table phrase;
analyze "User", "Team", "Conversation", "Message", "AgentEvent", "GuardrailCheck", "VariableExtraction", "FlowCheckpoint",
    "Agent", "FlowConfiguration", "AgentConfiguration", "Document", "DocumentChunk", "QuestionnaireItem";
