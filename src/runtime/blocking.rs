//! Runs blocking calls and long computations in another thread, which keeps the event loop responsive.

use tokio::sync::oneshot;

/// Runs the closure in another thread and returns its result, so that the event loop is not blocked. If the closure
/// panics, the panic is propagated to the caller.
pub(super) async fn run_blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    let (sender, receiver) = oneshot::channel();
    // All work is boxed to the same type, so that the code of the runtime is compiled only once.
    let work: Box<dyn FnOnce() + Send> = Box::new(|| drop(sender.send(work())));
    match tokio::task::spawn_blocking(work).await {
        Ok(()) => match receiver.await {
            Ok(done) => done,
            // Work that did not panic has always sent its result.
            Err(_) => std::future::pending().await,
        },
        Err(broken) if broken.is_panic() => std::panic::resume_unwind(broken.into_panic()),
        // A blocking task is cancelled only if it has not started when the runtime shuts down.
        Err(_) => std::future::pending().await,
    }
}
