//! The end of an emitter: said in the record where that is possible, and nothing goes on after it.

use super::*;

#[tokio::test]
async fn stopping_while_the_journal_fails_is_an_error_and_final() {
    let memory = Memory::new(1, 100);
    let emitter = started(&memory).await;
    memory.set_fault(Fault::Refuse);
    assert!(emitter.emit(draft(1)).await.is_err());
    assert!(emitter.stop().await.is_err());
    memory.set_fault(Fault::None);
    assert!(matches!(
        emitter.emit(draft(1)).await,
        Err(EmitError::Stopped)
    ));
}

#[tokio::test]
async fn nothing_goes_on_beside_a_stopped_emitter() {
    for fault in [Fault::None, Fault::Refuse, Fault::Silent, Fault::Unanswered] {
        let memory = Memory::new(1, 100);
        let emitter = started(&memory).await;
        assert!(!emitter.0.tasks.is_empty(), "heartbeats go on");
        memory.set_fault(fault);
        let waiting: Vec<_> = (1..=3).map(|number| emitter.emit(draft(number))).collect();
        let stopped = emitter.stop().await;
        assert_eq!(stopped.is_ok(), matches!(fault, Fault::None), "{fault:?}");
        assert!(emitter.0.tasks.is_empty(), "{fault:?}");
        for one in waiting {
            assert_eq!(one.await.is_ok(), matches!(fault, Fault::None), "{fault:?}");
        }
    }
}
