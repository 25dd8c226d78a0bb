//! What nobody waits for goes to the journal with what follows it, in its order, and is of the run it was said in.

use super::*;

#[tokio::test]
async fn what_may_wait_goes_with_the_next_or_by_itself() {
    let memory = Memory::new(1, 100);
    let emitter = started(&memory).await;
    emitter.emit_with_next(draft(1));
    emitter.emit_with_next(draft(2));
    assert_eq!(events(&memory).len(), 1, "they wait");
    emitter.emit(draft(3)).await.unwrap();
    let seqs = |memory: &Memory| -> Vec<u64> {
        let events = events(memory);
        events.iter().map(|event| event.producer.seq).collect()
    };
    assert_eq!(seqs(&memory), [0, 1, 2, 3], "in the order of their calls");
    emitter.emit_with_next(draft(1));
    until("it goes by itself", || events(&memory).len() == 5).await;
    emitter.emit_with_next(draft(1));
    emitter.stop().await.unwrap();
    let run = events(&memory)[0].producer.run;
    chains(&events(&memory), run);
    let last = events(&memory).pop().unwrap();
    assert_eq!(last.kind(), Kind::ProducerStopped, "nothing is left behind");
}

#[tokio::test]
async fn what_waits_when_the_journal_fails_is_of_the_run_that_ends() {
    let memory = Memory::new(1, 100);
    let emitter = started(&memory).await;
    memory.set_fault(Fault::Refuse);
    emitter.emit_with_next(draft(1));
    assert!(emitter.emit(draft(2)).await.is_err());
    memory.set_fault(Fault::None);
    until("a new run", || emitter.healthy()).await;
    emitter.emit(draft(3)).await.unwrap();
    let events = events(&memory);
    let runs: Vec<_> = events.iter().map(|event| event.producer.run).collect();
    assert_eq!(events.len(), 3, "nothing of the old run came later");
    assert_eq!(runs[1], runs[2]);
}
