import Dispatch
import Files
import Recall

/// Takes what a service is told to its state: what comes while others wait for the disk is written together, with one wait.
actor StateWriter {
  private struct Job {
    var records: [StateRecord]
    var answer: CheckedContinuation<Void, any Error>
  }

  /// The disk takes nothing: it is full, or fails.
  struct Unwritten: Error {
    var reason: FileError
  }

  let state: ServiceState
  private let mostWaiting: Int
  private let queue = DispatchQueue(label: "towerbook.state")
  private var jobs: [Job] = []
  private var waiting = 0
  private var isAtWork = false
  /// How often was written.
  private(set) var blocks = 0

  init(_ state: ServiceState, mostWaiting: Int) {
    self.state = state
    self.mostWaiting = mostWaiting
  }

  /// Waits until the records are on the disk and every answer goes by them.
  /// - Throws: `Gatherer.Full`; ``Unwritten``, and then none of them counts.
  func record(_ records: [StateRecord]) async throws {
    guard waiting + records.count <= mostWaiting else { throw Gatherer.Full() }
    try await withCheckedThrowingContinuation { continuation in
      jobs.append(Job(records: records, answer: continuation))
      waiting += records.count
      startWork()
    }
  }

  private func startWork() {
    guard !isAtWork, !jobs.isEmpty else { return }
    isAtWork = true
    blocks += 1
    let (taken, state) = (jobs, state)
    (jobs, waiting) = ([], 0)
    queue.async {
      let outcome = Result { try state.record(taken.flatMap(\.records)) }
        .mapError { error in (error as? FileError).map { Unwritten(reason: $0) } ?? error }
      for job in taken { job.answer.resume(with: outcome) }
      Task { await self.finishWork() }
    }
  }

  private func finishWork() {
    isAtWork = false
    startWork()
  }
}
