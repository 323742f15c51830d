//! Many callers over few connections: groups are sent as they come, and answered in that order.

use std::collections::VecDeque;

use tokio::sync::{mpsc, oneshot};
use uuid::Uuid;

use crate::config::Config;
use crate::wire::{self, Prepared, Wire};
use crate::{ENTER, LIST};

type Call = (Uuid, oneshot::Sender<usize>);

/// Connections that are shared.
pub(crate) struct Shared(Vec<mpsc::UnboundedSender<Call>>);

impl Shared {
    pub(crate) async fn open(config: &Config, count: usize) -> Self {
        let mut senders = Vec::new();
        for _ in 0..count {
            let (mut wire, _) = wire::open(config).await.unwrap();
            let enter = wire.prepare("enter".to_owned(), ENTER).await.unwrap();
            let list = wire.prepare("list".to_owned(), LIST).await.unwrap();
            let (sender, receiver) = mpsc::unbounded_channel();
            tokio::spawn(carry(wire, enter, list, receiver));
            senders.push(sender);
        }
        Self(senders)
    }

    pub(crate) async fn list(&self, connection: usize, organization: Uuid) -> usize {
        let (sender, answer) = oneshot::channel();
        self.0[connection].send((organization, sender)).unwrap();
        answer.await.unwrap()
    }
}

/// Sends what has come, and answers what is due, whichever is there first.
async fn carry(mut wire: Wire, enter: Prepared, list: Prepared, mut calls: mpsc::UnboundedReceiver<Call>) {
    let mut due: VecDeque<oneshot::Sender<usize>> = VecDeque::new();
    loop {
        if due.is_empty() {
            let Some(call) = calls.recv().await else { return };
            add(&mut wire, &enter, &list, call, &mut due);
        }
        while let Ok(call) = calls.try_recv() {
            add(&mut wire, &enter, &list, call, &mut due);
        }
        wire.flush().await.unwrap();
        wire.complete(drop).await.unwrap();
        let rows = wire.rows(&list).await.unwrap().len();
        wire.ready().await.unwrap();
        if let Some(sender) = due.pop_front() {
            let _ = sender.send(rows);
        }
    }
}

fn add(wire: &mut Wire, enter: &Prepared, list: &Prepared, (organization, sender): Call, due: &mut VecDeque<oneshot::Sender<usize>>) {
    wire.execute(enter, &[&organization.to_string()]).unwrap();
    wire.execute(list, &[&organization]).unwrap();
    wire.end_group();
    due.push_back(sender);
}
