-- What adopting has made of it when everybody is bound. Constraints keep their names.
alter table public.users add organization_id uuid not null default '{organization}';
alter table public."Pro jects" add organization_id uuid not null default '{organization}';
alter table public.tasks add organization_id uuid not null default '{organization}';
alter table public.events add organization_id uuid not null default '{organization}';
alter table public."Pro jects" drop constraint "Pro jects_owner_fkey";
alter table public.tasks drop constraint tasks_project_fkey, drop constraint tasks_parent_fkey;
alter table public.events drop constraint events_task_fkey;
alter table public.users drop constraint users_pkey, add constraint users_pkey primary key (organization_id, id),
    drop constraint users_email_key, add constraint users_email_key unique (organization_id, email);
alter table public."Pro jects" drop constraint "Pro jects_pkey", add constraint "Pro jects_pkey" primary key (organization_id, id),
    add constraint "Pro jects_owner_fkey" foreign key (organization_id, owner) references public.users (organization_id, id);
alter table public.tasks drop constraint tasks_pkey, add constraint tasks_pkey primary key (organization_id, id);
alter table public.tasks
    add constraint tasks_project_fkey foreign key (organization_id, project) references public."Pro jects" (organization_id, id) on delete cascade,
    add constraint tasks_parent_fkey foreign key (organization_id, parent) references public.tasks (organization_id, id);
alter table public.events drop constraint events_pkey;
alter table public.events add constraint events_pkey primary key (organization_id, id, at),
    add constraint events_task_fkey foreign key (organization_id, task) references public.tasks (organization_id, id);
