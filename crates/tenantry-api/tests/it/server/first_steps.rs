//! The commands of the page at `/`, pasted into a real shell, and a client that speaks HTTP/2.

use std::path::Path;
use std::process::Command;

use tenantry_testkit::App;

use super::Server;
use crate::superuser::Superuser;

async fn shell(script: String, folder: &Path) -> String {
    let folder = folder.to_owned();
    let run =
        move || Command::new("sh").arg("-euc").arg(script).current_dir(folder).output().unwrap();
    let output = tokio::task::spawn_blocking(run).await.unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{errors}");
    String::from_utf8(output.stdout).unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_first_three_commands_do_what_the_page_says() {
    let app = App::start().await;
    let server = Server::start(app.router()).await;
    let folder = tempfile::tempdir().unwrap();
    let steps = tenantry_api::pages::first_steps(&format!("http://{}", server.address));
    let script: Vec<String> = steps.iter().map(|step| step.command.clone()).collect();
    let printed = shell(script.join("\n"), folder.path()).await;
    assert!(printed.contains("\"name\":\"Marketing Campaign\""), "{printed}");
    let superuser = Superuser::of(&app).await;
    let rows = superuser.ask("select concat_ws(' / ', o.name, p.name, u.email) from tenantry.projects p join tenantry.organizations o using (organization_id) join tenantry.memberships m using (organization_id) join tenantry.users u on u.id = m.user_id").await;
    assert_eq!(rows, ["My Organization / Marketing Campaign / user@example.com"]);
    // The log of the organization knows where it came from.
    let addresses = superuser.ask("select distinct host(address) from tenantry.audit_events").await;
    assert_eq!(addresses, ["127.0.0.1"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn http_2_is_spoken_without_being_asked_twice() {
    let app = App::start().await;
    let server = Server::start(app.router()).await;
    let folder = tempfile::tempdir().unwrap();
    let url = format!("http://{}", server.address);
    let format = "-s -o /dev/null -w '%{http_version} %{http_code}\\n' --http2-prior-knowledge";
    let script = format!(
        "curl {format} {url}/livez\n\
         curl {format} -H 'Content-Type: application/json' -d '{{}}' {url}/auth/login\n\
         curl {format} -H \"X-Filler: $(head -c 20000 /dev/zero | tr '\\0' a)\" {url}/livez || echo refused"
    );
    let printed = shell(script.replace("-s -o", "--no-progress-meter -o"), folder.path()).await;
    let lines: Vec<&str> = printed.lines().collect();
    assert_eq!(lines[..2], ["2 200", "2 422"], "{printed}");
    assert!(lines[2..].iter().any(|line| matches!(*line, "2 431" | "refused")), "{printed}");
}
