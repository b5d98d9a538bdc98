#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A thread for a long-running function that blocks, which must not run on Swift's cooperative threads.
struct BackgroundThread {
  private let thread: pthread_t

  /// Starts the thread.
  ///
  /// - Parameter body: The function.
  /// - Throws: ``DatasetError`` if the system cannot create a thread.
  init(_ body: @escaping @Sendable () -> Void) throws {
    thread = try Self.start(Unmanaged.passRetained(Work(body: body)))
  }

  /// Starts several threads for the same function; if one cannot be started, the others are stopped.
  ///
  /// - Parameters:
  ///   - count: The number of threads.
  ///   - stop: Makes the threads started so far return.
  ///   - body: The function.
  /// - Returns: The threads.
  /// - Throws: ``DatasetError`` if the system cannot create a thread.
  static func start(
    _ count: Int, stop: () -> Void = {}, _ body: @escaping @Sendable () -> Void
  ) throws -> [BackgroundThread] {
    var threads: [BackgroundThread] = []
    do {
      for _ in 0..<count { threads.append(try BackgroundThread(body)) }
    } catch {
      stop()
      for thread in threads { thread.join() }
      throw error
    }
    return threads
  }

  /// Waits until the function has returned; may be called once.
  func join() {
    pthread_join(thread, nil)
  }

  private static func start(_ work: Unmanaged<Work>) throws -> pthread_t {
    #if canImport(Darwin)
      var created: pthread_t?
      let code = pthread_create(&created, nil, { perform($0) }, work.toOpaque())
      let started = created
    #else
      var created = pthread_t()
      let code = pthread_create(&created, nil, { perform($0) }, work.toOpaque())
      let started = Optional(created)
    #endif
    guard code == 0, let started else {
      work.release()
      throw DatasetError.tooFewThreads(started: 0, requested: 1)
    }
    return started
  }
}

/// The function of a thread, in a form that passes through C.
private final class Work: Sendable {
  let body: @Sendable () -> Void

  init(body: @escaping @Sendable () -> Void) {
    self.body = body
  }
}

private func perform(_ work: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
  if let work { Unmanaged<Work>.fromOpaque(work).takeRetainedValue().body() }
  return nil
}
