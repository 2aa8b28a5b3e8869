import Dispatch
import Recall
import Synchronization

/// Gathers requests that come while others are answered, and has them answered in one block.
///
/// A request that comes while nobody is at work is answered by the thread that brings it, which another could only be late
/// for; what has come in the meantime goes to a thread of its own, so that nobody's answer waits for those of others.
final class Gatherer: Sendable {
  /// What a request gets: the answers, and the digest of the model that gave them.
  struct Answers: Sendable {
    var recommendations: [Recommendation] = []
    var vectors: [[Float]] = []
    /// How many vectors are one after another in each of these.
    var interests = 1
    var notes: [[RequestNote]] = []
    var model = ""
  }

  /// There are too many requests that wait already.
  struct Full: Error {}

  private struct Job {
    var requests: [ServiceRequest]
    var wantsVectors: Bool
    var answer: CheckedContinuation<Answers, any Error>
  }

  private struct State {
    var jobs: [Job] = []
    var isAtWork = false
    var blocks = 0
    var blockedRequests = 0

    var waiting: Int { jobs.reduce(0) { $0 + $1.requests.count } }
  }

  private let holder: ModelHolder
  private let mostWaiting: Int
  /// Blocks larger than this gain nothing and keep others waiting.
  private static let blockRequests = 512
  private let queue = DispatchQueue(label: "towerbook.recommend")
  private let state = Mutex(State())

  init(_ holder: ModelHolder, mostWaiting: Int) {
    self.holder = holder
    self.mostWaiting = mostWaiting
  }

  /// How many requests wait, and how many were answered in how many blocks.
  var counts: (waiting: Int, blocks: Int, blockedRequests: Int) {
    state.withLock { ($0.waiting, $0.blocks, $0.blockedRequests) }
  }

  /// The answers to some requests, all by one model.
  /// - Throws: ``Full``; what the model throws.
  func answers(to requests: [ServiceRequest], vectors: Bool) async throws -> Answers {
    try await withCheckedThrowingContinuation { continuation in
      let job = Job(requests: requests, wantsVectors: vectors, answer: continuation)
      let isTaken = state.withLock { state in
        guard state.waiting + requests.count <= mostWaiting else { return false }
        state.jobs.append(job)
        return true
      }
      guard isTaken else { return continuation.resume(throwing: Full()) }
      guard startBlock() else { return }
      queue.async { while self.startBlock() {} }
    }
  }

  /// Answers a block, where nobody else does; says whether more requests wait by then that nobody is at.
  private func startBlock() -> Bool {
    guard let block = state.withLock({ Self.takeBlock(of: &$0) }) else { return false }
    Self.answer(block, by: holder.model)
    return state.withLock { state in
      state.isAtWork = false
      return !state.jobs.isEmpty
    }
  }

  /// What is answered next; nil where nothing waits, or somebody is at it.
  private static func takeBlock(of state: inout State) -> [Job]? {
    guard !state.isAtWork, let first = state.jobs.first else { return nil }
    var (count, requests) = (0, 0)
    for job in state.jobs {
      guard job.wantsVectors == first.wantsVectors,
        count == 0 || requests + job.requests.count <= blockRequests
      else { break }
      count += 1
      requests += job.requests.count
    }
    let block = Array(state.jobs.prefix(count))
    state.jobs.removeFirst(count)
    state.isAtWork = true
    state.blocks += 1
    state.blockedRequests += requests
    return block
  }

  /// Answers a block; where it fails as a whole each job is tried alone, so that one cannot spoil the others.
  private static func answer(_ jobs: [Job], by model: Recommender) {
    do {
      let answers = try answers(jobs.flatMap(\.requests), vectors: jobs[0].wantsVectors, by: model)
      var first = 0
      for job in jobs {
        let range = first..<first + job.requests.count
        job.answer.resume(
          returning: Answers(
            recommendations: answers.recommendations.isEmpty ? [] : Array(answers.recommendations[range]),
            vectors: answers.vectors.isEmpty ? [] : Array(answers.vectors[range]),
            interests: model.facts.interests,
            notes: answers.notes.isEmpty ? [] : Array(answers.notes[range]),
            model: model.facts.digest
          )
        )
        first = range.upperBound
      }
    } catch {
      guard jobs.count > 1 else { return jobs[0].answer.resume(throwing: error) }
      for job in jobs { answer([job], by: model) }
    }
  }

  private static func answers(_ requests: [ServiceRequest], vectors: Bool, by model: Recommender) throws
    -> Answers
  {
    let found = try requests.map { asked in
      var request = asked.request
      request.allow = try asked.allow.map(model.items)
      request.block = try asked.block.map(model.items)
      return request
    }
    var answers = Answers()
    if vectors {
      let result = try model.vectors(found)
      (answers.vectors, answers.notes) = (result.vectors, result.notes)
    } else {
      answers.recommendations = try model.recommend(found)
    }
    return answers
  }

  /// Does other work with the model in its turn, off the threads that serve connections.
  func perform<Result: Sendable>(_ work: @Sendable @escaping (Recommender) throws -> Result) async throws
    -> Result
  {
    let (queue, holder) = (queue, holder)
    return try await withCheckedThrowingContinuation { continuation in
      queue.async { continuation.resume(with: Swift.Result { try work(holder.model) }) }
    }
  }
}
