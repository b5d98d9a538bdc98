#if OpenBLAS
  import Backends

  /// A run of indices cut into parts whose sizes differ by one at most.
  struct EvenSplit {
    /// How many indices there are.
    let count: Int
    /// Into how many parts they are cut.
    let parts: Int

    /// Cuts a run into at least one part and at most as many as it has indices.
    init(_ count: Int, parts: Int) {
      self.count = count
      self.parts = max(min(parts, count), 1)
    }

    /// Cuts a run into the fewest parts that have no more than some indices.
    init(_ count: Int, largestPart: Int) {
      self.init(count, parts: (count + largestPart - 1) / largestPart)
    }

    /// The size of the largest part.
    var largestPart: Int { (count + parts - 1) / parts }

    /// The indices of one part.
    subscript(part: Int) -> Range<Int> {
      count * part / parts..<count * (part + 1) / parts
    }

    /// The same run cut into as many more parts as keep the threads busy.
    ///
    /// It is the fewest parts with which at most an eighth of the threads' time is spent waiting for the last one.
    ///
    /// - Parameters:
    ///   - threads: The threads.
    ///   - others: How many times the whole run is done independently.
    ///   - smallestPart: How small a part may get for it.
    /// - Returns: The finer cut, or the same if it will do.
    func finer(for threads: ThreadPool, others: Int, smallestPart: Int = 1) -> EvenSplit {
      let limit = max(count / smallestPart, parts)
      // More than a few parts a thread never wait long, so the search ends soon.
      let busy = (parts...limit).prefix(8 * threads.count).first { candidate in
        let tasks = candidate * others
        let rounds = (tasks + threads.count - 1) / threads.count
        return tasks * 8 >= rounds * threads.count * 7
      }
      return EvenSplit(count, parts: busy ?? limit)
    }
  }
#endif
