#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A value that one thread at a time may access, and whose changes other threads can wait for.
///
/// It uses a POSIX mutex and condition variable, since the standard library has no condition variables.
///
/// `Sendable` is unchecked because the compiler does not know the lock, which guards all accesses to the value.
final class Monitor<State: Sendable>: @unchecked Sendable {
  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
  private var state: State

  /// Creates the monitor of a value.
  init(_ state: State) {
    self.state = state
    pthread_mutex_init(mutex, nil)
    pthread_cond_init(condition, nil)
  }

  deinit {
    pthread_cond_destroy(condition)
    pthread_mutex_destroy(mutex)
    condition.deallocate()
    mutex.deallocate()
  }

  /// Changes the value and wakes the threads that wait for a change.
  ///
  /// - Parameters:
  ///   - isReady: The condition to wait for before the change.
  ///   - body: The change.
  /// - Returns: The result of the change.
  func change<Result>(
    whenever isReady: (State) -> Bool = { _ in true }, _ body: (inout State) -> Result
  ) -> Result {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    while !isReady(state) { pthread_cond_wait(condition, mutex) }
    defer { pthread_cond_broadcast(condition) }
    return body(&state)
  }
}
