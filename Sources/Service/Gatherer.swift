import Dispatch
import Recall

/// Gathers requests that come while others are answered, and has them answered in one block.
actor Gatherer {
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

  private let holder: ModelHolder
  private let mostWaiting: Int
  /// Blocks larger than this gain nothing and keep others waiting.
  private static let blockRequests = 512
  private let queue = DispatchQueue(label: "towerbook.recommend")
  private var jobs: [Job] = []
  private var isAtWork = false
  private(set) var blocks = 0
  private(set) var blockedRequests = 0

  init(_ holder: ModelHolder, mostWaiting: Int) {
    self.holder = holder
    self.mostWaiting = mostWaiting
  }

  /// How many requests wait.
  var waiting: Int { jobs.reduce(0) { $0 + $1.requests.count } }

  /// The answers to some requests, all by one model.
  /// - Throws: ``Full``; what the model throws.
  func answers(to requests: [ServiceRequest], vectors: Bool) async throws -> Answers {
    guard waiting + requests.count <= mostWaiting else { throw Full() }
    return try await withCheckedThrowingContinuation { continuation in
      jobs.append(Job(requests: requests, wantsVectors: vectors, answer: continuation))
      startWork()
    }
  }

  private func startWork() {
    guard !isAtWork, let first = jobs.first else { return }
    isAtWork = true
    var block: [Job] = []
    var count = 0
    while let job = jobs.first, job.wantsVectors == first.wantsVectors,
      block.isEmpty || count + job.requests.count <= Self.blockRequests
    {
      block.append(job)
      count += job.requests.count
      jobs.removeFirst()
    }
    blocks += 1
    blockedRequests += count
    let (taken, holder) = (block, holder)
    queue.async {
      Self.answer(taken, by: holder.model)
      Task { await self.finishWork() }
    }
  }

  private func finishWork() {
    isAtWork = false
    startWork()
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
