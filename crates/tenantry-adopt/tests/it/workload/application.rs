//! What the application of each sample does: the tables it writes, and the statements around them that make it that
//! application. None of them knows of organizations.

use super::table::Table;
use crate::samples::Sample;

/// An application.
#[derive(Debug)]
pub(super) struct Application {
    /// Rows with children; deleting one deletes them.
    pub(super) parent: Table,
    pub(super) child: Table,
    /// Rows with members that stay when it is deleted, where the application has such.
    pub(super) loose: Option<Loose>,
    /// A join of parent and child that counts the children of `$1`.
    pub(super) join: &'static str,
    /// What a reader asks for, with rows in every answer.
    pub(super) reads: &'static [&'static str],
    /// What the first writer does now and then, repeatable at will.
    pub(super) writes: &'static [&'static str],
}

/// A foreign key that is set to null.
#[derive(Debug)]
pub(super) struct Loose {
    pub(super) root: Table,
    pub(super) member: Table,
}

impl Application {
    /// The application of a sample.
    pub(super) const fn of(sample: Sample) -> &'static Self {
        match sample {
            Sample::Insaight => &INSAIGHT,
            Sample::Teamos => &TEAMOS,
            Sample::Aicos => &AICOS,
            Sample::Voiceforge => &VOICEFORGE,
        }
    }

    /// The tables it writes: parent, child, root, member.
    pub(super) fn tables(&self) -> Vec<&Table> {
        let loose = self.loose.iter().flat_map(|loose| [&loose.root, &loose.member]);
        [&self.parent, &self.child].into_iter().chain(loose).collect()
    }
}

const VOICEFORGE: Application = Application {
    parent: Table {
        name: "contents",
        columns: "id, crawl_id, url, domain, title",
        values: "md5({key})::uuid, (select id from crawls where domain <> '' order by id limit 1), {key}, 'work.example', {text}",
        text: "title",
        conflict: "id",
        find: "id = md5({key})::uuid",
        siblings: "",
        key: "old.url",
        parent: "null::text",
        text_position: 4,
    },
    child: Table {
        name: "content_chunks",
        columns: "content_id, chunk_index, text, metadata",
        values: "md5({parent})::uuid, 7, {text}, jsonb_build_object('key', {key})",
        text: "text",
        conflict: "",
        find: "metadata->>'key' = {key}",
        siblings: "content_id = md5({parent})::uuid",
        key: "(old.metadata->>'key')",
        parent: "(select url from contents where id = old.content_id)",
        text_position: 3,
    },
    loose: None,
    join: "select count(*) from contents join content_chunks on content_chunks.content_id = contents.id
           where contents.id = md5($1::text)::uuid",
    reads: &[
        "select * from content_chunks where id = 42",
        "select * from contents order by id limit 5",
        "select * from marketing_templates where platform = 'blog' and is_active",
        "select domain, count(*) from crawls group by domain order by 2 desc limit 5",
        "select count(*) from contents
         where to_tsvector('english', title || ' ' || text) @@ plainto_tsquery('english', 'harbour bicycle')",
    ],
    writes: &[
        "insert into marketing_templates (slug, name, platform, tone, body) values ('own-1', 'Own', 'blog', 'casual', '')
         on conflict (slug) do update set times_used = marketing_templates.times_used + 1",
        "update crawls set pages_crawled = pages_crawled + 1 where id = (select id from crawls order by id limit 1)",
        "insert into crawls (domain) values ('work.example') returning *",
    ],
};

const TEAMOS: Application = Application {
    parent: Table {
        name: "\"Conversation\"",
        columns: "\"id\", \"teamId\", \"managerId\", \"currentAgent\", \"title\", \"updatedAt\"",
        values: "{key}, '', (select \"managerId\" from \"Team\" order by \"createdAt\", \"id\" limit 1), 'OnboardingAgent', {text}, now()",
        text: "\"title\"",
        conflict: "\"id\"",
        find: "\"id\" = {key}",
        siblings: "",
        key: "old.\"id\"",
        parent: "null::text",
        text_position: 4,
    },
    child: Table {
        name: "\"Message\"",
        columns: "\"id\", \"conversationId\", \"role\", \"content\"",
        values: "{key}, {parent}, 'user', {text}",
        text: "\"content\"",
        conflict: "\"id\"",
        find: "\"id\" = {key}",
        siblings: "\"conversationId\" = {parent}",
        key: "old.\"id\"",
        parent: "old.\"conversationId\"",
        text_position: 3,
    },
    loose: Some(Loose {
        root: Table {
            name: "\"Team\"",
            columns: "\"id\", \"managerId\", \"name\", \"updatedAt\"",
            values: "{key}, (select \"managerId\" from \"Team\" order by \"createdAt\", \"id\" limit 1), {text}, now()",
            text: "\"name\"",
            conflict: "\"id\"",
            find: "\"id\" = {key}",
            siblings: "",
            key: "old.\"id\"",
            parent: "null::text",
            text_position: 1,
        },
        member: Table {
            name: "\"User\"",
            columns: "\"id\", \"clerkId\", \"email\", \"name\", \"teamId\", \"updatedAt\"",
            values: "{key}, {key}, {key} || '@example.com', {text}, {parent}, now()",
            text: "\"name\"",
            conflict: "\"email\"",
            find: "\"id\" = {key}",
            siblings: "",
            key: "old.\"id\"",
            parent: "old.\"teamId\"",
            text_position: 3,
        },
    }),
    join: "select count(*) from \"Conversation\" c join \"Message\" m on m.\"conversationId\" = c.\"id\" where c.\"id\" = $1::text",
    reads: &[
        "select * from \"Conversation\" order by \"id\" limit 5",
        "select * from \"User\" where \"teamId\" is not null order by \"id\" limit 5",
        "select t.\"name\", u.\"email\" from \"Team\" t join \"User\" u on u.\"id\" = t.\"managerId\" order by 1 limit 5",
        "select * from \"AgentConfiguration\" where \"active\" order by \"agentName\"",
        "select f.*, a.\"name\" from \"FlowConfiguration\" f join \"Agent\" a on a.\"id\" = f.\"agentId\" where f.\"isActive\"",
    ],
    writes: &[
        "insert into \"FlowCheckpoint\" (\"id\", \"conversationId\", \"flowConfigId\", \"currentState\", \"updatedAt\")
         select md5(random()::text), c.\"id\", f.\"id\", 'greeting', now()
         from (select \"id\" from \"Conversation\" where \"id\" like 'c%' order by \"id\" limit 1) c,
              (select \"id\" from \"FlowConfiguration\" order by \"id\" limit 1) f",
        "update \"User\" set \"lastActivity\" = now() where \"id\" = (select \"managerId\" from \"Team\" order by \"createdAt\", \"id\" limit 1)",
        "update \"AgentConfiguration\" set \"temperature\" = 0.5 where \"agentName\" = 'NudgeAgent' and \"version\" = 1",
    ],
};

const AICOS: Application = Application {
    parent: Table {
        name: "agent_content_items",
        columns: "id, title, channel, body",
        values: "{key}, {text}, 'blog', repeat('A sentence. ', 20)",
        text: "title",
        conflict: "id",
        find: "id = {key}",
        siblings: "",
        key: "old.id",
        parent: "null::text",
        text_position: 1,
    },
    child: Table {
        name: "agent_content_approvals",
        columns: "id, content_id, approver, decision, comment",
        values: "{key}, {parent}, 'editor@example.com', 'approved', {text}",
        text: "comment",
        conflict: "id",
        find: "id = {key}",
        siblings: "content_id = {parent}",
        key: "old.id",
        parent: "old.content_id",
        text_position: 4,
    },
    loose: None,
    join: "select count(*) from agent_content_items item join agent_content_approvals approval on approval.content_id = item.id
           where item.id = $1::text",
    reads: &[
        "select * from system_connections_safe order by id",
        "select count(*) from agent_review_queue",
        "select connection_token('x', 'sample_account_1')",
        "select * from agent_content_items order by id limit 5",
        "select count(*) from agent_activities activity join agent_content_items item
         on activity.resource_type = 'content' and activity.resource_id = item.id",
        "with recursive thread as (
             select * from agent_x_posts where thread_parent_id is null
             union all select post.* from agent_x_posts post join thread on post.thread_parent_id = thread.id)
         select count(*) from thread",
    ],
    writes: &[
        "select record_activity('editor@example.com', 'opened', 'session', null)",
        "insert into system_generic_storage (storage_key, collection, data) values ('cursor:work', 'cursor', '{\"at\": 1}')
         on conflict (storage_key) do update set version = system_generic_storage.version + 1, data = excluded.data",
        "with run as (insert into agent_workflow_runs (workflow_id)
             select id from agent_workflows order by id limit 1 returning id, workflow_id)
         update agent_workflows set last_run_id = run.id from run where agent_workflows.id = run.workflow_id",
    ],
};

const INSAIGHT: Application = Application {
    parent: Table {
        name: "saved_reports",
        columns: "id, project_name, title, description, created_by",
        values: "md5({key})::uuid, 'Fleet', {key}, {text}, 'user_work'",
        text: "description",
        conflict: "id",
        find: "id = md5({key})::uuid",
        siblings: "",
        key: "old.title",
        parent: "null::text",
        text_position: 5,
    },
    child: Table {
        name: "report_sections",
        columns: "report_id, position, heading, body",
        values: "md5({parent})::uuid, hashtext({key}), {key}, {text}",
        text: "body",
        conflict: "",
        find: "heading = {key}",
        siblings: "report_id = md5({parent})::uuid",
        key: "old.heading",
        parent: "(select title from saved_reports where id = old.report_id)",
        text_position: 4,
    },
    loose: Some(Loose {
        root: Table {
            name: "uploads",
            columns: "id, project_name, file_name, byte_size, sha256, uploaded_by, content_type",
            values: "md5({key})::uuid, 'Fleet', {key}, 1, md5({key}) || md5({key} || 'x'), 'user_work', {text}",
            text: "content_type",
            conflict: "id",
            find: "id = md5({key})::uuid",
            siblings: "",
            key: "old.file_name",
            parent: "null::text",
            text_position: 3,
        },
        member: Table {
            name: "analysis_history",
            columns: "upload_id, project_name, question, narrative, requested_by",
            values: "md5({parent})::uuid, 'Fleet', {key}, {text}, 'user_work'",
            text: "narrative",
            conflict: "",
            find: "question = {key}",
            siblings: "",
            key: "old.question",
            parent: "(select file_name from uploads where id = old.upload_id)",
            text_position: 6,
        },
    }),
    join: "select count(*) from saved_reports report join report_sections section on section.report_id = report.id
           where report.id = md5($1::text)::uuid",
    reads: &[
        "select * from project_activity order by project_name",
        "select * from recent_analyses limit 20",
        "select * from analysis_history order by id limit 5",
        "select project_name, count(*) from analysis_events
         where occurred_at >= '2025-03-01' and occurred_at < '2025-04-01' group by project_name",
        "select report.*, palette.colors from saved_reports report join chart_palettes palette on palette.code = report.palette_code
         order by report.id limit 5",
    ],
    writes: &[
        "insert into analysis_events (analysis_id, project_name, event_type, actor)
         select id, project_name, 'viewed', 'user_work' from analysis_history order by id limit 1 returning *",
        "update report_sections set position = 3 - position where position in (1, 2)
         and report_id = (select id from saved_reports where title = 'Report 1')",
        "with gone as (delete from daily_usage where day = '2025-06-30' returning project_name)
         insert into daily_usage (project_name, day, tokens) select project_name, '2025-06-30', 1 from gone",
        "refresh materialized view concurrently project_activity",
    ],
};
